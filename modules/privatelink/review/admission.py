"""The traffic that security groups allow, on one side of the change.

A rule is a separate resource or a block of the group. Terraform's `ingress` and `egress` of a group have all
rules of the last refresh, including separate ones. If the configuration omits these blocks, the blocks of
separate rules that are destroyed are left out.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, Literal, NamedTuple

from privatelink.facts import ALL_IP_PROTOCOLS, ANYWHERE, ANYWHERE_IPV6, IP_PROTOCOL_NUMBERS, LAST_PORT
from privatelink.review.shapes import UNKNOWN, Unknown, Value, items, mappings, whole
from privatelink.review.world import Linked, Thing, World, remembered

Network = IPv4Network | IPv6Network
Direction = Literal["ingress", "egress"]
DIRECTIONS: Final[tuple[Direction, Direction]] = ("ingress", "egress")
EVERYONE = (ANYWHERE, ANYWHERE_IPV6)
_ALL_PORTS = (0, LAST_PORT)
_PROTOCOLS = {**IP_PROTOCOL_NUMBERS, "all": ALL_IP_PROTOCOLS}
_KINDS = {"security_groups": "aws_security_group", "prefix_list_ids": "aws_ec2_managed_prefix_list"}
"""The attributes of an inline rule that refer to resources, and their types."""


class _Names(NamedTuple):
    """The attributes of a rule resource: its protocol, and its peers."""

    protocol: str
    cidrs: tuple[str, ...]
    others: tuple[str, ...]


_RULE = _Names("ip_protocol", ("cidr_ipv4", "cidr_ipv6"), ("referenced_security_group_id", "prefix_list_id"))
_OLD_RULE = _Names(
    "protocol", ("cidr_blocks", "ipv6_cidr_blocks"), ("source_security_group_id", "prefix_list_ids")
)


class Admission(NamedTuple):
    """Allowed traffic: one protocol, a range of ports and one peer.

    Arguments:
        peer: a network, the ID of a security group or prefix list, or None where it is unknown.
    """

    protocol: str
    from_port: int
    to_port: int
    peer: Network | str | None

    def covers(self, other: "Admission") -> bool:
        """Whether it allows all traffic that another one allows; an unknown peer covers nothing."""
        return (
            self.opens(other.protocol, other.from_port, other.to_port)
            and self.peer is not None
            and (self.peer == other.peer or _within(other.peer, self.peer))
        )

    def opens(self, protocol: str, from_port: int, to_port: int) -> bool:
        """Whether the ports of a protocol are open to the peer."""
        return (
            self.protocol in (ALL_IP_PROTOCOLS, protocol)
            and self.from_port <= from_port
            and to_port <= self.to_port
        )

    def meets(self, peers: Sequence[Network | str]) -> bool | None:
        """Whether it allows a peer, given as networks, security groups or both; None if unknown."""
        if self.peer in peers:
            return True
        if self.peer is None or _is_prefix_list(self.peer):
            return None
        alike = [peer for peer in peers if isinstance(peer, str) == isinstance(self.peer, str)]
        if not alike:
            # The plan does not show the addresses of a group's members.
            return None
        return any(_overlap(self.peer, peer) for peer in alike)


@dataclass(frozen=True)
class Admissions:
    """The traffic that several security groups allow together, with the resource of each rule.

    Arguments:
        complete: whether the groups are in the plans, with all rules that Terraform knows.
    """

    by: Sequence[tuple[Admission, Thing]]
    complete: bool

    def admits(self, port: int, peers: Iterable[Network | str], protocol: str = "tcp") -> bool | None:
        """Whether one of the peers may connect to a port; None if unknown."""
        wanted = list(peers)
        answers = [
            admission.meets(wanted) for admission, _ in self.by if admission.opens(protocol, port, port)
        ]
        if True in answers:
            return True
        return False if self.complete and None not in answers and wanted else None


def admissions(world: World, groups: Iterable[Linked], direction: Direction) -> Admissions:
    """Return the traffic that security groups allow in one direction."""
    by: list[tuple[Admission, Thing]] = []
    complete = True
    for group in groups:
        if isinstance(group, Unknown):
            complete = False
            continue
        found = _of_group(world, group, direction)
        by += found.by
        complete = complete and found.complete
    return Admissions(by, complete)


@remembered
def _of_group(world: World, group: Thing | str, direction: Direction) -> Admissions:
    identity = group if isinstance(group, str) else group.identity
    if isinstance(group, str):
        group = _default_group(world, group) or group
    found = [
        (admission, thing)
        for thing in separate_rules(world, identity, direction)
        for admission in _of_rule(world, thing)
    ]
    if isinstance(group, str) or group.change.mode == "data":
        return Admissions(found, complete=False)
    return Admissions([*found, *_of_blocks(world, group, direction)], complete=True)


def _default_group(world: World, group: str) -> Thing | None:
    """The default security group of a VPC, which has no ID in the plan until Terraform has adopted it."""
    for vpc in world.backwards("aws_vpc", "default_security_group_id").get(group, ()):
        return next(iter(world.leading_to(vpc, "aws_default_security_group", "vpc_id")), None)
    return None


def separate_rules(world: World, group: str, direction: Direction) -> Iterator[Thing]:
    """Yield the rules of a group, by its identity, that are separate resources of either type."""
    yield from world.backwards(f"aws_vpc_security_group_{direction}_rule", "security_group_id").get(group, ())
    for rule in world.backwards("aws_security_group_rule", "security_group_id").get(group, ()):
        if rule.value("type") == direction:
            yield rule


def groups_of(world: World, thing: Thing, *paths: str) -> list[Linked]:
    """Return the security groups in some attributes of a resource."""
    return [group for path in paths for group in world.linked(thing, path)]


def _of_blocks(world: World, group: Thing, direction: Direction) -> Iterator[tuple[Admission, Thing]]:
    blocks = group.value(direction)
    if blocks is UNKNOWN:
        # A new group without blocks in the configuration has none.
        if not group.change.omits(direction):
            yield Admission(ALL_IP_PROTOCOLS, *_ALL_PORTS, None), group
        return
    mirrored: set[Admission] = set()
    if group.side == "after" and group.change.omits(direction):
        mirrored = _resources_before(group, direction, world)
    for block in mappings(blocks):
        for admission in _of_block(world, group, direction, block):
            if admission not in mirrored:
                yield admission, group


def _resources_before(group: Thing, direction: Direction, world: World) -> set[Admission]:
    before = world.opposite
    if before is None:
        return set()
    return {
        admission
        for rule in separate_rules(before, group.identity, direction)
        for admission in _of_rule(before, rule)
    }


def _of_block(
    world: World, group: Thing, direction: Direction, block: Mapping[str, Value]
) -> Iterator[Admission]:
    peers = [
        *map(_network, (*items(block.get("cidr_blocks")), *items(block.get("ipv6_cidr_blocks")))),
        *(
            _new(world, group, direction, name) if item is UNKNOWN else _id(item)
            for name in _KINDS
            for item in items(block.get(name))
        ),
        *([group.identity] if block.get("self") is True else []),
    ]
    yield from _all(block.get("protocol"), block.get("from_port"), block.get("to_port"), peers)


def _new(world: World, group: Thing, direction: Direction, name: str) -> str | None:
    """The security group or prefix list that a block refers to before it has an ID; None if unknown.

    The configuration has the blocks as blocks, or as one expression of the attribute.
    """
    new = world.created_for(group, _KINDS[name], (direction, name), (direction,))
    return new[0].identity if len(new) == 1 else None


@remembered
def _of_rule(world: World, rule: Thing) -> Sequence[Admission]:
    """The traffic that a separate rule allows, of either type."""
    names = _OLD_RULE if rule.change.type == "aws_security_group_rule" else _RULE
    peers: list[Network | str | None] = [
        _network(item) for name in names.cidrs for item in items(rule.value(name))
    ]
    for name in names.others:
        # The older type computes its source: it is unknown in a replacement, although only its CIDRs are set.
        if rule.value(name) is UNKNOWN and rule.change.omits(name):
            continue
        for linked in world.linked(rule, name):
            peers.append(linked.identity if isinstance(linked, Thing) else _id(linked))
    if names is _OLD_RULE and rule.value("self") is True:
        (group,) = world.linked(rule, "security_group_id")[:1] or [UNKNOWN]
        peers.append(group.identity if isinstance(group, Thing) else _id(group))
    return tuple(_all(rule.value(names.protocol), rule.value("from_port"), rule.value("to_port"), peers))


def _all(
    protocol: Value, from_port: Value, to_port: Value, peers: Sequence[Network | str | None]
) -> Iterator[Admission]:
    if protocol is UNKNOWN or from_port is UNKNOWN or to_port is UNKNOWN:
        peers, protocol = [None], ALL_IP_PROTOCOLS
    name = _PROTOCOLS.get(str(protocol).lower(), str(protocol).lower())
    low, high = whole(from_port), whole(to_port)
    if name == ALL_IP_PROTOCOLS or low is None or high is None or low == -1:
        low, high = _ALL_PORTS
    for peer in peers:
        yield Admission(name, low, high, peer)


def _id(item: Value) -> str | None:
    # The provider writes another account's group as `account/group`.
    return item.rpartition("/")[2] if isinstance(item, str) else None


def _network(item: Value) -> Network | None:
    return network(item) if isinstance(item, str) else None


@lru_cache(maxsize=4096)
def network(cidr: str) -> Network | None:
    """Return a CIDR as a network; None if it is not valid."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError:
        return None


def _overlap(one: Network | str, other: Network | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return False  # two different groups
    return one.version == other.version and one.overlaps(other)


def _is_prefix_list(peer: Network | str) -> bool:
    return isinstance(peer, str) and peer.startswith("pl-")


def _within(inner: Network | str | None, outer: Network | str) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)
