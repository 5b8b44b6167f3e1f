"""The consumer's side: the security groups of its endpoint, and the zones and subnets that it stands in."""

from collections.abc import Sequence

from privatelink.facts import IpProtocol
from privatelink.review.admission import Admissions, Network, admissions, network
from privatelink.review.hops.between import client_network_acls, client_routes
from privatelink.review.hops.hop import Hop, hop
from privatelink.review.services import endpoint_groups, endpoint_subnets
from privatelink.review.traffic import addresses_of_vpc, by_entries
from privatelink.review.world import Linked, Thing, World, remembered
from privatelink.review.zones import Zone, zone_of

_NAME = "endpoint security group"


@remembered
def clients(world: World, endpoint: Thing) -> Sequence[Network]:
    """Return the addresses of the clients of an endpoint: those of its VPC, as far as the plans show them."""
    return tuple(dict.fromkeys(addresses_of_vpc(world, world.only(endpoint, "vpc_id"))))


@remembered
def zones_of_endpoint(world: World, endpoint: Thing) -> tuple[Sequence[tuple[Zone, Thing]], bool]:
    """Return the zones of an endpoint with the subnet in each, and whether these are all."""
    subnets = endpoint_subnets(world, endpoint)
    found = [(zone_of(each), each) for each in subnets if isinstance(each, Thing)]
    known = [(zone, each) for zone, each in found if zone is not None]
    return known, len(known) == len(subnets)


def from_clients(
    world: World, endpoint: Thing, subnet: Thing | None, port: int | None, protocol: IpProtocol
) -> list[Hop]:
    """Return the hops from the clients to the network interface of an endpoint in a subnet.

    Arguments:
        subnet: None if the plans do not show it.
        port: None if the plans do not show the ports of the service.
    """
    sources = clients(world, endpoint)
    found = [_group(world, endpoint, port, protocol)]
    if subnet is None or port is None:
        return found
    in_the_way = (
        client_network_acls(world, subnet, sources, port, protocol),
        client_routes(world, subnet, sources),
    )
    return [*found, *(each for each in in_the_way if each is not None)]


@remembered
def _group(world: World, endpoint: Thing, port: int | None, protocol: IpProtocol) -> Hop:
    sources = clients(world, endpoint)
    groups = endpoint_groups(world, endpoint)
    admitted = _admitted(world, endpoint)
    things = _deciding(groups, admitted, endpoint)
    if not groups:
        return Hop(_NAME, None, "the plan does not show that of the endpoint", things)
    open_to = [each for each, _ in admitted.by if port is None or each.opens(protocol, port, port)]
    members = {peer for each in open_to if isinstance(peer := each.peer, str)}
    # The plan shows that a rule allows a group of another stack, but not its members.
    if any(_gets_out(world, group, endpoint, port, protocol) is not False for group in members):
        return Hop(_NAME, True, things=things)
    if members and len(members) == len(open_to):
        return Hop("client security group", False, "allows no outbound traffic to the endpoint", things)
    if port is None or not sources:
        # The plan does not show the ports of the service, or the addresses of the VPC.
        answer = True if open_to else (False if admitted.complete else None)
    else:
        answer = admitted.admits(port, sources, protocol)
    return hop(
        _NAME, answer, *things,
        broken="allows no address of the VPC on this port",
        unknown="the plan does not show whether it allows an address of the VPC on this port",
    )  # fmt: skip


@remembered
def _admitted(world: World, endpoint: Thing) -> Admissions:
    """The traffic that the security groups of an endpoint allow, for each of its ports."""
    return by_entries(world, admissions(world, endpoint_groups(world, endpoint), "ingress"))


def _gets_out(
    world: World, group: str, endpoint: Thing, port: int | None, protocol: IpProtocol
) -> bool | None:
    """Whether members of a client's group may send to an endpoint; None if unknown."""
    thing = world.find(group)
    if thing is None or port is None:
        return None
    out = admissions(world, [thing], "egress")
    subnets = [each for each in endpoint_subnets(world, endpoint) if isinstance(each, Thing)]
    cidrs = [cidr for each in subnets if (cidr := network(each.text("cidr_block"))) is not None]
    groups = [
        each.identity if isinstance(each, Thing) else each
        for each in endpoint_groups(world, endpoint)
        if isinstance(each, Thing | str)
    ]
    return out.admits(port, [*cidrs, *groups], protocol)


def _deciding(groups: Sequence[Linked], admitted: Admissions, endpoint: Thing) -> tuple[Thing, ...]:
    found = [each for each in groups if isinstance(each, Thing)]
    return (*(thing for _, thing in admitted.by), *found, endpoint)
