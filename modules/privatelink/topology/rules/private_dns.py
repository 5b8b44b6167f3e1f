"""The private DNS name of a service, and the TXT record that verifies its domain."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from privatelink.rule import Broken, Rule
from privatelink.topology.broken import refuse_any
from privatelink.topology.part import Account, Part
from privatelink.topology.types.dns_names import PrivateDnsName
from privatelink.topology.types.ids import HostedZoneId

_DNS_NAMES = "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"

RECORD_EXISTS = Rule(
    "private-dns-record",
    what="{.record_exists} together with {.zone_id}",
    allowed="only without {.zone_id}",
    fix="remove it",
    why="Terraform creates the TXT record in the hosted zone itself, and then has AWS verify the name.",
    page=_DNS_NAMES,
)
ZONE_ACCOUNT = Rule(
    "private-dns-account",
    what="{.account} without {.zone_id}",
    allowed="only with {.zone_id}",
    fix="add {.zone_id}, or remove it",
    why="The account is that of the hosted zone; without one, Terraform creates no record.",
    page=_DNS_NAMES,
)
RULES = (RECORD_EXISTS, ZONE_ACCOUNT)


class PrivateDns(Part):
    """A private DNS name, with which consumers reach the service.

    Consumers can use it after AWS found a TXT record in the public DNS of its domain:
    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    name: PrivateDnsName = Field(
        description="Private DNS name of the service, such as api.example.com or *.example.com"
    )
    zone_id: HostedZoneId | None = Field(
        default=None,
        description="ID of the public Route 53 hosted zone in which Terraform creates the TXT record that "
        "verifies the name; default: you create it from output `private_dns_record`",
    )
    account: Account | None = Field(
        default=None, description="AWS account of the hosted zone; default: that of the service"
    )
    record_exists: bool = Field(
        default=False,
        description="Confirm that the TXT record from output `private_dns_record` exists; Terraform then "
        "waits until AWS verifies the name",
    )

    @property
    def verified(self) -> bool:
        """Whether Terraform has AWS verify the name."""
        return self.zone_id is not None or self.record_exists

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.zone_id and self.record_exists:
            yield RECORD_EXISTS.broken(at=("record_exists",))
        if self.account and not self.zone_id:
            yield ZONE_ACCOUNT.broken(at=("account",))
