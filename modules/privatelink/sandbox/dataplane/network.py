"""Apply changes of the desired state to routers, links, addresses, routes and rules in the kernel."""

import hashlib
import ipaddress
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from socket import AF_INET, AF_INET6

from privatelink.sandbox.dataplane.families import FAMILIES, IPV4, IPV6, Family, fabric_in, in_family
from privatelink.sandbox.dataplane.namespaces import Namespace, connect
from privatelink.sandbox.dataplane.ruleset import (
    FABRIC_LINK,
    GATEWAY_LINK,
    LOCAL_TABLE,
    Health,
    Kernel,
    Peer,
    RouterPlan,
    gateway_ruleset,
    plus,
    resolver_addresses,
    router_ruleset,
)
from privatelink.sandbox.dataplane.world import Instance, Nat, Peering, Subnet, Vpc, World
from privatelink.sandbox.outside import ADDRESS as OUTSIDE
from privatelink.sandbox.outside import AWS_ADDRESS
from privatelink.sandbox.outside import IPV6_ADDRESS as OUTSIDE_IPV6

INTERNET = "192.0.2.1"
"""In the third block of RFC 5737, for hosts outside all VPCs; `sandbox.addresses` assigns the other two."""
GATEWAY = "192.0.2.3"
OUTSIDE_DNS = "192.0.2.53"
FABRIC_HUB = "240.0.0.1"
FIRST_TABLE = 100
UP, DOWN = "fe80::1", "fe80::2"
"""The link-local addresses of the two ends of each link; the upper end is nearer to the internet."""

HOST_SETTINGS = {
    # An IPv6 address can be used at once: there is one host at each end of a link.
    "ipv6__conf__default__accept_dad": 0,
    "ipv6__conf__default__dad_transmits": 0,
    "ipv6__conf__default__accept_ra": 0,
}
ROUTER_SETTINGS = HOST_SETTINGS | {
    "ipv4__ip_forward": 1,
    "ipv6__conf__all__forwarding": 1,
    "ipv4__conf__all__rp_filter": 0,
    "ipv4__conf__default__rp_filter": 0,
    "ipv4__conf__all__send_redirects": 0,
    "ipv4__conf__default__send_redirects": 0,
    "ipv4__conf__all__accept_redirects": 0,
    # Instances in a subnet reach each other through the router, which filters, without knowing it.
    "ipv4__conf__all__proxy_arp": 1,
    "ipv4__conf__default__proxy_arp": 1,
    # A traceroute sends its probes in parallel.
    "ipv4__icmp_ratelimit": 0,
}
TRIALS = {
    "transparent_sockets": "chain trial { type filter hook input priority 0; socket transparent 1 accept; }",
    "idle_timeouts": "ct timeout trial { protocol tcp; l3proto ip; policy = { established : 1 }; }",
}
LATE_SETTINGS = {
    # A packet in the middle of an unknown connection does not begin one.
    "netfilter__nf_conntrack_tcp_loose": 0,
    # The idle timeout of AWS, 350 s. The parameter exists only after connection tracking has started.
    "netfilter__nf_conntrack_tcp_timeout_established": 350,
    # 120 s for UDP:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#connection-idle-timeout
    "netfilter__nf_conntrack_udp_timeout": 120,
    "netfilter__nf_conntrack_udp_timeout_stream": 120,
}


@dataclass(frozen=True, order=True)
class KernelRoute:
    """A route in the kernel."""

    destination: str
    table: int = 254
    link: str = ""
    gateway: str = ""
    source: str = ""
    kind: str = "unicast"


@dataclass(frozen=True, order=True)
class PolicyRule:
    """A policy routing rule: the table for packets of a link, of an address, or with its number as mark."""

    table: int
    link: str = ""
    source: str = ""

    family: int = 4

    def arguments(self) -> dict[str, str | int]:
        """Return the arguments for pyroute2."""
        common: dict[str, str | int] = {
            "family": AF_INET if self.family == 4 else AF_INET6,
            "table": self.table,
        }
        if self.link:
            return common | {"iifname": self.link, "priority": 200}
        if self.source:
            return common | {"src": self.source, "src_len": 32 if self.family == 4 else 128, "priority": 150}
        return common | {"fwmark": self.table, "fwmask": 0xFFFF, "priority": 100}


@dataclass
class Router:
    """A namespace that routes, with its addresses, routes and rules."""

    namespace: Namespace
    addresses: set[str] = field(default_factory=set)
    routes: set[KernelRoute] = field(default_factory=set)
    rules: set[PolicyRule] = field(default_factory=set)
    ruleset: str = ""

    def set_addresses(self, wanted: Iterable[str]) -> None:
        """Set the addresses, on the loopback link: reachable over all links."""
        wanted = set(wanted)
        for address in sorted(self.addresses - wanted):
            self.namespace.links.addr("del", index=1, address=address, prefixlen=host_bits(address))
            self.addresses.remove(address)
        for address in sorted(wanted - self.addresses):
            self.namespace.links.addr("add", index=1, address=address, prefixlen=host_bits(address))
            self.addresses.add(address)

    def set_routes(self, wanted: Iterable[KernelRoute]) -> None:
        """Set the routes."""
        wanted = set(wanted)
        for route in sorted(self.routes - wanted):
            if not route.link or self.namespace.has(route.link):
                self._route("del", route)
            self.routes.remove(route)
        for route in sorted(wanted - self.routes):
            self._route("add", route)
            self.routes.add(route)

    def _route(self, action: str, route: KernelRoute) -> None:
        arguments: dict[str, object] = {
            "family": AF_INET6 if route.destination in IPV6 else AF_INET,
            "dst": route.destination,
            "table": route.table,
            "type": route.kind,
        }
        if route.link:
            arguments["oif"] = self.namespace.index(route.link)
        if route.gateway:
            arguments |= {"gateway": route.gateway, "flags": ["onlink"]}
        elif route.link and route.destination in IPV4:
            arguments["scope"] = "host" if route.kind == "local" else "link"
        if route.source:
            arguments["prefsrc"] = route.source
        self.namespace.links.route(action, **arguments)

    def forget_link(self, link: str) -> None:
        """Forget the routes over a deleted link: the kernel has deleted them with it."""
        self.routes = {route for route in self.routes if route.link != link}

    def set_rules(self, wanted: Iterable[PolicyRule]) -> None:
        """Set the policy routing rules."""
        wanted = set(wanted)
        for rule in sorted(self.rules - wanted):
            self.namespace.links.rule("del", **rule.arguments())
            self.rules.remove(rule)
        for rule in sorted(wanted - self.rules):
            self.namespace.links.rule("add", **rule.arguments())
            self.rules.add(rule)


class Network:
    """All routers; not thread-safe.

    It records each step, so that a change that failed halfway can be repeated.
    """

    def __init__(self, nft: str, environment: dict[str, str]) -> None:
        self._nft, self._environment = nft, environment
        self.routers: dict[str, Router] = {}
        self.gateways: dict[str, Router] = {}
        self.ports: dict[str, tuple[str, Namespace]] = {}
        """The VPC and namespace of each instance, by the ID of its network interface."""
        self.peerings: dict[str, Peering] = {}
        self.fabric_addresses: dict[str, str] = {}
        """The fabric address of each node and endpoint, by the ID of its network interface."""
        self._free_fabric = map(str, ipaddress.ip_network("240.1.0.0/16").hosts())
        self._tables: dict[str, int] = {}
        self._free_tables = itertools.count(FIRST_TABLE)
        self.kernel = Kernel(**{name: self._supports(text) for name, text in TRIALS.items()})
        self.internet = self._router()
        self.internet.set_addresses([INTERNET, OUTSIDE_DNS, AWS_ADDRESS])
        self.ipv6_addresses: dict[str, str] = {}
        """The IPv6 address of each instance, by the ID of its network interface."""
        self.fabric = self._router()
        self.fabric.set_addresses([FABRIC_HUB])
        self.outside = host()
        link(self.internet.namespace, "out0", self.outside, "eth0")
        self.outside.links.addr("add", index=self.outside.index("eth0"), address=OUTSIDE, prefixlen=24)
        self.outside.links.route("add", dst="default", gateway=INTERNET)
        self._set_ipv6(self.outside, OUTSIDE_IPV6)

    def _supports(self, text: str) -> bool:
        """Return whether the kernel takes a part of a ruleset."""
        namespace = Namespace()
        try:
            namespace.run([self._nft, "-f", "-"], f"table ip trial {{\n{text}\n}}\n", self._environment)
        except RuntimeError:
            return False
        finally:
            namespace.close()
        return True

    @staticmethod
    def _router() -> Router:
        namespace = Namespace()
        namespace.set(**ROUTER_SETTINGS)
        return Router(namespace)

    def apply(self, world: World, health: Health) -> None:
        """Apply a desired state."""
        vpcs = {vpc.id: vpc for vpc in world.vpcs}
        self._remove(vpcs, {item.interface.id for item in world.instances})
        self._number_fabric(world)
        for vpc in world.vpcs:
            if vpc.id not in self.routers:
                router = self._router()
                link(self.fabric.namespace, link_name(vpc.id), router.namespace, FABRIC_LINK)
                self.routers[vpc.id] = router
            self._gateway(vpc)
        self._peer(world)
        for plans in self.plans(world):
            self._apply_router(plans, health)
        public = [
            KernelRoute(f"{address}/32", link=link_name(vpc.id), gateway=GATEWAY)
            for vpc in world.vpcs
            if vpc.internet_gateway
            for _, address in vpc.public_addresses
        ]
        public += [
            KernelRoute(cidr, link=link_name(vpc.id), gateway=DOWN)
            for vpc in world.vpcs
            if vpc.internet_gateway
            for cidr in vpc.ipv6_cidrs
        ]
        outside = [KernelRoute(f"{OUTSIDE}/32", link="out0"), KernelRoute(f"{OUTSIDE_IPV6}/128", link="out0")]
        self.internet.set_routes([*public, *outside])
        addresses = [(item, self.fabric_addresses[item.id]) for item in world.linked]
        self.fabric.set_routes(
            [
                *(KernelRoute(f"{at}/32", link=link_name(item.vpc_id)) for item, at in addresses),
                *(
                    KernelRoute(f"{fabric_in(at, IPV6)}/128", link=link_name(item.vpc_id), gateway=DOWN)
                    for item, at in addresses
                ),
            ]
        )

    def refresh(self, world: World, health: Health) -> None:
        """Update the rules that depend on the health of targets."""
        for plans in self.plans(world):
            if any(plan.nodes for plan in plans):
                self._load(self.routers[plans[0].vpc.id], router_ruleset(plans, health))

    def plans(self, world: World) -> Iterator[tuple[RouterPlan, ...]]:
        """Yield the plans of the router of each VPC, one for each IP version."""
        for vpc in world.vpcs:
            for subnet in vpc.subnets:
                if subnet.id not in self._tables:
                    self._tables[subnet.id] = next(self._free_tables)
        worlds = [(family, in_family(world, family)) for family in FAMILIES]
        yield from zip(*(self._plans(part, family) for family, part in worlds), strict=True)

    def _plans(self, world: World, family: Family) -> Iterator[RouterPlan]:
        fabric = {item: fabric_in(address, family) for item, address in self.fabric_addresses.items()}
        for vpc in world.vpcs:
            instances = tuple(item for item in world.instances if item.interface.vpc_id == vpc.id)
            yield RouterPlan(
                vpc=vpc,
                instances=instances,
                nodes=tuple(item for item in world.nodes if item.interface.vpc_id == vpc.id),
                endpoints=tuple(item for item in world.endpoints if item.interface.vpc_id == vpc.id),
                links={item.interface.id: link_name(item.interface.id) for item in instances},
                fabric=fabric,
                tables=self._tables,
                family=family,
                applications=tuple(item for item in world.applications if item.interface.vpc_id == vpc.id),
                kernel=self.kernel,
                peers=dict(peers_of(vpc, world, family)),
            )

    def relay_marks(self, world: World) -> dict[str, int]:
        """Return the mark of the connections that relays open for each node."""
        return {
            node.id: plan.relay_mark(node)
            for plans in self.plans(world)
            for plan in plans
            for node in plan.nodes
        }

    def _peer(self, world: World) -> None:
        """Connect the routers of peer VPCs."""
        wanted = {
            item.id: item for item in world.peerings if {item.requester, item.accepter} <= self.routers.keys()
        }
        for peering_id in sorted(self.peerings.keys() - wanted.keys()):
            peering = self.peerings.pop(peering_id)
            for vpc_id in (peering.requester, peering.accepter):
                if router := self.routers.get(vpc_id):
                    router.namespace.delete_link(link_name(peering_id))
                    router.forget_link(link_name(peering_id))
        for peering_id in sorted(wanted.keys() - self.peerings.keys()):
            name, peering = link_name(peering_id), wanted[peering_id]
            requester, accepter = self.routers[peering.requester], self.routers[peering.accepter]
            link(requester.namespace, name, accepter.namespace, name)
            self.peerings[peering_id] = peering

    def _number_fabric(self, world: World) -> None:
        used = {interface.id for interface in world.linked}
        for interface_id in sorted(used - self.fabric_addresses.keys()):
            self.fabric_addresses[interface_id] = next(self._free_fabric)
        for interface_id in self.fabric_addresses.keys() - used:
            # Not reused: connections of the former owner may still be tracked.
            del self.fabric_addresses[interface_id]

    def _gateway(self, vpc: Vpc) -> None:
        found = self.gateways.get(vpc.id)
        router = self.routers[vpc.id]
        if not vpc.internet_gateway:
            if found:
                router.forget_link(GATEWAY_LINK)
                self._drop_gateway(vpc.id)
            return
        if found is None:
            found = self._router()
            link(found.namespace, "vpc0", router.namespace, GATEWAY_LINK)
            link(self.internet.namespace, link_name(vpc.id), found.namespace, "net0")
            found.set_addresses([GATEWAY])
            self.gateways[vpc.id] = found
        base = plus(vpc.cidrs[0].partition("/")[0], 1)
        found.set_routes(
            [
                KernelRoute("0.0.0.0/0", link="net0", gateway=INTERNET),
                *(KernelRoute(cidr, link="vpc0", gateway=base) for cidr in vpc.cidrs),
                KernelRoute(IPV6.everything, link="net0", gateway=UP),
                *(KernelRoute(cidr, link="vpc0", gateway=DOWN) for cidr in vpc.ipv6_cidrs),
            ]
        )
        self._load(found, gateway_ruleset(vpc))

    def _apply_router(self, plans: Sequence[RouterPlan], health: Health) -> None:
        vpc, router = plans[0].vpc, self.routers[plans[0].vpc.id]
        for instance in plans[0].instances:
            self._port(instance, vpc)
        # The rules first, so that new links are filtered from the first packet.
        self._load(router, router_ruleset(plans, health))
        router.set_addresses(
            [
                *(plus(subnet.cidr.partition("/")[0], 1) for subnet in vpc.subnets),
                plus(vpc.cidrs[0].partition("/")[0], 1),
                *resolver_addresses(vpc),
                *(interface.address for plan in plans for interface in plan.virtual),
                *(item.interface.address for plan in plans for item in plan.applications),
                *(plan.fabric[interface.id] for plan in plans for interface in plan.virtual),
            ]
        )
        router.set_routes(route for plan in plans for route in router_routes(plan))
        router.set_rules(rule for plan in plans for rule in policy_rules(plan))

    def _port(self, instance: Instance, vpc: Vpc) -> None:
        """Create the namespace of an instance, connect it, and set its IPv6 address."""
        interface = instance.interface
        if interface.id not in self.ports:
            namespace = host()
            link(self.routers[vpc.id].namespace, link_name(interface.id), namespace, "eth0")
            block = next(subnet.cidr for subnet in vpc.subnets if subnet.id == interface.subnet_id)
            base, _, length = block.partition("/")
            namespace.links.addr(
                "add", index=namespace.index("eth0"), address=interface.address, prefixlen=int(length)
            )
            namespace.links.route("add", dst="default", gateway=plus(base, 1))
            self.ports[interface.id] = (vpc.id, namespace)
        _, namespace = self.ports[interface.id]
        before = self.ipv6_addresses.get(interface.id, "")
        if interface.ipv6_address != before:
            if before:
                namespace.links.addr("del", index=namespace.index("eth0"), address=before, prefixlen=128)
            if interface.ipv6_address:
                self._set_ipv6(namespace, interface.ipv6_address)
            self.ipv6_addresses[interface.id] = interface.ipv6_address

    @staticmethod
    def _set_ipv6(namespace: Namespace, address: str) -> None:
        """Set the IPv6 address of a host, whose router is its only neighbour."""
        index = namespace.index("eth0")
        namespace.links.addr("add", index=index, address=address, prefixlen=128)
        namespace.links.route("replace", dst=IPV6.everything, gateway=UP, oif=index)

    def _load(self, router: Router, ruleset: str) -> None:
        if ruleset != router.ruleset:
            router.namespace.run([self._nft, "-f", "-"], ruleset, self._environment)
            if not router.ruleset:
                router.namespace.set(**LATE_SETTINGS)
            router.ruleset = ruleset

    def _remove(self, vpcs: Mapping[str, Vpc], interface_ids: set[str]) -> None:
        for interface_id in sorted(self.ports.keys() - interface_ids):
            vpc_id, namespace = self.ports.pop(interface_id)
            self.ipv6_addresses.pop(interface_id, None)
            router = self.routers[vpc_id]
            link = link_name(interface_id)
            router.set_rules(rule for rule in router.rules if rule.link != link)
            router.namespace.delete_link(link)
            router.forget_link(link)
            namespace.close()
        for vpc_id in sorted(self.routers.keys() - vpcs.keys()):
            self._drop_gateway(vpc_id)
            self.fabric.namespace.delete_link(link_name(vpc_id))
            self.fabric.forget_link(link_name(vpc_id))
            self.routers.pop(vpc_id).namespace.close()

    def _drop_gateway(self, vpc_id: str) -> None:
        if gateway := self.gateways.pop(vpc_id, None):
            link = link_name(vpc_id)
            gateway.namespace.delete_link("vpc0")
            self.internet.namespace.delete_link(link)
            self.internet.forget_link(link)
            gateway.namespace.close()


def router_routes(plan: RouterPlan) -> Iterator[KernelRoute]:
    """Yield the routes of a VPC's router in one IP version."""
    family = plan.family
    if not plan.vpc.cidrs:
        return
    gateways = {subnet.id: plus(subnet.cidr.partition("/")[0], 1) for subnet in plan.vpc.subnets}
    yield KernelRoute(family.everything, table=LOCAL_TABLE, link="lo", kind="local")
    for cidr in plan.vpc.cidrs:
        yield KernelRoute(cidr, kind="unreachable")
    if family is IPV4:
        yield KernelRoute(f"{FABRIC_HUB}/32", link=FABRIC_LINK)
    yield KernelRoute(family.fabric, link=FABRIC_LINK, gateway=FABRIC_HUB if family is IPV4 else UP)
    for instance in plan.instances:
        interface = instance.interface
        yield KernelRoute(
            family.host(interface.address),
            link=link_name(interface.id),
            source=gateways[interface.subnet_id] if family is IPV4 else "",
        )
    for subnet in plan.vpc.subnets:
        yield from table_routes(plan, subnet)


def table_routes(plan: RouterPlan, subnet: Subnet) -> Iterator[KernelRoute]:
    """Yield the routing table of a subnet; the main table has the local routes."""
    vpc, family, table = plan.vpc, plan.family, plan.tables[subnet.id]
    for cidr in (*vpc.cidrs, family.fabric):
        yield KernelRoute(cidr, table=table, kind="throw")
    gateway = GATEWAY if family is IPV4 else UP
    for route in subnet.routes:
        peer = plan.peers.get(route.peering)
        if peer:
            yield KernelRoute(route.cidr, table=table, link=peer.link, gateway=peer.gateway)
        elif vpc.internet_gateway and (route.internet or route.egress_only or leads_out(vpc, route.nat)):
            yield KernelRoute(route.cidr, table=table, link=GATEWAY_LINK, gateway=gateway)
        else:
            yield KernelRoute(route.cidr, table=table, kind="blackhole")


def leads_out(vpc: Vpc, nat: Nat | None) -> bool:
    """Return whether the subnet of a NAT gateway has a route to the internet gateway."""
    return nat is not None and any(
        route.internet for subnet in vpc.subnets if subnet.id == nat.subnet_id for route in subnet.routes
    )


def peers_of(vpc: Vpc, world: World, family: Family) -> Iterator[tuple[str, Peer]]:
    """Yield the ID of each peering connection of a VPC, and the peer."""
    vpcs = {item.id: item for item in world.vpcs}
    for peering in world.peerings:
        ends = {peering.requester: peering.accepter, peering.accepter: peering.requester}
        other = vpcs.get(ends.get(vpc.id, ""))
        if other and other.cidrs and vpc.cidrs:
            down = DOWN if vpc.id == peering.requester else UP
            gateway = plus(other.cidrs[0].partition("/")[0], 1) if family is IPV4 else down
            yield peering.id, Peer(link_name(peering.id), gateway)


def policy_rules(plan: RouterPlan) -> Iterator[PolicyRule]:
    """Yield the policy routing rules of a VPC's router in one IP version."""
    version = plan.family.version
    if not plan.vpc.cidrs:
        return
    yield PolicyRule(LOCAL_TABLE, family=version)
    for subnet in plan.vpc.subnets:
        yield PolicyRule(plan.tables[subnet.id], family=version)
    applications = [application.interface for application in plan.applications]
    for interface in (*plan.virtual, *applications):
        yield PolicyRule(plan.tables[interface.subnet_id], source=interface.address, family=version)
    for instance in plan.instances:
        interface = instance.interface
        yield PolicyRule(plan.tables[interface.subnet_id], link=link_name(interface.id), family=version)


def host() -> Namespace:
    """Return the namespace of a host."""
    namespace = Namespace()
    namespace.set(**HOST_SETTINGS)
    return namespace


def link(upper: Namespace, upper_link: str, lower: Namespace, lower_link: str) -> None:
    """Connect two namespaces, with a link-local address at each end."""
    connect(upper, upper_link, lower, lower_link)
    for namespace, name, address in ((upper, upper_link, UP), (lower, lower_link, DOWN)):
        namespace.links.addr("add", index=namespace.index(name), address=address, prefixlen=64)


def host_bits(address: str) -> int:
    """Return the length of the prefix of one address."""
    return IPV6.bits if address in IPV6 else IPV4.bits


def link_name(resource_id: str) -> str:
    """Return the name of a link for a resource, of at most 15 characters."""
    return f"x{hashlib.sha256(resource_id.encode()).hexdigest()[:12]}"
