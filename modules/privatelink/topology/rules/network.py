"""The network of one side."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, model_validator

from privatelink.facts import LARGEST_NETWORK, SMALLEST_NETWORK
from privatelink.topology.broken import KEY, Broken, broken_in, refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.types import zones as az
from privatelink.topology.types.cidrs import CIDR_PATTERN, NetworkCidr
from privatelink.topology.types.ids import SUBNET_ID_PATTERN, SubnetId, VpcId
from privatelink.topology.types.lists import twice
from privatelink.topology.types.retention import RetentionDays
from privatelink.topology.types.zones import Zone, check_zone


class FlowLogs(Part):
    """Flow logs of a VPC, kept in CloudWatch Logs."""

    retention_days: RetentionDays = Field(description="Days that CloudWatch Logs keeps them")


def _allot(given: object, info: ValidationInfo) -> object:
    """Turn a list of zones into zone: subnet; the mapping form says the subnets itself."""
    if isinstance(given, dict):
        return given
    if not isinstance(given, list | tuple):
        allowed = "a list of zones, or a mapping of zone to subnet CIDR"
        raise refuse(Broken("must be zones", allowed, "write a list: [<zone>, <zone>]"))
    refuse_any(broken for place, zone in enumerate(given) for broken in broken_in(check_zone, zone, (place,)))
    refuse_any(twice(given, "zone listed twice"))
    vpc: IPv4Network | None = info.data.get("cidr")
    if vpc is None:  # it is wrong, and has its own error
        return {}
    slots = az.slots(vpc)
    refuse_any(
        Broken(
            f"zone has no place in {vpc}, which is cut into {slots} subnets of /{az.subnet_prefix(vpc)}",
            f"zones up to letter {chr(ord('a') + slots - 1)} or az{slots}, or subnets of your choice",
            "give each zone its subnet, as in `zones: {<zone>: <CIDR>}`",
            (place,),
        )
        for place, zone in enumerate(given)
        if az.slot(zone) >= slots
    )
    return {zone: az.subnet(vpc, zone) for zone in given}


_ZONE_JSON = {"type": "string", "pattern": f"{az.ZONE_NAME_PATTERN}|{az.ZONE_ID_PATTERN}"}
BY_ZONE_JSON = {"type": "object", "minProperties": 1, "propertyNames": _ZONE_JSON}
_SUBNET_IDS_JSON = {
    **BY_ZONE_JSON,
    "additionalProperties": {"type": "string", "pattern": SUBNET_ID_PATTERN},
}
_ZONES_JSON = {
    "anyOf": [
        {"type": "array", "minItems": 1, "uniqueItems": True, "items": _ZONE_JSON},
        {**BY_ZONE_JSON, "additionalProperties": {"type": "string", "pattern": CIDR_PATTERN}},
    ]
}


MADE, EXISTING = ("cidr", "zones"), ("vpc_id", "subnet_ids")


class Network(Part):
    """A VPC to make, with one subnet for each of its zones; or one that exists, which is left as it is."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [*MADE]}, {"required": [*EXISTING]}]})

    cidr: NetworkCidr | None = Field(
        default=None, description=f"IPv4 CIDR of the VPC to make, /{LARGEST_NETWORK} to /{SMALLEST_NETWORK}"
    )
    subnets_in_file_order: Annotated[
        dict[Zone, NetworkCidr], BeforeValidator(_allot), WithJsonSchema(_ZONES_JSON)
    ] = Field(
        default={},
        alias="zones",
        description="Its zones, by name or AZ ID; to choose the subnets, a mapping of zone to subnet CIDR",
    )
    ipv6: bool = Field(
        default=False, description="Have AWS give the VPC made an IPv6 CIDR too, and each subnet a /64 of it"
    )
    flow_logs: FlowLogs | None = Field(
        default=None, description="Record the traffic of the VPC made; default: not recorded"
    )
    vpc_id: VpcId | None = Field(default=None, description="A VPC that exists, instead of one to make")
    existing_subnets: Annotated[dict[Zone, SubnetId], WithJsonSchema(_SUBNET_IDS_JSON)] = Field(
        default={},
        alias="subnet_ids",
        description="Its subnets to use: one for each zone, by the zone's name or AZ ID",
    )

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones, sorted."""
        return tuple(sorted(self._by_zone))

    @property
    def subnets(self) -> dict[str, IPv4Network]:
        """Each zone's subnet, sorted by zone."""
        return dict(sorted(self.subnets_in_file_order.items()))

    @property
    def subnet_ids(self) -> dict[str, str]:
        """The existing subnet of each zone, sorted by zone."""
        return dict(sorted(self.existing_subnets.items()))

    @property
    def _by_zone(self) -> dict[str, IPv4Network] | dict[str, str]:
        return self.existing_subnets if self.vpc_id else self.subnets_in_file_order

    @property
    def zones_field(self) -> str:
        """Where the file names the zones."""
        return "subnet_ids" if self.vpc_id else "zones"

    @property
    def by_zone_id(self) -> bool:
        """Whether the zones are AZ IDs, not names."""
        return az.is_zone_id(self.zones[0])

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._mixed())
        refuse_any(replace(broken, at=(self.zones_field, *broken.at)) for broken in self._broken())
        return self

    def _mixed(self) -> Iterator[Broken]:
        given = {type(self).model_fields[name].alias or name for name in self.model_fields_set}
        if not given.isdisjoint(EXISTING):
            for field in sorted(given.intersection((*MADE, "flow_logs", "ipv6"))):
                what, allowed = f"{field} of a VPC that exists", "only for a VPC to make"
                yield Broken(what, allowed, f"remove it, or remove {' and '.join(EXISTING)}", (field,))
        wanted = MADE if given.isdisjoint(EXISTING) else EXISTING
        for field in wanted:
            if field not in given:
                allowed = (
                    f"{' and '.join(MADE)} of a VPC to make, or {' and '.join(EXISTING)} of one that exists"
                )
                yield Broken(f"{field} is missing", allowed, f"add `{field}:`", (field,))

    def _broken(self) -> Iterator[Broken]:
        if not self.zones:
            yield Broken("no zones", "at least one zone", "list the zones; two or more are advised")
        if len({az.is_zone_id(zone) for zone in self.zones}) > 1:
            given = ", ".join(self.zones)
            fix = "write them all the same way"
            yield Broken("zone names mixed with AZ IDs", "names only, or AZ IDs only", fix, given=given)
        if self.vpc_id:
            for zone, subnet_id in self.existing_subnets.items():
                others = [other for other, its in self.existing_subnets.items() if its == subnet_id]
                if zone != others[0]:
                    allowed = "one for each zone: a subnet lies in one"
                    yield Broken(
                        f"subnet of zone {others[0]} too", allowed, "correct one of the two", (zone,)
                    )
            return
        # Subnets lie inside the VPC and apart:
        # https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
        for zone, subnet in self.subnets.items():
            if self.cidr and not subnet.subnet_of(self.cidr):
                allowed = f"subnets of {self.cidr}"
                yield Broken("subnet outside the VPC", allowed, "choose one inside it", (zone,))
        # Listed zones of two regions may share a place; that one is of another region is the better message.
        if len({az.region_part(zone) for zone in self.zones}) > 1:
            return
        for (one, subnet), (other, later) in combinations(self.subnets_in_file_order.items(), 2):
            if subnet.overlaps(later):
                what = f"subnet overlaps {subnet} of {one}"
                yield Broken(what, "subnets that share no address", "move one of the two", (other,))

    def of_other_regions(self, region: str) -> Iterator[Broken]:
        """Report the zones that are not of this region."""
        for zone in self._by_zone:
            if not az.in_region(zone, region):
                yield Broken(
                    "zone belongs to another region",
                    f"zones of {region}, such as {az.examples(region)}",
                    "correct the zone, or the region",
                    ("network", self.zones_field, zone, KEY),
                )
