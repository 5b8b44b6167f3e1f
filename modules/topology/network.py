"""The network of one side."""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema, model_validator

from modules import zones as az
from modules.topology.fields import (
    CIDR_PATTERN,
    KEY,
    Broken,
    NetworkCidr,
    RetentionDays,
    Zone,
    broken_in,
    check_zone,
    refuse,
    refuse_any,
    twice,
)
from modules.topology.part import Part


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
_ZONES_JSON = {
    "anyOf": [
        {"type": "array", "minItems": 1, "uniqueItems": True, "items": _ZONE_JSON},
        {**BY_ZONE_JSON, "additionalProperties": {"type": "string", "pattern": CIDR_PATTERN}},
    ]
}


class Network(Part):
    """A VPC to make, with one subnet for each of its zones."""

    cidr: NetworkCidr = Field(description="The VPC's IPv4 CIDR, /16 to /28")
    subnets_in_file_order: Annotated[
        dict[Zone, NetworkCidr], BeforeValidator(_allot), WithJsonSchema(_ZONES_JSON)
    ] = Field(
        alias="zones",
        description="Zones, by name or AZ ID; or, to choose the subnets, a mapping of zone to subnet CIDR",
    )
    flow_logs: FlowLogs | None = Field(
        default=None, description="Record the VPC's traffic; default: not recorded"
    )

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones, sorted."""
        return tuple(sorted(self.subnets_in_file_order))

    @property
    def subnets(self) -> dict[str, IPv4Network]:
        """Each zone's subnet, sorted by zone."""
        return dict(sorted(self.subnets_in_file_order.items()))

    @property
    def by_zone_id(self) -> bool:
        """Whether the zones are AZ IDs, not names."""
        return az.is_zone_id(self.zones[0])

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(replace(broken, at=("zones", *broken.at)) for broken in self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if not self.zones:
            yield Broken("no zones", "at least one zone", "list the zones; two or more are advised")
        if len({az.is_zone_id(zone) for zone in self.zones}) > 1:
            given = ", ".join(self.zones)
            fix = "write them all the same way"
            yield Broken("zone names mixed with AZ IDs", "names only, or AZ IDs only", fix, given=given)
        # Subnets lie inside the VPC and apart:
        # https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
        for zone, subnet in self.subnets.items():
            if not subnet.subnet_of(self.cidr):
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
        for zone in self.subnets_in_file_order:
            if not az.in_region(zone, region):
                yield Broken(
                    "zone belongs to another region",
                    f"zones of {region}, such as {az.examples(region)}",
                    "correct the zone, or the region",
                    ("network", "zones", zone, KEY),
                )
