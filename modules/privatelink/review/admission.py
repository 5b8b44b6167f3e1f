"""Who is admitted by security groups, on one side of the change.

A rule of a group may be a resource of its own or a block of the group. Terraform keeps in the group's
`ingress` and `egress` what AWS told last, rules made elsewhere among them, so blocks that the configuration
does not write are taken away where the resource they mirror goes away.

https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, NamedTuple

from privatelink.facts import ALL_IP_PROTOCOLS, ANYWHERE, ANYWHERE_IPV6, IP_PROTOCOL_NUMBERS, LAST_PORT
from privatelink.review.shapes import UNKNOWN, Unknown, Value, items, mappings, whole
from privatelink.review.world import Linked, Thing, World, remembered

Network = IPv4Network | IPv6Network
Direction = Literal["ingress", "egress"]
EVERYONE = (ANYWHERE, ANYWHERE_IPV6)
_ALL_PORTS = (0, LAST_PORT)
_PROTOCOLS = {**IP_PROTOCOL_NUMBERS, "all": ALL_IP_PROTOCOLS}


class _Names(NamedTuple):
    """The attributes of a type of rule that say what it admits, and whom."""

    protocol: str
    cidrs: tuple[str, ...]
    others: tuple[str, ...]


_RULE = _Names("ip_protocol", ("cidr_ipv4", "cidr_ipv6"), ("referenced_security_group_id", "prefix_list_id"))
_OLD_RULE = _Names(
    "protocol", ("cidr_blocks", "ipv6_cidr_blocks"), ("source_security_group_id", "prefix_list_ids")
)


@dataclass(frozen=True)
class Admission:
    """One protocol, a range of ports and one peer.

    Arguments:
        peer: a network, the id of a group or of a prefix list, or None where the plan does not know.
    """

    protocol: str
    from_port: int
    to_port: int
    peer: Network | str | None

    def covers(self, other: "Admission") -> bool:
        """Whether it admits all that another admits; what is unknown covers nothing."""
        return (
            self.opens(other.protocol, other.from_port, other.to_port)
            and self.peer is not None
            and (self.peer == other.peer or _within(other.peer, self.peer))
        )

    def opens(self, protocol: str, from_port: int, to_port: int) -> bool:
        """Whether ports of a protocol are open to the peer."""
        return (
            self.protocol in (ALL_IP_PROTOCOLS, protocol)
            and self.from_port <= from_port
            and to_port <= self.to_port
        )

    def meets(self, peers: Sequence[Network | str]) -> bool | None:
        """Whether someone is admitted who is known by networks, by groups, or by both; None if not known."""
        if self.peer in peers:
            return True
        if self.peer is None or _is_prefix_list(self.peer):
            return None
        alike = [peer for peer in peers if isinstance(peer, str) == isinstance(self.peer, str)]
        if not alike:
            # A group's members have addresses, and which ones the plan does not tell.
            return None
        return any(_overlap(self.peer, peer) for peer in alike)


@dataclass(frozen=True)
class Admissions:
    """What some security groups admit together, and by which resource.

    Arguments:
        complete: whether the plans hold the groups, and so all their rules as far as Terraform knows.
    """

    by: Sequence[tuple[Admission, Thing]]
    complete: bool

    def admits(self, port: int, peers: Iterable[Network | str], protocol: str = "tcp") -> bool | None:
        """Whether someone of the peers is admitted to a port; None where the plan does not know."""
        wanted = list(peers)
        answers = [
            admission.meets(wanted) for admission, _ in self.by if admission.opens(protocol, port, port)
        ]
        if True in answers:
            return True
        return False if self.complete and None not in answers and wanted else None


def admissions(world: World, groups: Iterable[Linked], direction: Direction) -> Admissions:
    """What security groups admit in one direction."""
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
    found = [
        (admission, thing)
        for thing in _rules(world, identity, direction)
        for admission in _of_rule(world, thing)
    ]
    if isinstance(group, str) or group.change.mode == "data":
        return Admissions(found, complete=False)
    return Admissions([*found, *_of_blocks(world, group, direction)], complete=True)


def _rules(world: World, group: str, direction: Direction) -> Iterator[Thing]:
    """The rules of a group that are resources of their own, of either of the two types."""
    yield from world.backwards(f"aws_vpc_security_group_{direction}_rule", "security_group_id").get(group, ())
    for rule in world.backwards("aws_security_group_rule", "security_group_id").get(group, ()):
        if rule.value("type") == direction:
            yield rule


def groups_of(world: World, thing: Thing, *paths: str) -> list[Linked]:
    """The security groups of a resource, by the attribute that names them."""
    return [group for path in paths for group in world.linked(thing, path)]


def _of_blocks(world: World, group: Thing, direction: Direction) -> Iterator[tuple[Admission, Thing]]:
    blocks = group.value(direction)
    if blocks is UNKNOWN:
        # A group to be made that writes no blocks has none.
        if not group.change.omits(direction):
            yield Admission(ALL_IP_PROTOCOLS, *_ALL_PORTS, None), group
        return
    mirrored: set[Admission] = set()
    if group.side == "after" and group.change.omits(direction):
        mirrored = _resources_before(group, direction, world)
    for block in mappings(blocks):
        for admission in _of_block(block, group):
            if admission not in mirrored:
                yield admission, group


def _resources_before(group: Thing, direction: Direction, world: World) -> set[Admission]:
    before = world.opposite
    if before is None:
        return set()
    return {
        admission
        for rule in _rules(before, group.identity, direction)
        for admission in _of_rule(before, rule)
    }


def _of_block(block: Mapping[str, Value], group: Thing) -> Iterator[Admission]:
    peers = [
        *map(_network, (*items(block.get("cidr_blocks")), *items(block.get("ipv6_cidr_blocks")))),
        *(_id(item) for name in ("security_groups", "prefix_list_ids") for item in items(block.get(name))),
        *([group.identity] if block.get("self") is True else []),
    ]
    yield from _all(block.get("protocol"), block.get("from_port"), block.get("to_port"), peers)


@remembered
def _of_rule(world: World, rule: Thing) -> Sequence[Admission]:
    """What a rule that is a resource of its own admits, of either of the two types."""
    names = _OLD_RULE if rule.change.type == "aws_security_group_rule" else _RULE
    peers: list[Network | str | None] = [
        _network(item) for name in names.cidrs for item in items(rule.value(name))
    ]
    for name in names.others:
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
    # The provider writes a group of another account as `account/group`.
    return item.rpartition("/")[2] if isinstance(item, str) else None


def _network(item: Value) -> Network | None:
    return network(item) if isinstance(item, str) else None


@lru_cache(maxsize=4096)
def network(cidr: str) -> Network | None:
    """A CIDR; None where it is none."""
    try:
        return ip_network(cidr, strict=False)
    except ValueError:
        return None


def _overlap(one: Network | str, other: Network | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return False  # groups that are not the same
    return one.version == other.version and one.overlaps(other)


def _is_prefix_list(peer: Network | str) -> bool:
    return isinstance(peer, str) and peer.startswith("pl-")


def _within(inner: Network | str | None, outer: Network | str) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)
