"""Endpoints that get another existing subnet in the same zone; the plans do not change the subnets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from privatelink.changes import places
from privatelink.changes.plans import Plans, Resource, text, texts
from privatelink.changes.staged import LAST, Stage

_ANOTHER_ZONE = "<another zone of the service>"
_ITS_SUBNET = "<ID of a subnet there>"


@dataclass(frozen=True, eq=False)
class Moved:
    """An endpoint that gets other subnets in zones in which it is already.

    Attributes:
        endpoint: the endpoint.
        new: the new subnet of each of these zones.
        kept: its zones whose subnet stays.
    """

    endpoint: Resource
    new: Mapping[str, str]
    kept: Sequence[str]


def find(plans: Plans) -> Iterator[Moved]:
    """Yield the endpoints that get another existing subnet in the same zone.

    The zones are those of the topology: data sources of subnets, and an output with addresses, have them.
    """
    for endpoint in plans.of("aws_vpc_endpoint"):
        if not endpoint.stays or not endpoint.knows_after("subnet_ids"):
            continue
        before, after = (set(texts(side("subnet_ids"))) for side in (endpoint.before, endpoint.after))
        subnets = {
            places.zone_of_subnet(subnet["name"]): subnet_id
            for subnet in plans.read(endpoint.stack, "aws_subnet")
            if (subnet_id := text(subnet["values"].get("id")))
        }
        zones = sorted(_zones_before(plans, endpoint) & subnets.keys())
        new = {zone: subnets[zone] for zone in zones if subnets[zone] in after - before}
        if new:
            kept = [zone for zone in zones if subnets[zone] in after & before]
            yield Moved(endpoint, new, kept)


def stages(moved: Moved, path: str) -> tuple[Stage, ...]:
    """Return the stages of a change.

    Arguments:
        moved: the endpoint.
        path: path of the consumer in the topology file.
    """
    zones, subnet_ids = f"{path}.{places.endpoint(moved.endpoint)}.zones", f"{path}.network.subnet_ids"
    first, *others = moved.new
    if moved.kept:
        return (Stage((f"{zones}: [{', '.join(moved.kept)}]",)), LAST)
    if others:
        subnets = (f"{subnet_ids}.{zone}: {moved.new[zone]}" for zone in others)
        return (
            Stage((f"{zones}: [{first}]",)),
            Stage((*subnets, f"{zones}: [{', '.join(others)}]")),
            LAST,
        )
    return (Stage((f"{subnet_ids}.{_ANOTHER_ZONE}: {_ITS_SUBNET}", f"{zones}: [{_ANOTHER_ZONE}]")), LAST)


def _zones_before(plans: Plans, endpoint: Resource) -> set[str]:
    """Return the zones of an endpoint before the apply, in the form of the topology."""
    key = places.endpoint_key(endpoint)
    if not key:
        addresses = plans.output_before(endpoint.stack, "endpoint_addresses")
    else:
        further = plans.output_before(endpoint.stack, "further_endpoints")
        found = further.get(key) if isinstance(further, dict) else None
        addresses = found.get("addresses") if isinstance(found, dict) else None
    return set(addresses) if isinstance(addresses, dict) else set()
