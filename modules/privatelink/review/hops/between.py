"""What stands between two subnets of a VPC: network ACLs and routes."""

from collections.abc import Sequence

from privatelink.facts import IpProtocol
from privatelink.review.admission import Network, network
from privatelink.review.hops.hop import Hop, hop
from privatelink.review.network_acls import EPHEMERAL, acl_of, deciding, lets
from privatelink.review.routes import led_elsewhere
from privatelink.review.world import Thing, World


def network_acls(
    world: World, senders: Sequence[Thing], subnet: Thing, port: int, protocol: IpProtocol
) -> Hop:
    """Return whether network ACLs allow a port and its replies, between a subnet and one of the senders'."""
    if all(acl_of(world, each) is None for each in (subnet, *senders)):
        return Hop("network ACLs", True)
    here = network(subnet.text("cidr_block"))
    answers: list[bool | None] = []
    for sender in senders:
        there = network(sender.text("cidr_block"))
        if here is None or there is None:
            answers.append(None)
            continue
        ways = [
            lets(world, sender, "egress", here, (port, port), protocol),
            lets(world, subnet, "ingress", there, (port, port), protocol),
            lets(world, subnet, "egress", there, EPHEMERAL, protocol),
            lets(world, sender, "ingress", here, EPHEMERAL, protocol),
        ]
        if ways == [True] * 4:
            return Hop("network ACLs", True)
        answers.append(False if False in ways else None)
    why = f"{subnet.address} and its load balancer"
    return hop(
        "network ACLs", None if None in answers else False,
        *dict.fromkeys(each for one in (subnet, *senders) for each in deciding(world, one)),
        broken=why, unknown=f"the plan does not show all rules for {why}",
    )  # fmt: skip


def routes(world: World, senders: Sequence[Thing], subnet: Thing) -> Hop:
    """Return whether the local route leads between a subnet and one of the senders', in both directions."""
    here = network(subnet.text("cidr_block"))
    elsewhere: Thing | None = None
    for sender in senders:
        there = network(sender.text("cidr_block"))
        found = (led_elsewhere(world, sender, here) if here else None) or (
            led_elsewhere(world, subnet, there) if there else None
        )
        if found is None:
            return Hop("routes", True)
        elsewhere = found
    return _elsewhere(elsewhere)


def _elsewhere(route: Thing | None) -> Hop:
    why = f"{route.address} overrides the local route of the VPC" if route else ""
    return Hop("routes", None, why, (route,) if route else ())


def client_network_acls(
    world: World, subnet: Thing, clients: Sequence[Network], port: int, protocol: IpProtocol
) -> Hop | None:
    """Return whether the network ACL of an endpoint's subnet allows clients; None if nothing is in the way.

    A network ACL does not apply within a subnet, so clients in the endpoint's own subnet always get through:
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    if acl_of(world, subnet) is None:
        return None
    answers = [
        [
            lets(world, subnet, "ingress", client, (port, port), protocol),
            lets(world, subnet, "egress", client, EPHEMERAL, protocol),
        ]
        for client in clients
    ]
    if all(all(each) for each in answers):
        return None
    shut = all(False in each for each in answers)
    return hop(
        "endpoint network ACL", False if shut else None, *deciding(world, subnet),
        broken=f"that of {subnet.address} allows no client in another subnet",
        unknown=f"the plan does not show whether that of {subnet.address} allows each client",
    )  # fmt: skip


def client_routes(world: World, subnet: Thing, clients: Sequence[Network]) -> Hop | None:
    """Return whether a route leads replies to clients elsewhere; None if nothing is in the way."""
    found = next(filter(None, (led_elsewhere(world, subnet, client) for client in clients)), None)
    if found is None:
        return None
    return _elsewhere(found)._replace(name="endpoint routes")
