"""The private Route 53 hosted zone of a consumer."""

from collections.abc import Iterator
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.rule import Broken, Rule
from privatelink.topology.broken import refuse_any
from privatelink.topology.part import Account, Part
from privatelink.topology.types.dns_names import DnsName
from privatelink.topology.types.ids import HostedZoneId, VpcId
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.zones import Region

_PRIVATE_ZONES = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html"

ONE_OF_TWO = Rule(
    "hosted-zone-new-or-existing",
    what="hosted zone with both or neither of {.hosted_zone.name} and {.hosted_zone.zone_id}",
    allowed="{.hosted_zone.name} for a new hosted zone, or {.hosted_zone.zone_id} for an existing one",
    fix="set one of them, and not the other",
    why="A hosted zone is either created with a name, or exists and has an ID.",
    page=_PRIVATE_ZONES,
)
WILDCARD = Rule(
    "hosted-zone-wildcard",
    what="hosted zone with a wildcard in its name",
    allowed="a name without a wildcard",
    fix="remove the first label, `*.`; names in the zone may have one",
    why="A record may be a wildcard, a hosted zone may not.",
    page="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html",
)
SHARED_EXISTING = Rule(
    "hosted-zone-shared",
    what="VPCs to associate with an existing hosted zone",
    allowed="only with {.hosted_zone.name}",
    fix="remove them, and associate them where the hosted zone is managed",
    why="An existing hosted zone and its VPC associations are managed elsewhere.",
    page="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/"
    "hosted-zone-private-associate-vpcs-different-accounts.html",
)
ACCOUNT_OF_NEW = Rule(
    "hosted-zone-account",
    what="account of a new hosted zone",
    allowed="only with {.hosted_zone.zone_id}",
    fix="remove it",
    why="A new hosted zone is created in the consumer's account, together with its VPC association.",
    page=_PRIVATE_ZONES,
)
RULES = (ONE_OF_TWO, WILDCARD, SHARED_EXISTING, ACCOUNT_OF_NEW)


class SharedVpc(Part):
    """Another VPC that is associated with a new hosted zone."""

    vpc_id: VpcId = Field(
        description="VPC ID; the VPC needs a route to the endpoint, such as a peering connection"
    )
    region: Region | None = Field(
        default=None, description="Region of the VPC; default: the consumer's Region"
    )
    account: Account | None = Field(
        default=None, description="Account of the VPC; default: the consumer's account"
    )


class HostedZone(Part):
    """A private hosted zone: a new one for the consumer's VPC, or an existing one.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["name"]}, {"required": ["zone_id"]}]}
    )

    name: DnsName | None = Field(
        default=None, description="Name of the new hosted zone, such as shop.internal"
    )
    shared_with: dict[ConsumerKey, SharedVpc] = Field(
        default={}, description="Other VPCs to associate with the new hosted zone, each under a short key"
    )
    zone_id: HostedZoneId | None = Field(
        default=None,
        description="ID of an existing hosted zone, instead of a new one; its associations stay unchanged",
    )
    account: Account | None = Field(
        default=None, description="Account of the existing hosted zone; default: the consumer's account"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if (self.name is None) == (self.zone_id is None):
            yield ONE_OF_TWO.broken()
            return
        if self.name and self.name.startswith("*"):
            yield WILDCARD.broken(at=("name",))
        if self.zone_id and self.shared_with:
            yield SHARED_EXISTING.broken(at=("shared_with",))
        if self.account and self.name:
            yield ACCOUNT_OF_NEW.broken(at=("account",))

    def contains(self, name: str) -> bool:
        """Say whether a name may be in this hosted zone; the name of an existing one is known to AWS only."""
        return self.name is None or name == self.name or name.endswith(f".{self.name}")
