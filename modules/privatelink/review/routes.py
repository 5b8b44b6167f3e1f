"""Whether a route table sends traffic within its VPC elsewhere, such as to an appliance.

Every route table has the local route of the VPC, which cannot be removed. A more specific route takes
precedence; a plan does not show what an appliance allows.

https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
"""

from collections.abc import Iterator, Sequence

from privatelink.review.admission import Network, network
from privatelink.review.shapes import Value, mappings, text
from privatelink.review.world import Linked, Thing, World, remembered

_ASSOCIATION, _MAIN = "aws_route_table_association", "aws_main_route_table_association"
_DEFAULT = "aws_default_route_table"
LARGEST = 16
"""The shortest prefix length of a VPC: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"""


def led_elsewhere(world: World, subnet: Thing, peer: Network) -> Thing | None:
    """Return the route that overrides the local one between a subnet and a peer in its VPC, if any."""
    for route, there in _overriding(world, subnet):
        if there.version == peer.version and there.overlaps(peer):
            return route
    return None


@remembered
def _overriding(world: World, subnet: Thing) -> Sequence[tuple[Thing, Network]]:
    """The routes of a subnet that are more specific than the local route."""
    if not world.has(_ASSOCIATION, _MAIN, _DEFAULT):
        return []
    vpc = world.only(subnet, "vpc_id")
    block = network(vpc.text("cidr_block")) if isinstance(vpc, Thing) else None
    found: list[tuple[Thing, Network]] = []
    for table in _tables(world, subnet, vpc):
        for route, destination, gateway in _routes(world, table) if isinstance(table, Thing) else ():
            there = network(text(destination))
            if there is None or gateway == "local":
                continue
            local = block.prefixlen if block is not None and block.version == there.version else LARGEST
            if there.prefixlen > local:
                found.append((route, there))
    return found


def _tables(world: World, subnet: Thing, vpc: Linked | None) -> Iterator[Linked | None]:
    """The route table of a subnet, or the main one of its VPC; none if the plans have neither."""
    associations = world.leading_to(subnet, _ASSOCIATION, "subnet_id")
    if isinstance(vpc, Thing) and not associations:
        associations = world.leading_to(vpc, _MAIN, "vpc_id")
        if not associations:
            yield from of_vpc(world, vpc, _DEFAULT, "default_route_table_id")
    yield from (world.only(each, "route_table_id") for each in associations)


def of_vpc(world: World, vpc: Thing, kind: str, name: str) -> Sequence[Thing]:
    """Return the default resource of a VPC, by the attribute with its ID that both have."""
    index = world.backwards(kind, name)
    return (index.get(vpc.text(name)) or index.get(vpc.identity) or ()) if index else ()


def _routes(world: World, table: Thing) -> Iterator[tuple[Thing, Value, Value]]:
    for block in mappings(table.value("route")):
        yield table, block.get("cidr_block") or block.get("ipv6_cidr_block"), block.get("gateway_id")
    for route in world.leading_to(table, "aws_route", "route_table_id"):
        destination = route.value("destination_cidr_block") or route.value("destination_ipv6_cidr_block")
        yield route, destination, route.value("gateway_id")
