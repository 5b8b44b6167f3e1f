"""Whether the network ACL of a subnet allows traffic.

A subnet without a network ACL in the plans has the default one of its VPC, which allows all traffic unless a
plan changes it.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from privatelink.facts import ALL_IP_PROTOCOLS, IP_PROTOCOL_NUMBERS, LAST_PORT
from privatelink.review.admission import Network, network
from privatelink.review.routes import of_vpc
from privatelink.review.shapes import UNKNOWN, Unknown, Value, mapping, text, whole
from privatelink.review.world import Thing, World, remembered

_ACL, _RULE, _ASSOCIATION = "aws_network_acl", "aws_network_acl_rule", "aws_network_acl_association"
_DEFAULT = "aws_default_network_acl"
EPHEMERAL = (1024, LAST_PORT)
"""The ports of return traffic: https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports"""
_ALL = (ALL_IP_PROTOCOLS, "all")
_NAMES = {name: (*_ALL, number, name) for number, name in IP_PROTOCOL_NUMBERS.items()}


def lets(
    world: World,
    subnet: Thing,
    direction: Literal["ingress", "egress"],
    peer: Network,
    ports: tuple[int, int],
    protocol: Literal["tcp", "udp"],
) -> bool | None:
    """Return whether traffic between a subnet and a peer is allowed; None if unknown."""
    acl = acl_of(world, subnet)
    if acl is None:
        return True
    if not isinstance(acl, Thing):
        return None
    # The first matching rule decides; the default is deny.
    for rule in _rules(world, acl, direction):
        fits = _fits(rule, peer, ports, _NAMES[protocol])
        if fits is None:
            return None
        if fits:
            return text(rule.get("action")).lower() == "allow"
    return False


@remembered
def deciding(world: World, subnet: Thing) -> Sequence[Thing]:
    """Return the resources that decide on the traffic of a subnet: its network ACL, and what adds to it."""
    acl = acl_of(world, subnet)
    if not isinstance(acl, Thing):
        return world.may_lead_to(subnet, _ACL, "subnet_ids")
    return [
        acl,
        *world.leading_to(acl, _RULE, "network_acl_id"),
        *world.leading_to(subnet, _ASSOCIATION, "subnet_id"),
    ]


@remembered
def acl_of(world: World, subnet: Thing) -> Thing | Unknown | None:
    """Return the network ACL of a subnet; None if it is not in the plans."""
    if not world.has(_ACL, _ASSOCIATION, _DEFAULT):
        return None
    acls = world.leading_to(subnet, _ACL, "subnet_ids")
    for association in world.leading_to(subnet, _ASSOCIATION, "subnet_id"):
        linked = world.only(association, "network_acl_id")
        if not isinstance(linked, Thing):
            return UNKNOWN
        acls = [linked]
    if acls:
        return acls[-1]
    return UNKNOWN if world.may_lead_to(subnet, _ACL, "subnet_ids") else _default_acl(world, subnet)


def _default_acl(world: World, subnet: Thing) -> Thing | None:
    """The default network ACL of the VPC of a subnet; None if it is not in the plans."""
    vpc = world.only(subnet, "vpc_id")
    if not isinstance(vpc, Thing):
        return None
    return next(iter(of_vpc(world, vpc, _DEFAULT, "default_network_acl_id")), None)


@remembered
def _rules(world: World, acl: Thing, direction: str) -> Sequence[Mapping[str, Value]]:
    """The rules of a network ACL, in the order of their numbers."""
    return [rule for _, rule in sorted(_numbered(world, acl, direction), key=lambda each: each[0])]


def _numbered(world: World, acl: Thing, direction: str) -> Iterator[tuple[int, Mapping[str, Value]]]:
    blocks = acl.value(direction)
    for block in blocks if isinstance(blocks, list) else ():
        rule = mapping(block)
        yield whole(rule.get("rule_no")) or 0, rule if block is not UNKNOWN else {"cidr_block": UNKNOWN}
    for each in world.leading_to(acl, _RULE, "network_acl_id"):
        if (each.value("egress") is True) == (direction == "egress"):
            names = ("protocol", "from_port", "to_port", "cidr_block", "ipv6_cidr_block")
            values = {name: each.value(name) for name in names}
            yield whole(each.value("rule_number")) or 0, values | {"action": each.value("rule_action")}


def _fits(
    rule: Mapping[str, Value], peer: Network, ports: tuple[int, int], names: tuple[str, ...]
) -> bool | None:
    protocol, cidr = rule.get("protocol"), rule.get("cidr_block") or rule.get("ipv6_cidr_block")
    if UNKNOWN in (protocol, cidr, rule.get("from_port"), rule.get("to_port"), rule.get("action")):
        return None
    if str(protocol).lower() not in names:
        return False
    low, high = whole(rule.get("from_port")) or 0, whole(rule.get("to_port")) or 0
    if str(protocol).lower() in _ALL:
        low, high = 0, LAST_PORT
    whom = network(text(cidr))
    if whom is None or whom.version != peer.version or not whom.overlaps(peer):
        return False
    if ports[1] < low or high < ports[0]:
        return False
    # A rule for a part of the peer or of the ports decides only for that part.
    everyone = whom.prefixlen <= peer.prefixlen
    return True if everyone and low <= ports[0] and ports[1] <= high else None
