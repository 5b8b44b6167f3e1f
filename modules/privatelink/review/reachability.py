"""Whether the clients of an endpoint reach a target, hop by hop, before and after the plans are applied.

A hop is open, broken, or unknown if the plans do not show its state. A path is broken if one hop is broken,
else unknown if one hop is unknown, else open. An open path has no broken hop in the plans; plans do not show
the software on clients and targets, nor the state of AWS.

Within a VPC the local route reaches every subnet, unless a more specific route overrides it (routes.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from privatelink.facts import AVAILABLE, EXPIRED, FAILED, IP_PROTOCOLS, REJECTED, IpProtocol
from privatelink.review.admission import Admissions, Network, admissions, groups_of, network
from privatelink.review.change import Side
from privatelink.review.network_acls import EPHEMERAL, lets
from privatelink.review.routes import led_elsewhere
from privatelink.review.shapes import UNKNOWN, Unknown, mapping, mappings, whole
from privatelink.review.world import ENFORCE, Answers, Linked, Thing, World, Worlds, remembered
from privatelink.review.zones import in_common, zones_of

State = Literal["open", "broken", "unknown"]
_LB = ("subnets", "subnet_mapping.subnet_id")


@dataclass(frozen=True, order=True)
class Port:
    """A port of a service."""

    number: int
    protocol: IpProtocol = "tcp"

    def __str__(self) -> str:
        return f"{self.number}" if self.protocol == "tcp" else f"{self.number}/{self.protocol}"


class Hop(NamedTuple):
    """One hop: whether it is open (None if unknown), and why."""

    name: str
    holds: bool | None
    why: str = ""


@dataclass(frozen=True)
class Way:
    """A path on one side: its hops, in the order of a packet."""

    hops: Sequence[Hop]

    @cached_property
    def state(self) -> State:
        """Broken if one hop is broken, else unknown if one hop is unknown, else open."""
        if any(hop.holds is False for hop in self.hops):
            return "broken"
        return "unknown" if any(hop.holds is None for hop in self.hops) else "open"

    @property
    def why(self) -> str:
        """The deciding hop, in a few words; empty if the path is open."""
        hop = self.deciding
        return ": ".join(filter(None, (hop.name, hop.why))) if hop else ""

    @property
    def deciding(self) -> Hop | None:
        """The first hop with the state of the path; None if the path is open."""
        wanted = False if self.state == "broken" else None
        return None if self.state == "open" else next(hop for hop in self.hops if hop.holds is wanted)


def _best(ways: Sequence[list[Hop]]) -> list[Hop]:
    """An open way if there is one; otherwise the one with the most hops."""
    if len(ways) == 1:
        return ways[0]
    return max(ways, key=lambda hops: (["broken", "unknown", "open"].index(Way(hops).state), len(hops)))


@dataclass(frozen=True, eq=False)
class Path:
    """The path of a consumer to a port of a service, in one Availability Zone.

    Arguments:
        endpoint: the consumer's endpoint; None stands for the consumers outside these plans.
        service: the endpoint service; None if it is not in these plans.
        port: the port; None if the plans do not show the ports of the service.
        zone: the zone of the endpoint, or of the service without one; empty if the plans do not show it.
        before, after: the hops; None where the endpoint or the service does not exist or is not in the zone.
    """

    endpoint: Thing | None
    service: Thing | None
    port: Port | None
    zone: str
    before: Way | None
    after: Way | None

    @property
    def thing(self) -> Thing:
        """The resource that stands for the consumer: its endpoint, else the service."""
        found = self.endpoint or self.service
        assert found is not None, "a path has an endpoint or a service"
        return found

    @property
    def name(self) -> str:
        """The port and the zone, such as `port 443 in ap-northeast-2a`."""
        port = f"port {self.port}" if self.port else "all ports"
        return f"{port} in {self.zone}" if self.zone else port

    @property
    def lost(self) -> bool:
        """Open before, broken after."""
        return self.state("before") == "open" and self.state("after") == "broken"

    @property
    def changed(self) -> bool:
        """Whether its state changes."""
        return self.state("before") != self.state("after")

    def state(self, side: Side) -> str:
        """Return the state on one side; `absent` if the endpoint does not exist."""
        way = self.before if side == "before" else self.after
        return way.state if way else "absent"


@remembered
def paths(worlds: Worlds) -> list[Path]:
    """Return the paths of all endpoints to all ports of their services, before or after the changes."""
    sides = {side.side: _Side(side, worlds) for side in (worlds.before, worlds.after)}
    endpoints: dict[tuple[str, str], dict[Side, Thing]] = {}
    for side in sides.values():
        for endpoint in side.world.interface_endpoints():
            place = (endpoint.change.stack, endpoint.address)
            if not endpoint.change.deposed:
                endpoints.setdefault(place, {})[side.world.side] = endpoint
    found = []
    for by_side in endpoints.values():
        ports = {port for name, endpoint in by_side.items() for port in sides[name].ports(endpoint)}
        for port in sorted(ports):
            ways = {name: Way(tuple(sides[name].hops(endpoint, port))) for name, endpoint in by_side.items()}
            endpoint = next(iter(by_side.values()))
            service = sides[endpoint.side].world.only(endpoint, "service_name")
            found.append(
                Path(
                    endpoint,
                    service if isinstance(service, Thing) else None,
                    port,
                    "",
                    ways.get("before"),
                    ways.get("after"),
                )
            )
    return found


class _Side:
    """The paths on one side."""

    def __init__(self, world: World, worlds: Worlds) -> None:
        self.world = world
        self._worlds = worlds
        self.remembered: Answers = {}

    def ports(self, endpoint: Thing) -> set[Port]:
        """Return the ports of the service of an endpoint, if the service is in the plans."""
        return {
            Port(number, protocol)
            for lb in self._load_balancers(endpoint)
            for listener in self._listeners(lb)
            if (number := whole(listener.value("port"))) is not None
            and not listener.change.hides(self.world.side, "port")
            for protocol in _protocols(listener)
        }

    def hops(self, endpoint: Thing, port: Port) -> Iterator[Hop]:
        """Yield the hops of one path."""
        service = self.world.only(endpoint, "service_name")
        if not isinstance(service, Thing):
            yield Hop("endpoint service", None, "not in these plans")
            return
        yield self._connection(endpoint, service)
        clients = self._clients(endpoint)
        yield self._group(endpoint, port, clients)
        lbs = self._load_balancers(endpoint)
        if self._load_balancers_unknown(service):
            yield Hop("load balancer", None, "the plan does not show which ones")
        ways = [list(self._through(endpoint, lb, port, clients)) for lb in lbs]
        if ways:
            yield from _best(ways)
        elif not self._load_balancers_unknown(service):
            yield Hop("load balancer", False, "the service has none")

    def _through(self, endpoint: Thing, lb: Thing, port: Port, clients: Sequence[Network]) -> Iterator[Hop]:
        yield self._zones(endpoint, lb)
        yield self._enforcement(lb, port, clients)
        alike = [each for each in self._listeners(lb) if port.protocol in _protocols(each)]
        listener = next((each for each in alike if whole(each.value("port")) == port.number), None)
        if listener is None:
            unknown = any(each.value("port") is UNKNOWN for each in alike)
            yield Hop("listener", None if unknown else False, f"{lb.address} has no listener on this port")
            return
        yield Hop("listener", True, listener.address)
        yield from self._behind(lb, listener, port.protocol)

    @remembered
    def _connection(self, endpoint: Thing, service: Thing) -> Hop:
        name = "connection"
        acceptance = service.value("acceptance_required")
        accepters = self.world.leading_to(endpoint, "aws_vpc_endpoint_connection_accepter", "vpc_endpoint_id")
        if self.world.side == "after":
            before = self._worlds.before.same(endpoint.change)
            if before is not None and not endpoint.change.replaced:
                gone = self._worlds.before.leading_to(
                    before, "aws_vpc_endpoint_connection_accepter", "vpc_endpoint_id"
                )
                if not accepters and any(each.change.destroyed for each in gone):
                    return Hop(name, False, f"destroying {gone[0].address} rejects it")
            elif acceptance is True and not accepters and endpoint.value("auto_accept") is not True:
                return Hop(name, False, "a new endpoint must be accepted")
        state = endpoint.value("state")
        if accepters or state == AVAILABLE or acceptance is False:
            return Hop(name, True)
        if state in (REJECTED, FAILED, EXPIRED):
            return Hop(name, False, f"it is {state}")
        return Hop(name, None, "it was pending at the last refresh")

    @remembered
    def _clients(self, endpoint: Thing) -> Sequence[Network]:
        vpc = self.world.only(endpoint, "vpc_id")
        if not isinstance(vpc, Thing):
            return ()
        found = [network(vpc.text("cidr_block"))]
        further = self.world.leading_to(vpc, "aws_vpc_ipv4_cidr_block_association", "vpc_id")
        found += [network(each.text("cidr_block")) for each in further]
        return tuple(dict.fromkeys(cidr for cidr in found if cidr is not None))

    def _group(self, endpoint: Thing, port: Port, clients: Sequence[Network]) -> Hop:
        name = "endpoint security group"
        admitted = self._admissions(endpoint, "security_group_ids", "ingress")
        open_to = [
            admission
            for admission, _ in admitted.by
            if admission.opens(port.protocol, port.number, port.number)
        ]
        members = {peer for each in open_to if isinstance(peer := each.peer, str)}
        # The plan shows that a rule allows a group of another stack, but not its members.
        if any(self._gets_out(group, endpoint, port) is not False for group in members):
            return Hop(name, True)
        if members and len(members) == len(open_to):
            return Hop("client security group", False, "allows no outbound traffic to the endpoint")
        if not clients:
            # The plan does not show the addresses of the VPC.
            return Hop(name, True if open_to else (False if admitted.complete else None))
        answer = admitted.admits(port.number, clients, port.protocol)
        return Hop(name, answer, "" if answer else "allows no address of the VPC on this port")

    def _gets_out(self, group: str, endpoint: Thing, port: Port) -> bool | None:
        """Whether members of a client's group may send to an endpoint; None if unknown."""
        thing = self.world.find(group)
        if thing is None:
            return None
        out = admissions(self.world, [thing], "egress")
        subnets = [each for each in self.world.linked(endpoint, "subnet_ids") if isinstance(each, Thing)]
        cidrs = [cidr for each in subnets if (cidr := network(each.text("cidr_block"))) is not None]
        groups = _identities(groups_of(self.world, endpoint, "security_group_ids"))
        return out.admits(port.number, [*cidrs, *groups], port.protocol)

    @remembered
    def _zones(self, endpoint: Thing, lb: Thing) -> Hop:
        region = endpoint.value("service_region")
        subnets = zones_of(self.world, endpoint, "subnet_ids")
        offered = zones_of(self.world, lb, *_LB)
        if region and not any(name.startswith(str(region)) for name in subnets.names) and subnets.complete:
            return Hop("zones", True, "the service is in another Region: zones need not match")
        shared = in_common(subnets, offered)
        return Hop("zones", shared, "" if shared else "endpoint and load balancer have no common zone")

    @remembered
    def _enforcement(self, lb: Thing, port: Port, clients: Sequence[Network]) -> Hop:
        name = "load balancer security group"
        groups = groups_of(self.world, lb, "security_groups")
        enforced = lb.value(ENFORCE)
        if not groups and lb.value("security_groups") is not UNKNOWN:
            return Hop(name, True, "none")
        if enforced == "off":
            return Hop(name, True, "does not apply to PrivateLink traffic")
        if enforced is UNKNOWN:
            return Hop(name, None, "the plan does not show whether it applies to PrivateLink traffic")
        answer = self._admissions(lb, "security_groups", "ingress").admits(
            port.number, clients, port.protocol
        )
        return Hop(name, answer, "" if answer else "applies to PrivateLink traffic and allows no client")

    @remembered
    def _behind(self, lb: Thing, listener: Thing, protocol: IpProtocol) -> Sequence[Hop]:
        paths = (("default_action", "target_group_arn"), ("default_action", "forward", "target_group", "arn"))
        groups = [each for path in paths for each in self.world.linked(listener, *path)]
        known = [each for each in groups if isinstance(each, Thing)]
        if not known:
            return [
                Hop("target group", None if groups else False, "not in these plans" if groups else "none")
            ]
        return _best([list(self._to_targets(lb, group, protocol)) for group in known])

    def _to_targets(self, lb: Thing, group: Thing, protocol: IpProtocol) -> Iterator[Hop]:
        yield Hop("target group", True, group.address)
        targets = self._targets_of(group)
        if not targets:
            before = self._worlds.before.same(group.change)
            had = before is not None and _Side(self._worlds.before, self._worlds)._targets_of(before)
            replaced = group.change.replaced
            lost = self.world.side == "after" and bool(had) and not replaced
            yield Hop("targets", False if lost else None, "all are removed" if lost else "not in these plans")
            return
        ways = [list(self._to_target(lb, group, target, port, protocol)) for target, port in targets]
        yield from _best(ways)

    def _targets_of(self, group: Thing) -> list[tuple[Linked, int | None]]:
        attached = self.world.leading_to(group, "aws_lb_target_group_attachment", "target_group_arn")
        found = [
            (target, whole(each.value("port")) or whole(group.value("port")))
            for each in attached
            for target in self.world.linked(each, "target_id") or [UNKNOWN]
        ]
        scaled = [
            scaling
            for each in self.world.leading_to(group, "aws_autoscaling_attachment", "lb_target_group_arn")
            for scaling in self.world.linked(each, "autoscaling_group_name")
        ]
        scaled += self.world.leading_to(group, "aws_autoscaling_group", "target_group_arns")
        return [*found, *((each, whole(group.value("port"))) for each in scaled)]

    def _to_target(
        self, lb: Thing, group: Thing, target: Linked, port: int | None, protocol: IpProtocol
    ) -> Iterator[Hop]:
        sources, lb_subnets = _senders(self.world, lb)
        cidrs = [cidr for each in lb_subnets if (cidr := network(each.text("cidr_block"))) is not None]
        target_groups = self._groups_of_target(target)
        if port is None or target_groups is None or not isinstance(target, Thing):
            yield Hop("target security group", None, "the plan does not show those of the target")
            return
        if sources:
            out = self._admissions(lb, "security_groups", "egress")
            inside = self._addresses(target)
            peers = [*inside, *_identities(target_groups)]
            yield Hop("load balancer egress", out.admits(port, peers, protocol), "to the target")
        admitted = admissions(self.world, target_groups, "ingress")
        answer = admitted.admits(port, [*sources, *cidrs], protocol)
        why = "" if answer else f"{target.address} does not allow the load balancer on the target port"
        yield Hop("target security group", answer, why)
        check = group.value("health_check")
        health = whole(mapping(next(iter(mappings(check)), {})).get("port")) or port
        # Health checks never use UDP: the target port must be open to TCP as well.
        # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
        checked_apart = health != port or protocol == "udp"
        if checked_apart:
            answer = None if check is UNKNOWN else admitted.admits(health, [*sources, *cidrs])
            yield Hop("health check", answer, target.address)
        subnet = self.world.only(target, "subnet_id")
        if isinstance(subnet, Thing) and lb_subnets:
            yield self._network_acls(lb_subnets, subnet, port, protocol)
            if checked_apart:
                yield self._network_acls(lb_subnets, subnet, health, "tcp")
            yield self._routes(lb_subnets, subnet)

    def _network_acls(
        self, from_subnets: Sequence[Thing], subnet: Thing, port: int, protocol: IpProtocol
    ) -> Hop:
        """Both directions between a target's subnet and any of the load balancer's subnets."""
        here = network(subnet.text("cidr_block"))
        answers: list[bool | None] = []
        for each in from_subnets:
            there = network(each.text("cidr_block"))
            if here is None or there is None:
                answers.append(None)
                continue
            ways = [
                lets(self.world, each, "egress", here, (port, port), protocol),
                lets(self.world, subnet, "ingress", there, (port, port), protocol),
                lets(self.world, subnet, "egress", there, EPHEMERAL, protocol),
                lets(self.world, each, "ingress", here, EPHEMERAL, protocol),
            ]
            if ways == [True] * 4:
                return Hop("network ACLs", True)
            answers.append(False if False in ways else None)
        answer = None if None in answers else False
        return Hop("network ACLs", answer, f"{subnet.address} and its load balancer")

    def _routes(self, from_subnets: Sequence[Thing], subnet: Thing) -> Hop:
        """Both directions between a target's subnet and any of the load balancer's subnets."""
        here = network(subnet.text("cidr_block"))
        elsewhere: Thing | None = None
        for each in from_subnets:
            there = network(each.text("cidr_block"))
            found = (led_elsewhere(self.world, each, here) if here else None) or (
                led_elsewhere(self.world, subnet, there) if there else None
            )
            if found is None:
                return Hop("routes", True)
            elsewhere = found
        why = f"{elsewhere.address} overrides the local route of the VPC" if elsewhere else ""
        return Hop("routes", None, why)

    def _groups_of_target(self, target: Linked) -> list[Linked] | None:
        """The security groups of a target; None if unknown."""
        if not isinstance(target, Thing):
            return None
        kind = target.change.type
        if kind == "aws_instance":
            found = groups_of(self.world, target, "vpc_security_group_ids")
        elif kind == "aws_network_interface" or kind in ("aws_lb", "aws_alb"):
            found = groups_of(self.world, target, "security_groups")
        elif kind == "aws_autoscaling_group":
            template = self.world.only(target, "launch_template", "id")
            if not isinstance(template, Thing):
                return None
            found = groups_of(self.world, template, "vpc_security_group_ids")
            found += self.world.linked(template, "network_interfaces", "security_groups")
        else:
            return None
        return found or None

    def _addresses(self, target: Thing) -> list[Network]:
        subnets = [
            each
            for path in ("subnet_id", "subnets", "vpc_zone_identifier")
            for each in self.world.linked(target, path)
        ]
        return [
            cidr
            for each in subnets
            if isinstance(each, Thing) and (cidr := network(each.text("cidr_block"))) is not None
        ]

    @remembered
    def _admissions(
        self, thing: Thing, attribute: str, direction: Literal["ingress", "egress"]
    ) -> Admissions:
        return admissions(self.world, groups_of(self.world, thing, attribute), direction)

    @remembered
    def _load_balancers(self, endpoint: Thing) -> list[Thing]:
        service = self.world.only(endpoint, "service_name")
        if not isinstance(service, Thing):
            return []
        return [
            each
            for each in self.world.linked(service, "network_load_balancer_arns")
            if isinstance(each, Thing) and each.value("load_balancer_type") == "network"
        ]

    def _load_balancers_unknown(self, service: Thing) -> bool:
        linked = self.world.linked(service, "network_load_balancer_arns")
        return any(not isinstance(each, Thing) for each in linked)

    def _listeners(self, lb: Thing) -> list[Thing]:
        return self.world.leading_to(lb, "aws_lb_listener", "load_balancer_arn")


@remembered
def _senders(world: World, lb: Thing) -> tuple[list[str | Network], list[Thing]]:
    """The sources of traffic to the targets of a load balancer: its security groups, and its subnets."""
    groups = groups_of(world, lb, "security_groups")
    subnets = [each for path in _LB for each in world.linked(lb, *path.split("."))]
    return _identities(groups), [each for each in subnets if isinstance(each, Thing)]


def _identities(groups: Iterable[Linked]) -> list[str | Network]:
    """The IDs of groups, as far as they are known."""
    known = [each for each in groups if not isinstance(each, Unknown)]
    return [each if isinstance(each, str) else each.identity for each in known]


def _protocols(listener: Thing) -> tuple[IpProtocol, ...]:
    """The IP protocols of a listener; TLS uses TCP."""
    return IP_PROTOCOLS.get(listener.text("protocol"), ("tcp",))
