"""The parts of an endpoint service that rules look up: its load balancers, listeners and target groups."""

from collections.abc import Iterator, Sequence
from typing import Literal

from privatelink.facts import IP_PROTOCOLS, IpProtocol
from privatelink.review.shapes import UNKNOWN, Unknown, whole
from privatelink.review.world import Linked, Thing, World, Worlds, remembered

SERVICE = "aws_vpc_endpoint_service"
ENDPOINT = "aws_vpc_endpoint"
SUBNET_ASSOCIATION = "aws_vpc_endpoint_subnet_association"
GROUP_ASSOCIATION = "aws_vpc_endpoint_security_group_association"
LOAD_BALANCERS = ("network_load_balancer_arns", "gateway_load_balancer_arns")
PRIVATELINK_TYPES = ("Interface", "GatewayLoadBalancer")
"""The types of endpoints that lead to an endpoint service."""
Use = Literal["used", "unused", "unknown"]
_TARGET_GROUPS = (("target_group_arn",), ("forward", "target_group", "arn"))
_ATTACHMENT = "aws_lb_target_group_attachment"


@remembered
def has_privatelink(worlds: Worlds) -> bool:
    """Return whether the plans have an endpoint service, or an endpoint that leads to one."""
    return any(
        thing.change.type == SERVICE or thing.value("vpc_endpoint_type") in PRIVATELINK_TYPES
        for world in (worlds.before, worlds.after)
        for kind in (SERVICE, ENDPOINT)
        for thing in world.of(kind)
    )


def services_of(world: World, lb: Thing) -> list[Thing]:
    """Return the endpoint services of a load balancer."""
    return [service for name in LOAD_BALANCERS for service in world.leading_to(lb, SERVICE, name)]


def use_of(worlds: Worlds, lb: Linked | None) -> Use:
    """Return whether an endpoint service uses a load balancer now, as far as the plans show it."""
    if isinstance(lb, Thing) and services_of(worlds.before, lb):
        return "used"
    if not has_privatelink(worlds):
        return "unused"
    services = worlds.before.of(SERVICE)
    known = isinstance(lb, Thing) and bool(services)
    if known and not any(UNKNOWN in load_balancers_of(worlds.before, each) for each in services):
        return "unused"
    return "unknown"


def load_balancers_of(world: World, service: Thing) -> list[Linked]:
    """Return the load balancers of an endpoint service."""
    return [lb for name in LOAD_BALANCERS for lb in world.linked(service, name)]


def listeners_of(world: World, lb: Thing) -> list[Thing]:
    """Return the listeners of a load balancer."""
    return world.leading_to(lb, "aws_lb_listener", "load_balancer_arn")


def protocols_of(listener: Thing) -> tuple[IpProtocol, ...]:
    """Return the IP protocols of a listener; TLS uses TCP."""
    return IP_PROTOCOLS.get(listener.text("protocol"), ("tcp",))


def listener_rules_of(world: World, listener: Thing) -> list[Thing]:
    """Return the listener rules of an Application Load Balancer's listener."""
    return world.leading_to(listener, "aws_lb_listener_rule", "listener_arn")


def target_groups_of(world: World, listener: Thing) -> list[Thing]:
    """Return the target groups of a listener and its rules, from either form of a forward action."""
    found = default_target_groups_of(world, listener)
    for rule in listener_rules_of(world, listener):
        found += target_groups_of_rule(world, rule)
    return list(dict.fromkeys(found))


def default_target_groups_of(world: World, listener: Thing) -> list[Thing]:
    """Return the target groups of a listener's default action."""
    return _forwarded(world, listener, "default_action")


def target_groups_of_rule(world: World, rule: Thing) -> list[Thing]:
    """Return the target groups of a listener rule."""
    return _forwarded(world, rule, "action")


def _forwarded(world: World, thing: Thing, action: str) -> list[Thing]:
    found = [linked for path in _TARGET_GROUPS for linked in world.linked(thing, action, *path)]
    return [group for group in found if isinstance(group, Thing)]


def application_load_balancers_of(world: World, group: Thing) -> list[Thing]:
    """Return the Application Load Balancers that are targets of a target group."""
    return [
        target
        for attachment in world.leading_to(group, _ATTACHMENT, "target_group_arn")
        for target in world.linked(attachment, "target_id")
        if isinstance(target, Thing) and target.value("load_balancer_type") == "application"
    ]


def across_zones(lb: Thing, group: Thing) -> bool:
    """Return whether a load balancer sends traffic to the targets in other zones.

    An Application Load Balancer does, unless the target group says otherwise:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
    """
    own = str(group.value("load_balancing_cross_zone_enabled")).lower()
    if own in ("true", "false"):
        return own == "true"
    kind = lb.value("load_balancer_type")
    return kind not in ("network", "gateway") or lb.value("enable_cross_zone_load_balancing") is True


@remembered
def live_target_groups(worlds: Worlds) -> list[tuple[Thing, Thing, Thing]]:
    """Return the target groups behind endpoint services now, each with a load balancer and a listener.

    Those of an Application Load Balancer that is a target are among them.
    """
    world = worlds.before
    direct = [found for lb in world.of("aws_lb") if services_of(world, lb) for found in _groups_of(world, lb)]
    behind = [
        found
        for _, _, group in direct
        for lb in application_load_balancers_of(world, group)
        for found in _groups_of(world, lb)
    ]
    return [*direct, *behind]


def _groups_of(world: World, lb: Thing) -> Iterator[tuple[Thing, Thing, Thing]]:
    for listener in listeners_of(world, lb):
        for group in target_groups_of(world, listener):
            yield lb, listener, group


def ports_of(world: World, endpoint: Thing) -> Sequence[tuple[str, int]] | None:
    """Return the IP protocols and ports of the service of an endpoint; None if the plans do not show all."""
    service = world.only(endpoint, "service_name")
    if not isinstance(service, Thing):
        return None
    found: list[tuple[str, int]] = []
    for lb in load_balancers_of(world, service):
        ports = listener_ports(world, lb) if isinstance(lb, Thing) else None
        if ports is None:
            return None
        found += ports
    return found or None


def listener_ports(world: World, lb: Thing) -> Sequence[tuple[str, int]] | None:
    """Return the IP protocols and ports of the listeners of a load balancer; None if one is unknown."""
    found: list[tuple[str, int]] = []
    for listener in listeners_of(world, lb):
        port = whole(listener.value("port"))
        if port is None or listener.value("protocol") is UNKNOWN:
            return None
        found += [(each, port) for each in protocols_of(listener)]
    return found or None


@remembered
def endpoint_groups(world: World, endpoint: Thing) -> Sequence[Linked]:
    """Return the security groups of an endpoint, its own and those of separate associations."""
    return _with_associated(world, endpoint, "security_group_ids", GROUP_ASSOCIATION, "security_group_id")


@remembered
def endpoint_subnets(world: World, endpoint: Thing) -> Sequence[Linked]:
    """Return the subnets of an endpoint, its own and those of separate associations."""
    return _with_associated(world, endpoint, "subnet_ids", SUBNET_ASSOCIATION, "subnet_id")


def _with_associated(world: World, endpoint: Thing, own: str, kind: str, name: str) -> list[Linked]:
    found = {_key(each): each for each in world.linked(endpoint, own)}
    before = world.opposite
    if before is not None and (was := before.same(endpoint.change)) and endpoint.change.omits(own):
        # The attribute of the last refresh also has the items of associations, some of which are destroyed.
        for association in before.leading_to(was, kind, "vpc_endpoint_id"):
            for each in before.linked(association, name):
                found.pop(_key(each), None)
    for association in world.leading_to(endpoint, kind, "vpc_endpoint_id"):
        found |= {_key(each): each for each in world.linked(association, name)}
    return list(found.values())


def _key(linked: Linked) -> str | Unknown:
    return linked.identity if isinstance(linked, Thing) else linked


def service_load_balancers(world: World) -> list[Thing]:
    """Return the load balancers of the types that an endpoint service can have."""
    return [lb for lb in world.of("aws_lb") if lb.value("load_balancer_type") in ("network", "gateway")]


def endpoints(worlds: Worlds, *types: str) -> Iterator[tuple[Thing | None, Thing]]:
    """Yield each endpoint of some types that exists after the apply: as it is now, and after the apply."""
    for endpoint in worlds.after.of(ENDPOINT):
        if endpoint.value("vpc_endpoint_type") in types:
            yield worlds.before.same(endpoint.change), endpoint
