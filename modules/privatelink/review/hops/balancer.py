"""From a load balancer to its targets: its zones, security groups, listeners and target groups."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network

from privatelink.facts import IpProtocol
from privatelink.review.admission import EVERYONE, Network, admissions, groups_of, network
from privatelink.review.attributes import ENFORCE
from privatelink.review.hops.between import network_acls, routes
from privatelink.review.hops.client import clients
from privatelink.review.hops.hop import Hop, best, hop, worst
from privatelink.review.hops.targets import Target, may_register, targets_of
from privatelink.review.services import across_zones, listener_rules_of, listeners_of, protocols_of
from privatelink.review.shapes import UNKNOWN, Unknown, Value, mapping, mappings, whole
from privatelink.review.traffic import by_entries
from privatelink.review.world import Linked, Thing, World, remembered
from privatelink.review.zones import Zone, zone_of

SUBNETS = (("subnets",), ("subnet_mapping", "subnet_id"))


@remembered
def zones_of_balancer(world: World, lb: Thing) -> tuple[Sequence[tuple[Zone, Thing]], bool]:
    """Return the zones of a load balancer with the subnet in each, and whether these are all."""
    subnets = list(dict.fromkeys(each for path in SUBNETS for each in world.linked(lb, *path)))
    found = [(zone_of(each), each) for each in subnets if isinstance(each, Thing)]
    known = [(zone, each) for zone, each in found if zone is not None]
    return known, len(known) == len(subnets)


@remembered
def enforcement(world: World, lb: Thing, port: int, protocol: IpProtocol, endpoint: Thing | None) -> Hop:
    """Return whether the rules of the load balancer allow the clients of an endpoint, or any without one."""
    name = "load balancer security group"
    groups = groups_of(world, lb, "security_groups")
    enforced = lb.value(ENFORCE)
    if not groups and lb.value("security_groups") is not UNKNOWN:
        return Hop(name, True, "none")
    if enforced == "off":
        return Hop(name, True, "does not apply to PrivateLink traffic")
    if enforced is UNKNOWN:
        return Hop(name, None, "the plan does not show whether it applies to PrivateLink traffic", (lb,))
    found = by_entries(world, admissions(world, groups, "ingress"))
    by = [(each, thing) for each, thing in found.by if each.opens(protocol, port, port)]
    things = (lb, *_things(groups), *(thing for _, thing in found.by))
    if endpoint and (addresses := clients(world, endpoint)):
        answer = found.admits(port, addresses, protocol)
    elif any(each.peer is not None for each, _ in by):
        # The plans do not show the addresses of consumers outside them: so far, the rules allowed these.
        everyone = any(each.peer in EVERYONE for each, _ in by)
        answer = None if not everyone and _newly_enforced(world, lb) else True
    elif by:
        answer = None
    else:
        answer = False if found.complete else None
    return hop(
        name, answer, *things,
        broken="applies to PrivateLink traffic and allows no client",
        unknown="applies to PrivateLink traffic; the plan does not show whether it allows the clients",
    )  # fmt: skip


def _newly_enforced(world: World, lb: Thing) -> bool:
    was = world.opposite.same(lb.change) if world.opposite else None
    return was is not None and (was.value(ENFORCE) == "off" or not was.value("security_groups"))


@remembered
def from_listener(
    world: World, lb: Thing, port: int, protocol: IpProtocol, zone: Zone | None
) -> Sequence[Hop]:
    """Return the hops from a port of a load balancer, in a zone or in any, to a target."""
    alike = [each for each in listeners_of(world, lb) if protocol in protocols_of(each)]
    listener = next((each for each in alike if whole(each.value("port")) == port), None)
    if listener is None:
        unknown = any(each.value("port") is UNKNOWN for each in alike)
        return [
            hop(
                "listener", None if unknown else False, lb, *_listeners_before(world, lb),
                broken=f"{lb.address} has no listener on this port",
                unknown=f"the plan does not show the ports of all listeners of {lb.address}",
            )
        ]  # fmt: skip
    found = Hop("listener", True, listener.address, (listener,))
    return [found, *_behind(world, lb, listener, protocol, zone)]


@remembered
def from_gateway(world: World, lb: Thing, zone: Zone | None) -> Sequence[Hop]:
    """Return the hops from a Gateway Load Balancer, which has one listener for all traffic, to an appliance.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-listeners.html
    """
    listener = next(iter(listeners_of(world, lb)), None)
    if listener is None:
        before = [*_listeners_before(world, lb)]
        return [
            hop(
                "listener", False if before else None, lb, *before,
                broken=f"{lb.address} has none", unknown=f"that of {lb.address} is not in these plans",
            )
        ]  # fmt: skip
    # Appliances receive the traffic in GENEVE, on a UDP port.
    found = Hop("listener", True, listener.address, (listener,))
    return [found, *_behind(world, lb, listener, "udp", zone)]


def _listeners_before(world: World, lb: Thing) -> Iterable[Thing]:
    was = world.opposite.same(lb.change) if world.opposite else None
    return listeners_of(world.opposite, was) if world.opposite and was else ()


def _behind(
    world: World, lb: Thing, listener: Thing, protocol: IpProtocol, zone: Zone | None
) -> Sequence[Hop]:
    groups = forwarded(world, listener, "default_action")
    known = _things(groups)
    if len(known) < len(groups) or not known:
        return [
            hop(
                "target group", None if groups else False, listener,
                broken="none", unknown="not in these plans",
            )
        ]  # fmt: skip
    # Each target group with a weight gets its share, also if it has no healthy target:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
    return worst([_to_targets(world, lb, listener, group, protocol, zone) for group in known])


@remembered
def actions(world: World, listener: Thing) -> Sequence[Linked]:
    """Return the target groups of a listener: of its default action, and of the rules that it may have."""
    return [
        *forwarded(world, listener, "default_action"),
        *(each for rule in listener_rules_of(world, listener) for each in forwarded(world, rule, "action")),
    ]


@remembered
def forwarded(world: World, thing: Thing, block: str) -> Sequence[Linked]:
    """Return the target groups that actions in a block forward to, without those of weight 0."""
    weighted = world.linked(thing, block, "forward", "target_group", "arn")
    if not weighted:
        return world.linked(thing, block, "target_group_arn")
    shares = [
        share
        for action in mappings(thing.value(block))
        for forward in mappings(action.get("forward"))
        for share in mappings(forward.get("target_group"))
    ]
    unused = {_arn(share) for share in shares if whole(share.get("weight")) == 0}
    used = {_arn(share) for share in shares if whole(share.get("weight")) != 0}
    return [each for each in weighted if _identity(each) not in unused - used]


def _arn(share: Value) -> str:
    """The ARN of a share; one that is known after the apply is empty, as is that of its target group."""
    found = mapping(share).get("arn")
    return found if isinstance(found, str) else ""


def _identity(linked: Linked) -> str:
    if isinstance(linked, Thing):
        return linked.text("arn") or linked.text("id")
    return linked if isinstance(linked, str) else ""


def _to_targets(
    world: World, lb: Thing, listener: Thing, group: Thing, protocol: IpProtocol, zone: Zone | None
) -> list[Hop]:
    found = Hop("target group", True, group.address, (group,))
    targets = targets_of(world, group)
    unsure = may_register(world, group)
    if not targets:
        return [found, _no_target(world, listener, group, unsure)]
    if zone is not None and not across_zones(lb, group):
        there = [(target, target.within(zone)) for target in targets]
        targets = [target for target, within in there if within is not False]
        if not targets:
            none = hop(
                "targets", None if unsure else False, lb, group, *(target.by for target, _ in there), *unsure,
                broken=f"none is in {zone}, and cross-zone load balancing is off",
                unknown=f"the plan does not show whether one is in {zone}",
            )  # fmt: skip
            return [found, none]
        ways = best(
            [
                *_to_target(world, lb, group, target, protocol, zone),
                *_in_zone(lb, group, target, within, zone),
            ]
            for target, within in there
            if within is not False
        )
    else:
        ways = best(_to_target(world, lb, group, target, protocol, zone) for target in targets)
    if unsure and any(each.holds is False for each in ways):
        return [found, _unsure(unsure)]
    return [found, *ways]


def _in_zone(lb: Thing, group: Thing, target: Target, within: bool | None, zone: Zone) -> list[Hop]:
    if within is not None:
        return []
    why = f"cross-zone load balancing is off, and {target.name} may have none in {zone}"
    return [Hop("targets", None, why, (lb, group, target.by))]


def _no_target(world: World, listener: Thing, group: Thing, unsure: Sequence[Thing]) -> Hop:
    """Targets may be registered elsewhere, but those that plans registered are gone."""
    if unsure:
        return _unsure(unsure)
    before = world.opposite
    same, was = (before.same(each.change) if before else None for each in (group, listener))
    had = targets_of(before, same) if before and same else ()
    if had and not group.change.replaced:
        return Hop("targets", False, "all are removed", (group, *(each.by for each in had)))
    others = actions(before, was) if before and was else []
    # The listener led elsewhere before, to targets that plans registered.
    moved = same not in others and any(
        before and targets_of(before, each) for each in others if isinstance(each, Thing)
    )
    if moved:
        return Hop("targets", False, f"these plans register none in {group.address}", (listener, group))
    return Hop("targets", None, "not in these plans", (group,))


def _unsure(things: Sequence[Thing]) -> Hop:
    why = f"the plan does not show whether {things[0].address} still registers them"
    return Hop("targets", None, why, tuple(things))


def _to_target(
    world: World, lb: Thing, group: Thing, target: Target, protocol: IpProtocol, zone: Zone | None
) -> Iterator[Hop]:
    if target.runs is not True:
        yield hop(
            "targets", target.runs, *target.states, target.by, *([target.thing] if target.thing else []),
            broken=target.stopped, unknown=f"the plan does not show whether {target.name} runs",
        )  # fmt: skip
    subnets = _subnets(world, lb, zone)
    if target.port is None or target.groups is None:
        why = f"the plan does not show those of {target.name}"
        yield Hop("target security group", None, why, (target.by,))
    else:
        by_group = _by_group(world, lb, group, target.by, protocol)
        # Rules that refer to the load balancer's group allow it from each zone.
        yield from by_group or _security_groups(world, lb, group, target, target.port, protocol, subnets)
    if target.port is not None and target.subnets and subnets:
        yield from _network(world, group, subnets, target, target.port, protocol)
    if target.thing is not None and target.thing.value("load_balancer_type") == "application":
        yield from _application(world, target.thing, target.port)


@remembered
def _by_group(world: World, lb: Thing, group: Thing, by: Thing, protocol: IpProtocol) -> Sequence[Hop] | None:
    """The hops of security groups that are open without the addresses of the load balancer; None without."""
    target = next(each for each in targets_of(world, group) if each.by is by)
    if target.port is None:
        return None
    found = [*_security_groups(world, lb, group, target, target.port, protocol, ())]
    return found if all(each.holds for each in found) else None


def _security_groups(
    world: World,
    lb: Thing,
    group: Thing,
    target: Target,
    port: int,
    protocol: IpProtocol,
    subnets: Sequence[Thing],
) -> Iterator[Hop]:
    groups = target.groups or ()
    # Health checks never use UDP: the target port must be open to TCP as well.
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    health = _health_port(group, port)
    apart = health != port or protocol == "udp"
    balancers = groups_of(world, lb, "security_groups")
    sources = [*_identities(balancers), *_cidrs(subnets)]
    if balancers:
        out = admissions(world, balancers, "egress")
        peers = [*_cidrs(target.subnets), *_identities(groups)]
        yield hop(
            "load balancer egress", out.admits(port, peers, protocol), *_things(balancers),
            *(thing for _, thing in out.by),
            broken="does not allow traffic to the target",
            unknown="the plan does not show whether it allows the target",
        )  # fmt: skip
        if apart:
            yield hop(
                "health check egress", None if health is None else out.admits(health, peers), group,
                *_things(balancers), *(thing for _, thing in out.by),
                broken=f"{lb.address} does not allow traffic to port {health} of the target",
                unknown="the plan does not show whether it allows the target",
            )  # fmt: skip
    admitted = admissions(world, groups, "ingress")
    things = (*_things(groups), *(thing for _, thing in admitted.by), target.by)
    yield hop(
        "target security group", admitted.admits(port, sources, protocol), *things,
        broken=f"{target.name} does not allow the load balancer on the target port",
        unknown=f"the plan does not show whether {target.name} allows the load balancer",
    )  # fmt: skip
    if apart:
        answer = None if health is None else admitted.admits(health, sources)
        yield hop(
            "health check", answer, group, *things,
            broken=f"{target.name} does not allow port {health} from the load balancer",
            unknown=f"the plan does not show whether {target.name} allows its port",
        )  # fmt: skip


def _health_port(group: Thing, port: int) -> int | None:
    check = group.value("health_check")
    if check is UNKNOWN and not group.change.omits("health_check"):
        return None
    return whole(mapping(next(iter(mappings(check)), {})).get("port")) or port


def _network(
    world: World, group: Thing, senders: Sequence[Thing], target: Target, port: int, protocol: IpProtocol
) -> Iterator[Hop]:
    health = _health_port(group, port)
    apart = health if health != port or protocol == "udp" else None
    yield from best(_between(world, senders, subnet, port, apart, protocol) for subnet in target.subnets)


def _between(
    world: World,
    senders: Sequence[Thing],
    subnet: Thing,
    port: int,
    health: int | None,
    protocol: IpProtocol,
) -> Iterator[Hop]:
    yield network_acls(world, senders, subnet, port, protocol)
    if health is not None:
        yield network_acls(world, senders, subnet, health, "tcp")
    yield routes(world, senders, subnet)


def _application(world: World, lb: Thing, port: int | None) -> Iterator[Hop]:
    """From an Application Load Balancer as a target to its own targets, by each of its listener's actions.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
    """
    listener = next((each for each in listeners_of(world, lb) if whole(each.value("port")) == port), None)
    if listener is None:
        others = [*listeners_of(world, lb), *_listeners_before(world, lb)]
        yield hop(
            "application listener", False if others and port is not None else None, lb, *others,
            broken=f"{lb.address} has no listener on port {port}",
            unknown=f"the listeners of {lb.address} are not in these plans",
        )  # fmt: skip
        return
    yield from _behind_application(world, lb, listener)


@remembered
def _behind_application(world: World, lb: Thing, listener: Thing) -> Sequence[Hop]:
    groups = actions(world, listener)
    if not groups:
        was = world.opposite.same(listener.change) if world.opposite else None
        did = was is not None and world.opposite is not None and bool(actions(world.opposite, was))
        return [
            hop(
                "application target group", not did, listener,
                broken=f"no action of {listener.address} forwards to targets",
            )
        ]  # fmt: skip
    ways = [
        _to_targets(world, lb, listener, group, "tcp", None)
        if isinstance(group, Thing)
        else [Hop("target group", None, "not in these plans", (listener,))]
        for group in dict.fromkeys(groups)
    ]
    return [each._replace(name=f"application {each.name}") for each in worst(ways)]


@remembered
def _subnets(world: World, lb: Thing, zone: Zone | None) -> Sequence[Thing]:
    """The subnets from which a load balancer sends: all, or those in a zone."""
    if zone is None:
        return _things(dict.fromkeys(each for path in SUBNETS for each in world.linked(lb, *path)))
    there, _ = zones_of_balancer(world, lb)
    return [subnet for found, subnet in there if found.same(zone)]


def _cidrs(subnets: Iterable[Thing]) -> list[IPv4Network | IPv6Network]:
    return [cidr for each in subnets if (cidr := network(each.text("cidr_block"))) is not None]


def _identities(groups: Iterable[Linked]) -> list[str | Network]:
    """The IDs of groups, as far as they are known."""
    known = [each for each in groups if not isinstance(each, Unknown)]
    return [each if isinstance(each, str) else each.identity for each in known]


def _things(linked: Iterable[Linked]) -> list[Thing]:
    return [each for each in linked if isinstance(each, Thing)]
