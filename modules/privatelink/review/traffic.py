"""The traffic that one set of rules allows and another does not, compared as sets.

Traffic is a protocol, a range of ports and a source. A CIDR that is split in two, or that a larger one
covers, is the same traffic; so is a prefix list in the plans and its entries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from privatelink.facts import ALL_IP_PROTOCOLS, LAST_PORT
from privatelink.review.admission import Admission, Admissions, Network, network
from privatelink.review.shapes import mappings, text
from privatelink.review.world import Linked, Thing, World, remembered

_CARRIED = ("tcp", "udp")
"""The protocols of PrivateLink: https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html"""
_SHOWN_SOURCES = 3
Serves = Callable[[Admission], bool]


def lost(
    before: tuple[World, Sequence[Admission]],
    after: tuple[World, Sequence[Admission]],
    serves: Serves,
    home: Sequence[Network] = (),
) -> Mapping[Admission, Sequence[Admission]]:
    """Return the traffic that the rules before allow and those after do not, by the rule before.

    Arguments:
        before: the side before, and the traffic that its rules allow.
        after: the side after, and the traffic that its rules allow. If a source there is unknown, it may be
            any address.
        serves: whether traffic reaches a port of a service; other traffic is left out.
        home: the addresses of the members of security groups that are not in the plans.
    """
    had = {admission.peer for admission in before[1]}
    # The entries of a prefix list that is in no plan may be any addresses.
    has = [
        each._replace(peer=None)
        if isinstance(each.peer, str) and each.peer not in had and _is_prefix_list(after[0], each.peer)
        else each
        for each in _simple(*after)
    ]
    gone: dict[Admission, list[Admission]] = {}
    for rule in before[1]:
        for admission in _simple(before[0], [rule]):
            if admission.peer is None or not serves(admission):
                continue
            rest = [each for each in _without(admission, has) if serves(each)]
            members = _addresses_of_members(before[0], admission.peer, home)
            as_members = [each._replace(peer=cidr) for each in rest for cidr in members]
            if rest and (not members or any(_without(each, has) for each in as_members)):
                gone.setdefault(rule, []).extend(rest)
    return gone


def by_entries(world: World, admissions: Admissions) -> Admissions:
    """Return traffic with the entries of prefix lists instead of the lists, if the plans show them."""
    if not _prefix_lists(world):
        return admissions
    by: list[tuple[Admission, Thing]] = []
    for each, thing in admissions.by:
        entries = None if not isinstance(each.peer, str) else _entries(world, each.peer)
        by += [(each, thing)] if entries is None else [(each._replace(peer=cidr), thing) for cidr in entries]
    return Admissions(by, admissions.complete)


def shown(world: World, traffic: Iterable[Admission]) -> str:
    """Return traffic as text: a protocol, ports and sources, with neighbouring CIDRs joined.

    Arguments:
        world: the side of the traffic, to look up the names of security groups and prefix lists.
        traffic: the traffic.
    """
    by_ports: dict[tuple[str, int, int], list[Network | str]] = defaultdict(list)
    for each in traffic:
        by_ports[each.protocol, each.from_port, each.to_port].append(
            "(known after apply)" if each.peer is None else each.peer
        )
    return "; ".join(f"{_ports(*ports)} from {_sources(world, peers)}" for ports, peers in by_ports.items())


def _simple(world: World, traffic: Iterable[Admission]) -> Iterator[Admission]:
    """The same traffic with one of PrivateLink's protocols each, and the entries of known prefix lists."""
    for admission in traffic:
        protocols = _CARRIED if admission.protocol == ALL_IP_PROTOCOLS else (admission.protocol,)
        entries = None if not isinstance(admission.peer, str) else _entries(world, admission.peer)
        for peer in [admission.peer] if entries is None else entries:
            yield from (admission._replace(protocol=name, peer=peer) for name in protocols)


def _without(admission: Admission, others: Iterable[Admission]) -> list[Admission]:
    """The parts of some traffic that others do not allow."""
    rest = [admission]
    for other in others:
        rest = [part for each in rest for part in _minus(each, other)]
    return rest


def _minus(one: Admission, other: Admission) -> Iterator[Admission]:
    low, high = max(one.from_port, other.from_port), min(one.to_port, other.to_port)
    if one.protocol != other.protocol or low > high:
        yield one
        return
    peers = [] if other.peer is None else [*_peers_minus(one.peer, other.peer)]
    if peers == [one.peer]:
        yield one
        return
    if one.from_port < low:
        yield one._replace(to_port=low - 1)
    if high < one.to_port:
        yield one._replace(from_port=high + 1)
    yield from (one._replace(from_port=low, to_port=high, peer=peer) for peer in peers)


def _peers_minus(one: Network | str | None, other: Network | str) -> Iterable[Network | str | None]:
    if one == other:
        return ()
    if isinstance(one, IPv4Network) and isinstance(other, IPv4Network) and one.overlaps(other):
        return () if one.subnet_of(other) else one.address_exclude(other)
    if isinstance(one, IPv6Network) and isinstance(other, IPv6Network) and one.overlaps(other):
        return () if one.subnet_of(other) else one.address_exclude(other)
    return (one,)


@remembered
def _entries(world: World, peer: str) -> list[Network] | None:
    """The entries of a prefix list; None for anything else, or if the plans do not show them."""
    found = _prefix_lists(world).get(peer)
    if found is None or found.change.mode == "data":
        return None
    cidrs = [text(entry.get("cidr")) for entry in mappings(found.value("entry"))]
    cidrs += [
        entry.text("cidr")
        for entry in world.leading_to(found, "aws_ec2_managed_prefix_list_entry", "prefix_list_id")
    ]
    networks = [network(cidr) for cidr in cidrs]
    return [each for each in networks if each is not None] if networks and None not in networks else None


@remembered
def _prefix_lists(world: World) -> dict[str, Thing]:
    return {each.identity: each for each in world.of("aws_ec2_managed_prefix_list")}


@remembered
def _groups(world: World) -> dict[str, Thing]:
    return {each.identity: each for each in world.of("aws_security_group")}


def _addresses_of_members(world: World, peer: Network | str, home: Sequence[Network]) -> Sequence[Network]:
    """All addresses of the VPC of a security group: its members have some of them."""
    if not isinstance(peer, str) or _is_prefix_list(world, peer):
        return ()
    group = _groups(world).get(peer)
    return home if group is None else addresses_of_vpc(world, world.only(group, "vpc_id"))


def _is_prefix_list(world: World, peer: str) -> bool:
    return peer.startswith("pl-") or peer in _prefix_lists(world)


def addresses_of_vpc(world: World, vpc: Linked | None) -> Sequence[Network]:
    """Return the CIDRs of a VPC; none if the plans do not show them."""
    if not isinstance(vpc, Thing):
        return ()
    further = world.leading_to(vpc, "aws_vpc_ipv4_cidr_block_association", "vpc_id")
    found = [network(each.text("cidr_block")) for each in (vpc, *further)]
    return [cidr for cidr in found if cidr is not None]


def _sources(world: World, peers: Sequence[Network | str]) -> str:
    four = collapse_addresses(peer for peer in peers if isinstance(peer, IPv4Network))
    six = collapse_addresses(peer for peer in peers if isinstance(peer, IPv6Network))
    known = {**_groups(world), **_prefix_lists(world)}
    named = dict.fromkeys(
        known[peer].address if peer in known else peer for peer in peers if isinstance(peer, str)
    )
    listed = [*map(str, (*four, *six)), *named]
    more = len(listed) - _SHOWN_SOURCES
    return ", ".join(listed[:_SHOWN_SOURCES]) + (f" and {more} more" if more > 0 else "")


def _ports(protocol: str, low: int, high: int) -> str:
    name = "all traffic" if protocol == ALL_IP_PROTOCOLS else protocol
    if (low, high) == (0, LAST_PORT):
        return name
    return f"{name} {low}" if low == high else f"{name} {low}-{high}"
