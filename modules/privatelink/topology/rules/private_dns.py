"""The private DNS name of a service, and how its domain is proved to be the provider's."""

from typing import Self

from pydantic import Field, model_validator

from privatelink.topology.broken import Broken, refuse
from privatelink.topology.part import Account, Part
from privatelink.topology.types.dns_names import PrivateDnsName
from privatelink.topology.types.ids import HostedZoneId


class PrivateDns(Part):
    """A name of the provider's own, by which consumers may know the service.

    AWS refuses it to new connections until a TXT record in the name's public zone proves the domain:
    https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    """

    name: PrivateDnsName = Field(
        description="The name, such as api.example.com or *.example.com; exactly one for a service"
    )
    zone_id: HostedZoneId | None = Field(
        default=None,
        description="Public Route 53 zone to put the TXT record in; "
        "default: the output `private_dns_record` tells it, for whoever has the domain's DNS",
    )
    account: Account | None = Field(default=None, description="The zone's account; default: the provider's")
    record_exists: bool = Field(
        default=False,
        description="Says that the record of the output is in place: have AWS look for it, and wait",
    )

    @property
    def verified(self) -> bool:
        """Whether Terraform has AWS verify the name."""
        return self.zone_id is not None or self.record_exists

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.zone_id and self.record_exists:
            what, fix = "record_exists with a zone", "remove it: Terraform makes the record"
            raise refuse(Broken(what, "only without zone_id", fix, ("record_exists",)))
        if self.account and not self.zone_id:
            what, fix = "account without a zone", "add zone_id, or remove it"
            raise refuse(Broken(what, "only with zone_id", fix, ("account",)))
        return self
