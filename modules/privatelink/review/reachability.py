"""Whether consumers reach a target of a service, hop by hop, before and after the plans are applied.

A path leads from a consumer to a port of a service, in one Availability Zone. The consumer is an endpoint in
the plans. A service without one has a virtual consumer, which stands for those outside the plans.

A hop is open, broken, or unknown if the plans do not show its state. A path is broken if one hop is broken,
else unknown if one hop is unknown, else open. An open path has no broken hop in the plans; plans do not show
the software on clients and targets, nor the state of AWS.

Within a VPC the local route reaches every subnet, unless a more specific route overrides it (routes.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeGuard

from privatelink.facts import IpProtocol
from privatelink.review.attributes import ENFORCE
from privatelink.review.change import Change, Side
from privatelink.review.hops.balancer import (
    enforcement,
    from_gateway,
    from_listener,
    zones_of_balancer,
)
from privatelink.review.hops.client import from_clients, zones_of_endpoint
from privatelink.review.hops.connection import ENDED, connection
from privatelink.review.hops.hop import Hop, Way, best, hop
from privatelink.review.services import (
    PRIVATELINK_TYPES,
    listeners_of,
    load_balancers_of,
    protocols_of,
)
from privatelink.review.shapes import whole
from privatelink.review.world import Linked, Thing, World, Worlds, remembered
from privatelink.review.zones import Zone

_SERVICE = "aws_vpc_endpoint_service"
_TYPES = ("network", "gateway")
"""The types of load balancers that an endpoint service can have."""
_NAMES_OF_AWS, _CUSTOMER = ("com.amazonaws.", "cn.com.amazonaws.", "aws."), "vpce-svc-"
"""How names of services begin that AWS operates, and what names of customers' services have in them:
https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html"""


_DECIDING = frozenset({
    "action", "cidr_blocks", "cidr_ipv4", "cidr_ipv6", "default_action", "desired_capacity", "desired_count",
    "egress", "enable_cross_zone_load_balancing", "from_port", "health_check", "ingress", "launch_template",
    "load_balancer", "load_balancing_cross_zone_enabled", "max_size", "min_size", "network_configuration",
    "network_load_balancer_arns", "port", "protocol", "route", "security_group_ids", "security_groups",
    "state", "subnet_ids", "subnet_mapping", "subnets", "target_group_arns", "to_port", "traffic_source",
    "vpc_security_group_ids", "vpc_zone_identifier", ENFORCE,
})  # fmt: skip
"""The attributes that decide hops; others of the same resource are no cause."""


@dataclass(frozen=True, order=True)
class Port:
    """A port of a service."""

    number: int
    protocol: IpProtocol = "tcp"

    def __str__(self) -> str:
        return f"{self.number}" if self.protocol == "tcp" else f"{self.number}/{self.protocol}"


@dataclass(frozen=True, eq=False)
class Path:
    """The path of a consumer to a port of a service, in one Availability Zone.

    Arguments:
        thing: the resource that stands for the consumer: its endpoint, else the service.
        endpoint: the consumer's endpoint; None stands for the consumers outside these plans.
        service: the endpoint service; None if it is not in these plans.
        port: the port; None if the plans do not show the ports of the service.
        zone: the zone of the endpoint, or of the service without one; empty if the plans do not show it.
        before, after: the hops; None where the endpoint or the service does not exist or is not in the zone.
    """

    thing: Thing
    endpoint: Thing | None
    service: Thing | None
    port: Port | None
    zone: str
    before: Way | None
    after: Way | None

    @property
    def name(self) -> str:
        """The port and the zone, such as `port 443 in ap-northeast-2a`."""
        return f"{self.port_name} in {self.zone}" if self.zone else self.port_name

    @property
    def port_name(self) -> str:
        """The port, such as `port 443`."""
        return f"port {self.port}" if self.port else "all ports"

    @property
    def lost(self) -> bool:
        """Broken after, and not before."""
        return self.state("before") in ("open", "unknown") and self.state("after") == "broken"

    @property
    def hidden(self) -> Hop | None:
        """The hop that was open before, and of which the plans do not show whether it is open after."""
        if self.before is None or self.before.state == "broken" or self.state("after") != "unknown":
            return None
        return self.after.unknown_since(self.before) if self.after else None

    @property
    def changed(self) -> bool:
        """Whether its state changes."""
        return self.state("before") != self.state("after")

    def state(self, side: Side) -> str:
        """Return the state on one side; `absent` if the endpoint does not exist."""
        way = self.before if side == "before" else self.after
        return way.state if way else "absent"

    def causes(self, decided: Hop) -> Sequence[Change]:
        """Return the resources that change and decide a hop, or that the path led through before."""
        before = self.before.hops if self.before else ()
        alike = [each for each in before if each.name == decided.name]
        for hops in ([decided], alike, before):
            found = {id(thing.change): thing.change for each in hops for thing in each.things}
            causes = [each for each in found.values() if each.changes]
            if causes := [each for each in causes if not each.updated or deciding(each)]:
                return causes
        return []


def deciding(change: Change) -> list[str]:
    """Return the attributes that change and decide hops."""
    return [name for name in change.differing() if name in _DECIDING]


@dataclass(frozen=True, eq=False)
class _Consumer:
    """A consumer on one side.

    Arguments:
        thing: the resource that stands for it: its endpoint, else the service.
        endpoint: its endpoint; None for the consumers outside the plans.
        service: its service; None if it is not in the plans.
    """

    world: World
    thing: Thing
    endpoint: Thing | None
    service: Thing | None

    @cached_property
    def balancers(self) -> Sequence[Linked]:
        """The load balancers of its service."""
        return load_balancers_of(self.world, self.service) if self.service else []

    def zones(self) -> tuple[Sequence[tuple[Zone, Thing]], bool]:
        """Return its zones with the subnet in each, and whether these are all."""
        if self.endpoint:
            return zones_of_endpoint(self.world, self.endpoint)
        found = [zones_of_balancer(self.world, lb) for lb in _balancers(self.balancers, *_TYPES)]
        zones = {str(zone): (zone, subnet) for each, _ in found for zone, subnet in each}
        return list(zones.values()), all(complete for _, complete in found)

    def ports(self) -> set[Port]:
        """Return the ports of its service, as far as the plans show them."""
        return {
            Port(number, protocol)
            for lb in _balancers(self.balancers, "network")
            for listener in listeners_of(self.world, lb)
            if (number := whole(listener.value("port"))) is not None
            and not listener.change.hides(self.world.side, "port")
            for protocol in protocols_of(listener)
        }


class _At(NamedTuple):
    """Where a consumer's traffic enters: a zone and its subnet, as far as the plans show them."""

    zone: Zone | None = None
    subnet: Thing | None = None


@remembered
def paths(worlds: Worlds) -> list[Path]:
    """Return the paths of all consumers, to all ports of their services, in all their zones."""
    virtual = _without_endpoint(worlds)
    sides: dict[tuple[str, str], dict[Side, _Consumer]] = {}
    for world in (worlds.before, worlds.after):
        for consumer in _consumers(world, virtual):
            place = (consumer.thing.change.stack, consumer.thing.address)
            sides.setdefault(place, {})[world.side] = consumer
    return [
        path for by_side in sides.values() for path in _paths(by_side.get("before"), by_side.get("after"))
    ]


def _paths(before: _Consumer | None, after: _Consumer | None) -> Iterator[Path]:
    sides = [each for each in (before, after) if each]
    ports: list[Port | None] = [*sorted({port for each in sides for port in each.ports()})]
    for entry, then in _entries(before, after):
        zone = next((each.zone for each in (entry, then) if each and each.zone), None)
        for port in ports or [None]:
            yield Path(
                sides[0].thing,
                sides[0].endpoint,
                next((each.service for each in sides if each.service), None),
                port,
                str(zone or ""),
                _way(before, entry, port),
                _way(after, then, port),
            )


def _without_endpoint(worlds: Worlds) -> set[tuple[str, str]]:
    """The services whose consumers are all outside the plans."""
    found: set[tuple[str, str]] = set()
    for world in (worlds.before, worlds.after):
        for service in world.of(_SERVICE):
            place = (service.change.stack, service.address)
            if world is worlds.after and worlds.before.same(service.change):
                continue
            endpoints = world.leading_to(service, "aws_vpc_endpoint", "service_name")
            if not any(each.value("state") not in ENDED for each in endpoints):
                found.add(place)
    return found


def _consumers(world: World, virtual: set[tuple[str, str]]) -> Iterator[_Consumer]:
    for endpoint in world.of("aws_vpc_endpoint"):
        if endpoint.value("vpc_endpoint_type") in PRIVATELINK_TYPES and not endpoint.change.deposed:
            service = world.only(endpoint, "service_name")
            yield _Consumer(world, endpoint, endpoint, service if isinstance(service, Thing) else None)
    for service in world.of(_SERVICE):
        if (service.change.stack, service.address) in virtual:
            yield _Consumer(world, service, None, service)


def _entries(before: _Consumer | None, after: _Consumer | None) -> Iterator[tuple[_At | None, _At | None]]:
    """The zones of a consumer on both sides; None where it is not in the zone."""
    was, all_before = _places(before)
    now, all_after = _places(after)
    gone: list[_At] = []
    new: list[_At] = []
    for zone in sorted({*was, *now}):
        if zone in was and zone in now:
            yield was[zone], now[zone]
        elif zone in was:
            if after and not after.endpoint:
                # Consumers outside the plans stay in the zone.
                yield was[zone], was[zone]
            elif all_after:
                gone.append(was[zone])
            else:
                yield was[zone], _At()
        elif all_before:
            new.append(now[zone])
        else:
            yield _At(), now[zone]
    for entry in gone:
        same = next((each for each in new if _same_subnet(entry, each)), None)
        yield entry, same
    yield from ((None, each) for each in new if not any(_same_subnet(each, entry) for entry in gone))
    if not was and not now:
        yield _At(), _At()


def _same_subnet(one: _At, other: _At) -> bool:
    return one.subnet is not None and other.subnet is not None and one.subnet.change is other.subnet.change


def _places(consumer: _Consumer | None) -> tuple[dict[str, _At], bool]:
    if consumer is None:
        return {}, True
    found, complete = consumer.zones()
    return {str(zone): _At(zone, subnet) for zone, subnet in found}, complete


def _way(consumer: _Consumer | None, at: _At | None, port: Port | None) -> Way | None:
    return Way(tuple(_hops(consumer, at, port))) if consumer and at else None


def _hops(consumer: _Consumer, at: _At, port: Port | None) -> list[Hop]:
    world, endpoint, service = consumer.world, consumer.endpoint, consumer.service
    found: list[Hop] = []
    if endpoint:
        found.append(connection(world, endpoint, service) if service else _elsewhere(world, endpoint))
        # An endpoint of a Gateway Load Balancer has no security group: route tables lead to it.
        if endpoint.value("vpc_endpoint_type") == "Interface":
            found += from_clients(
                world, endpoint, at.subnet, port.number if port else None, port.protocol if port else "tcp"
            )
    if service:
        found += _at_service(consumer, service, at, port)
    return found


def of_aws(service_name: str) -> bool:
    """Return whether a service name is that of a service of AWS."""
    return service_name.startswith(_NAMES_OF_AWS) and _CUSTOMER not in service_name


def _elsewhere(world: World, endpoint: Thing) -> Hop:
    """Whether a service that is not in the plans exists."""
    name = "endpoint service"
    service = endpoint.value("service_name")
    if isinstance(service, str) and of_aws(service):
        return Hop(name, True, "operated by AWS", (endpoint,))
    was = world.opposite.find(service) if world.opposite else None
    destroyed = was is not None and was.change.type == _SERVICE and was.change.destroyed
    return hop(
        name, False if destroyed else None, endpoint, *([was] if was and destroyed else []),
        broken="it is destroyed", unknown="not in these plans",
    )  # fmt: skip


def _at_service(consumer: _Consumer, service: Thing, at: _At, port: Port | None) -> Sequence[Hop]:
    balancers = consumer.balancers
    if not balancers:
        return [Hop("load balancer", False, "the service has none", (service,))]
    return best(
        _through(consumer, lb, at, port) if _is_of(lb, *_TYPES) else [_balancer(consumer.world, lb, service)]
        for lb in balancers
    )


def _balancer(world: World, lb: Linked, service: Thing) -> Hop:
    """What the plans show of a load balancer that exists no more, or never was in them."""
    was = world.opposite.find(lb) if world.opposite and isinstance(lb, str) else None
    destroyed = was is not None and was.change.destroyed
    return hop(
        "load balancer", False if destroyed else None, *([was] if was else []), service,
        broken="it is destroyed", unknown="not in these plans",
    )  # fmt: skip


def _through(consumer: _Consumer, lb: Thing, at: _At, port: Port | None) -> Sequence[Hop]:
    world = consumer.world
    offered, complete = zones_of_balancer(world, lb)
    answers = [(zone.same(at.zone) if at.zone else None, zone) for zone, _ in offered]
    into: Sequence[Zone | None] = [zone for same, zone in answers if same]
    if into or _in_another_region(consumer, at):
        zones = Hop("zones", True)
        into = into or [zone for _, zone in answers]
    elif complete and answers and not any(same is None for same, _ in answers):
        why = f"{lb.address} is not in the zone of the endpoint: they have no common zone"
        return [Hop("zones", False, why, (lb, *([at.subnet] if at.subnet else [])))]
    else:
        why = f"the plan does not show whether {lb.address} is in the zone of the endpoint"
        zones = Hop("zones", None, why, (lb, *([consumer.endpoint] if consumer.endpoint else [])))
        into = [zone for same, zone in answers if same is None] if complete else [None]
    if lb.value("load_balancer_type") == "gateway":
        return [zones, *best(from_gateway(world, lb, zone) for zone in into or [None])]
    if port is None:
        return [zones, Hop("listener", None, f"those of {lb.address} are not in these plans", (lb,))]
    return [
        zones,
        enforcement(world, lb, port.number, port.protocol, consumer.endpoint),
        *best(from_listener(world, lb, port.number, port.protocol, zone) for zone in into or [None]),
    ]


def _in_another_region(consumer: _Consumer, at: _At) -> bool:
    """Whether the service is in another Region, so that zones need not match."""
    region = consumer.endpoint.value("service_region") if consumer.endpoint else None
    return (
        isinstance(region, str)
        and bool(region)
        and at.zone is not None
        and not at.zone.name.startswith(region)
    )


def _balancers(balancers: Iterable[Linked], *types: str) -> list[Thing]:
    return [lb for lb in balancers if _is_of(lb, *types)]


def _is_of(lb: Linked, *types: str) -> TypeGuard[Thing]:
    return isinstance(lb, Thing) and lb.value("load_balancer_type") in types
