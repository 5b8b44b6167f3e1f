"""A private Route 53 zone with names of the consumer's own choice."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from privatelink.topology.broken import Broken, refuse
from privatelink.topology.part import Account, Part, filled_in_above
from privatelink.topology.types.dns_names import DnsName
from privatelink.topology.types.ids import HostedZoneId, VpcId
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.zones import Region


class SharedVpc(Part):
    """A further VPC that knows the names of a hosted zone."""

    vpc_id: VpcId = Field(
        description="The VPC, which needs a way to the endpoint of its own, such as peering"
    )
    region: Region = Field(default_factory=filled_in_above, description="Its region; default: the consumer's")
    account: Account | None = Field(default=None, description="Its account; default: the consumer's")


class HostedZone(Part):
    """A private zone to make for the consumer's VPC, or one that exists.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html
    """

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["name"]}, {"required": ["zone_id"]}]}
    )

    name: DnsName | None = Field(default=None, description="Name of the zone to make, such as shop.internal")
    shared_with: dict[ConsumerKey, SharedVpc] = Field(
        default={}, description="Further VPCs that know its names, by a short name of each"
    )
    zone_id: HostedZoneId | None = Field(
        default=None,
        description="A private zone that exists, instead of one to make; its VPCs are left alone",
    )
    account: Account | None = Field(
        default=None, description="The account of a zone that exists; default: the consumer's"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.name is None) == (self.zone_id is None):
            both = "both a name and a zone that exists" if self.name else "neither a name nor a zone"
            fix = "give one, remove the other"
            raise refuse(Broken(f"hosted zone has {both}", "exactly one of name and zone_id", fix))
        if self.name and self.name.startswith("*"):
            what, fix = "hosted zone named by a wildcard", "remove `*.`"
            raise refuse(Broken(what, "a name of labels alone", fix, ("name",)))
        if self.zone_id and self.shared_with:
            what, fix = "sharing of a zone that exists", "remove it: who made the zone shares it"
            raise refuse(Broken(what, "only with name", fix, ("shared_with",), ""))
        if self.account and not self.zone_id:
            what, fix = "account of a zone that is made for the consumer", "remove it"
            raise refuse(Broken(what, "only with zone_id", fix, ("account",), ""))
        return self

    def holds(self, name: str) -> bool:
        """Say whether the zone can have this name, as far as the file tells."""
        return self.name is None or name == self.name or name.endswith(f".{self.name}")
