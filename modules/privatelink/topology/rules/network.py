"""The VPC and the subnets of one side."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema, model_validator

from privatelink.facts import LARGEST_NETWORK, REFUSED_NETWORKS, SMALLEST_NETWORK
from privatelink.rule import KEY, Broken, Rule
from privatelink.rule import Field as FieldName
from privatelink.topology.broken import broken_in, refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.types import zones as az
from privatelink.topology.types.cidrs import CIDR_PATTERN, NetworkCidr
from privatelink.topology.types.ids import SUBNET_ID_PATTERN, SubnetId, VpcId
from privatelink.topology.types.lists import EMPTY, TWICE, twice
from privatelink.topology.types.retention import RetentionDays
from privatelink.topology.types.values import wrong_type
from privatelink.topology.types.zones import Zone, check_zone

MADE, EXISTING = ("cidr", "zones"), ("vpc_id", "subnet_ids")
_SUBNETS = "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html"
_ZONES = "https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html"

REFUSED_RANGE = Rule(
    "vpc-cidr-range",
    what="VPC in a range that AWS refuses",
    allowed=f"CIDRs outside {', '.join(map(str, REFUSED_NETWORKS))}",
    fix="choose a private range, such as 10.10.0.0/16",
    why="These ranges have a special meaning in IP, such as loopback or multicast; no VPC can have them.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
)
NO_ZONES = EMPTY.with_fixed(items="zones", otherwise=" (AWS recommends at least two)")
ZONE_TWICE = TWICE.with_fixed(item="zone")
ZONE_WITHOUT_A_SUBNET = Rule(
    "network-zone-subnet",
    what="no subnet for this zone in the VPC: {cidr} is divided into {slots} subnets of /{prefix}",
    allowed="zones up to letter {letter} or az{slots}",
    fix="choose a larger CIDR for the VPC, or map each zone to a subnet CIDR",
    why="Each zone has a fixed part of the VPC's CIDR, so adding or removing a zone moves no other subnet.",
    page=_SUBNETS,
)
OF_AN_EXISTING_VPC = Rule(
    "network-existing-only",
    what="{field} of an existing VPC",
    allowed="only for a new VPC",
    fix="remove it, or remove {.vpc_id} and {.subnet_ids}",
    why="An existing VPC and its subnets are used as they are, and not changed.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html",
)
INCOMPLETE = Rule(
    "network-incomplete",
    what="{field} is missing",
    allowed="{.cidr} and {.zones} for a new VPC, or {.vpc_id} and {.subnet_ids} for an existing one",
    fix="add {field}",
    why="Load balancers and endpoints are created in a VPC, in one subnet of each zone.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/configure-your-vpc.html",
)
ZONES_MIXED = Rule(
    "zone-names-and-ids",
    what="zone names mixed with AZ IDs",
    allowed="zone names only, or AZ IDs only",
    fix="write all zones in the same form",
    why="A zone name means different zones in different accounts, so two of these could be the same zone.",
    page=_ZONES,
)
SUBNET_OF_TWO_ZONES = Rule(
    "subnet-zone",
    what="subnet of zone {other} as well",
    allowed="one subnet for each zone",
    fix="correct one of the two subnet IDs",
    why="A subnet lies in one zone.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html",
)
SUBNET_OUTSIDE = Rule(
    "subnet-outside-vpc",
    what="subnet outside the VPC",
    allowed="subnets of {cidr}",
    fix="choose a CIDR inside {cidr}",
    why="AWS takes a subnet's addresses from the VPC's CIDR.",
    page=_SUBNETS,
)
SUBNETS_OVERLAP = Rule(
    "subnet-overlap",
    what="subnet overlaps {subnet} of zone {other}",
    allowed="subnets that share no address",
    fix="move one of the two",
    why="AWS refuses a subnet that overlaps another one of the VPC.",
    page=_SUBNETS,
)
RENAMED_ZONE_UNKNOWN = Rule(
    "zone-renamed-unknown",
    what="former form of a zone that the network does not have",
    allowed="zones of the network: {zones}",
    fix="correct the zone, or remove it",
    why="A zone that was written as a name and is now written as an AZ ID, or the reverse, keeps its subnet.",
    page=_ZONES,
)
RENAMED_ZONE_FORM = Rule(
    "zone-renamed-form",
    what="former form of zone {zone} that is no other form of it",
    allowed="for a zone name its AZ ID, and for an AZ ID its zone name",
    fix="correct it, or remove it",
    why="A subnet stays in its zone: in another zone it is another subnet.",
    page=_ZONES,
)
RENAMED_ZONE_TWICE = TWICE.with_fixed(item="former zone")
OTHER_REGION = Rule(
    "zone-region",
    what="zone of another Region",
    allowed="zones of {region}, such as {examples}",
    fix="correct the zone, or the Region",
    why="A VPC and its subnets are in one Region.",
    page=_ZONES,
)
RULES = (
    REFUSED_RANGE,
    ZONE_WITHOUT_A_SUBNET,
    OF_AN_EXISTING_VPC,
    INCOMPLETE,
    ZONES_MIXED,
    SUBNET_OF_TWO_ZONES,
    SUBNET_OUTSIDE,
    SUBNETS_OVERLAP,
    RENAMED_ZONE_UNKNOWN,
    RENAMED_ZONE_FORM,
    OTHER_REGION,
)


class FlowLogs(Part):
    """VPC flow logs in CloudWatch Logs."""

    retention_days: RetentionDays = Field(description="Days that CloudWatch Logs keeps the flow logs")


def _allot(given: object, info: ValidationInfo) -> object:
    """Turn a list of zones into zone: subnet; the mapping form has the subnets already."""
    if isinstance(given, dict):
        return given
    if not isinstance(given, list | tuple):
        raise refuse(wrong_type("a list of zones, or a mapping of zones to subnet CIDRs", given))
    refuse_any(broken for place, zone in enumerate(given) for broken in broken_in(check_zone, zone, (place,)))
    refuse_any(twice(given, ZONE_TWICE))
    vpc: IPv4Network | None = info.data.get("cidr")
    if vpc is None:  # it is wrong, and has its own error
        return {}
    slots = az.slots(vpc)
    first: dict[str, str] = {zone: zone for zone in given} | info.data.get("zones_renamed_from", {})
    refuse_any(
        ZONE_WITHOUT_A_SUBNET.broken(
            at=(place,),
            cidr=vpc,
            slots=slots,
            prefix=az.subnet_prefix(vpc),
            letter=chr(ord("a") + slots - 1),
        )
        for place, zone in enumerate(given)
        if az.slot(first[zone]) >= slots
    )
    return {zone: az.subnet(vpc, first[zone]) for zone in given}


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


class Network(Part):
    """A new VPC with one subnet in each zone, or an existing VPC, which stays unchanged."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [*MADE]}, {"required": [*EXISTING]}]})

    cidr: NetworkCidr | None = Field(
        default=None, description=f"IPv4 CIDR of the new VPC, /{LARGEST_NETWORK} to /{SMALLEST_NETWORK}"
    )
    # Before the zones, whose subnets depend on it.
    zones_renamed_from: dict[Zone, Zone] = Field(
        default={},
        description="Former form of zones: the name of a zone that is now written as AZ ID, or the reverse; "
        "the subnets and everything in them keep it",
    )
    subnets_in_file_order: Annotated[
        dict[Zone, NetworkCidr], BeforeValidator(_allot), WithJsonSchema(_ZONES_JSON)
    ] = Field(
        default={},
        alias="zones",
        description="Zones of the new VPC, by name or AZ ID; a mapping of zones to CIDRs sets the subnets",
    )
    ipv6: bool = Field(
        default=False,
        description="Assign an Amazon-provided IPv6 CIDR to the new VPC, and a /64 of it to each subnet",
    )
    flow_logs: FlowLogs | None = Field(
        default=None, description="Flow logs of the new VPC; default: no flow logs"
    )
    vpc_id: VpcId | None = Field(default=None, description="ID of an existing VPC, instead of a new one")
    existing_subnets: Annotated[dict[Zone, SubnetId], WithJsonSchema(_SUBNET_IDS_JSON)] = Field(
        default={},
        alias="subnet_ids",
        description="Subnet IDs of the existing VPC, one for each zone, by zone name or AZ ID",
    )

    def first_zone(self, zone: str) -> str:
        """Return a zone as it is in names and addresses: in its former form, or else in the present one."""
        return self.zones_renamed_from.get(zone, zone)

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones, sorted."""
        return tuple(sorted(self._by_zone))

    @property
    def subnets(self) -> dict[str, IPv4Network]:
        """The CIDR of each zone's new subnet, sorted by zone."""
        return dict(sorted(self.subnets_in_file_order.items()))

    @property
    def subnet_ids(self) -> dict[str, str]:
        """The ID of each zone's existing subnet, sorted by zone."""
        return dict(sorted(self.existing_subnets.items()))

    @property
    def _by_zone(self) -> dict[str, IPv4Network] | dict[str, str]:
        return self.existing_subnets if self.vpc_id else self.subnets_in_file_order

    @property
    def zones_field(self) -> str:
        """The field of the file that has the zones."""
        return "subnet_ids" if self.vpc_id else "zones"

    @property
    def by_zone_id(self) -> bool:
        """Whether the zones are AZ IDs, not names."""
        return az.is_zone_id(self.zones[0])

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._mixed())
        if self.cidr and any(map(self.cidr.overlaps, REFUSED_NETWORKS)):
            raise refuse(REFUSED_RANGE.broken(at=("cidr",)))
        refuse_any(broken.below("zones_renamed_from") for broken in self._renamed_zones())
        refuse_any(broken.below(self.zones_field) for broken in self._broken())
        return self

    def _mixed(self) -> Iterator[Broken]:
        given = {type(self).model_fields[name].alias or name for name in self.model_fields_set}
        if not given.isdisjoint(EXISTING):
            for field in sorted(given.intersection((*MADE, "flow_logs", "ipv6"))):
                yield OF_AN_EXISTING_VPC.broken(at=(field,), field=FieldName(field))
        wanted = MADE if given.isdisjoint(EXISTING) else EXISTING
        for field in wanted:
            if field not in given:
                yield INCOMPLETE.broken(at=(field,), field=FieldName(field))

    def _broken(self) -> Iterator[Broken]:
        if not self.zones:
            yield NO_ZONES.broken()
        if len({az.is_zone_id(zone) for zone in self.zones}) > 1:
            yield ZONES_MIXED.broken(given=", ".join(self.zones))
        if self.vpc_id:
            yield from self._subnets_twice()
            return
        for zone, subnet in self.subnets.items():
            if self.cidr and not subnet.subnet_of(self.cidr):
                yield SUBNET_OUTSIDE.broken(at=(zone,), cidr=self.cidr)
        # Zones of two Regions may have the same subnet; that their Regions differ is the better message.
        if len({az.region_part(zone) for zone in self.zones}) > 1:
            return
        for (one, subnet), (other, later) in combinations(self.subnets_in_file_order.items(), 2):
            if subnet.overlaps(later):
                yield SUBNETS_OVERLAP.broken(at=(other,), subnet=subnet, other=one)

    def _renamed_zones(self) -> Iterator[Broken]:
        for zone, former in self.zones_renamed_from.items():
            if zone not in self.zones:
                yield RENAMED_ZONE_UNKNOWN.broken(at=(zone, KEY), zones=self.zones)
            elif az.is_zone_id(zone) == az.is_zone_id(former) or not az.same_region(zone, former):
                yield RENAMED_ZONE_FORM.broken(at=(zone,), zone=zone)
        yield from twice(self.zones_renamed_from, RENAMED_ZONE_TWICE)

    def _subnets_twice(self) -> Iterator[Broken]:
        zones: dict[str, str] = {}
        for zone, subnet_id in self.existing_subnets.items():
            if (other := zones.setdefault(subnet_id, zone)) != zone:
                yield SUBNET_OF_TWO_ZONES.broken(at=(zone,), other=other)

    def of_other_regions(self, region: str) -> Iterator[Broken]:
        """Report the zones of other Regions than this one."""
        for zone in self._by_zone:
            if not az.in_region(zone, region):
                yield OTHER_REGION.broken(
                    at=("network", self.zones_field, zone, KEY), region=region, examples=az.examples(region)
                )
