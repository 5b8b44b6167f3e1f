"""Apply changes of the desired state to routers, links, addresses, routes and rules in the kernel."""

import hashlib
import ipaddress
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from privatelink.sandbox.dataplane.namespaces import Namespace, connect
from privatelink.sandbox.dataplane.ruleset import (
    FABRIC,
    FABRIC_LINK,
    GATEWAY_LINK,
    LOCAL_TABLE,
    Health,
    RouterPlan,
    gateway_ruleset,
    plus,
    resolver_addresses,
    router_ruleset,
)
from privatelink.sandbox.dataplane.world import Instance, Vpc, World
from privatelink.sandbox.outside import ADDRESS as OUTSIDE

INTERNET = "192.0.2.1"
"""In the third block of RFC 5737, for hosts outside all VPCs; `sandbox.addresses` assigns the other two."""
GATEWAY = "192.0.2.3"
OUTSIDE_DNS = "192.0.2.53"
FABRIC_HUB = "240.0.0.1"
FIRST_TABLE = 100

ROUTER_SETTINGS = {
    "ipv4__ip_forward": 1,
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
LATE_SETTINGS = {
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

    def arguments(self) -> dict[str, str | int]:
        """Return the arguments for pyroute2."""
        if self.link:
            return {"iifname": self.link, "table": self.table, "priority": 200}
        if self.source:
            return {"src": self.source, "src_len": 32, "table": self.table, "priority": 150}
        return {"fwmark": self.table, "fwmask": 0xFFFF, "table": self.table, "priority": 100}


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
            self.namespace.links.addr("del", index=1, address=address, prefixlen=32)
            self.addresses.remove(address)
        for address in sorted(wanted - self.addresses):
            self.namespace.links.addr("add", index=1, address=address, prefixlen=32)
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
        arguments: dict[str, object] = {"dst": route.destination, "table": route.table, "type": route.kind}
        if route.link:
            arguments["oif"] = self.namespace.index(route.link)
        if route.gateway:
            arguments |= {"gateway": route.gateway, "flags": ["onlink"]}
        elif route.link:
            arguments["scope"] = "host" if route.kind == "local" else "link"
        if route.source:
            arguments["prefsrc"] = route.source
        self.namespace.links.route(action, **arguments)

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
        self.fabric_addresses: dict[str, str] = {}
        """The fabric address of each node and endpoint, by the ID of its network interface."""
        self._free_fabric = map(str, ipaddress.ip_network("240.1.0.0/16").hosts())
        self._tables: dict[str, int] = {}
        self._free_tables = itertools.count(FIRST_TABLE)
        self.internet = self._router()
        self.internet.set_addresses([INTERNET, OUTSIDE_DNS])
        self.fabric = self._router()
        self.fabric.set_addresses([FABRIC_HUB])
        self.outside = Namespace()
        connect(self.internet.namespace, "out0", self.outside, "eth0")
        self.outside.links.addr("add", index=self.outside.index("eth0"), address=OUTSIDE, prefixlen=24)
        self.outside.links.route("add", dst="default", gateway=INTERNET)

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
                connect(self.fabric.namespace, link_name(vpc.id), router.namespace, FABRIC_LINK)
                self.routers[vpc.id] = router
            self._gateway(vpc)
        for plan in self.plans(world):
            self._apply_router(plan, health)
        public = [
            KernelRoute(f"{address}/32", link=link_name(vpc.id), gateway=GATEWAY)
            for vpc in world.vpcs
            if vpc.internet_gateway
            for _, address in vpc.public_addresses
        ]
        self.internet.set_routes([*public, KernelRoute(f"{OUTSIDE}/32", link="out0")])
        self.fabric.set_routes(
            KernelRoute(f"{self.fabric_addresses[item.id]}/32", link=link_name(item.vpc_id))
            for item in world.linked
        )

    def refresh(self, world: World, health: Health) -> None:
        """Update the rules that depend on the health of targets."""
        for plan in self.plans(world):
            if plan.nodes:
                self._load(self.routers[plan.vpc.id], router_ruleset(plan, health))

    def plans(self, world: World) -> Iterator[RouterPlan]:
        """Yield the plan of the router of each VPC."""
        for vpc in world.vpcs:
            for subnet in vpc.subnets:
                if subnet.id not in self._tables:
                    self._tables[subnet.id] = next(self._free_tables)
            instances = tuple(item for item in world.instances if item.interface.vpc_id == vpc.id)
            yield RouterPlan(
                vpc=vpc,
                instances=instances,
                nodes=tuple(item for item in world.nodes if item.interface.vpc_id == vpc.id),
                endpoints=tuple(item for item in world.endpoints if item.interface.vpc_id == vpc.id),
                links={item.interface.id: link_name(item.interface.id) for item in instances},
                fabric=self.fabric_addresses,
                tables=self._tables,
            )

    def relay_marks(self, world: World) -> dict[str, int]:
        """Return the mark of the connections that relays open for each node."""
        return {node.id: plan.relay_mark(node) for plan in self.plans(world) for node in plan.nodes}

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
                router.routes = {route for route in router.routes if route.link != GATEWAY_LINK}
                self._drop_gateway(vpc.id)
            return
        if found is None:
            found = self._router()
            connect(router.namespace, GATEWAY_LINK, found.namespace, "vpc0")
            connect(self.internet.namespace, link_name(vpc.id), found.namespace, "net0")
            found.set_addresses([GATEWAY])
            self.gateways[vpc.id] = found
        base = plus(vpc.cidrs[0].partition("/")[0], 1)
        found.set_routes(
            [
                KernelRoute("0.0.0.0/0", link="net0", gateway=INTERNET),
                *(KernelRoute(cidr, link="vpc0", gateway=base) for cidr in vpc.cidrs),
            ]
        )
        self._load(found, gateway_ruleset(vpc))

    def _apply_router(self, plan: RouterPlan, health: Health) -> None:
        vpc, router = plan.vpc, self.routers[plan.vpc.id]
        for instance in plan.instances:
            self._port(instance, vpc)
        router_addresses = {subnet.id: plus(subnet.cidr.partition("/")[0], 1) for subnet in vpc.subnets}
        virtual = plan.virtual
        # The rules first, so that new links are filtered from the first packet.
        self._load(router, router_ruleset(plan, health))
        router.set_addresses(
            [
                *router_addresses.values(),
                plus(vpc.cidrs[0].partition("/")[0], 1),
                *resolver_addresses(vpc),
                *(interface.address for interface in virtual),
                *(plan.fabric[interface.id] for interface in virtual),
            ]
        )
        router.set_routes(
            [
                KernelRoute("0.0.0.0/0", table=LOCAL_TABLE, link="lo", kind="local"),
                *(KernelRoute(cidr, kind="unreachable") for cidr in vpc.cidrs),
                KernelRoute(f"{FABRIC_HUB}/32", link=FABRIC_LINK),
                KernelRoute(FABRIC, link=FABRIC_LINK, gateway=FABRIC_HUB),
                *(
                    KernelRoute(
                        f"{instance.interface.address}/32",
                        link=link_name(instance.interface.id),
                        source=router_addresses[instance.interface.subnet_id],
                    )
                    for instance in plan.instances
                ),
                *(route for subnet in vpc.subnets for route in table_routes(vpc, subnet.id, plan.tables)),
            ]
        )
        router.set_rules(
            [
                PolicyRule(LOCAL_TABLE),
                *(PolicyRule(plan.tables[subnet.id]) for subnet in vpc.subnets),
                *(
                    PolicyRule(plan.tables[interface.subnet_id], source=interface.address)
                    for interface in virtual
                ),
                *(
                    PolicyRule(
                        plan.tables[instance.interface.subnet_id], link=link_name(instance.interface.id)
                    )
                    for instance in plan.instances
                ),
            ]
        )

    def _port(self, instance: Instance, vpc: Vpc) -> None:
        """Create the namespace of an instance and connect it."""
        interface = instance.interface
        if interface.id in self.ports:
            return
        namespace = Namespace()
        connect(self.routers[vpc.id].namespace, link_name(interface.id), namespace, "eth0")
        block = next(subnet.cidr for subnet in vpc.subnets if subnet.id == interface.subnet_id)
        base, _, length = block.partition("/")
        namespace.links.addr(
            "add", index=namespace.index("eth0"), address=interface.address, prefixlen=int(length)
        )
        namespace.links.route("add", dst="default", gateway=plus(base, 1))
        self.ports[interface.id] = (vpc.id, namespace)

    def _load(self, router: Router, ruleset: str) -> None:
        if ruleset != router.ruleset:
            router.namespace.run([self._nft, "-f", "-"], ruleset, self._environment)
            if not router.ruleset:
                router.namespace.set(**LATE_SETTINGS)
            router.ruleset = ruleset

    def _remove(self, vpcs: Mapping[str, Vpc], interface_ids: set[str]) -> None:
        for interface_id in sorted(self.ports.keys() - interface_ids):
            vpc_id, namespace = self.ports.pop(interface_id)
            router = self.routers[vpc_id]
            link = link_name(interface_id)
            router.set_rules(rule for rule in router.rules if rule.link != link)
            router.namespace.delete_link(link)
            # The kernel has deleted the routes with the link.
            router.routes = {route for route in router.routes if route.link != link}
            namespace.close()
        for vpc_id in sorted(self.routers.keys() - vpcs.keys()):
            self._drop_gateway(vpc_id)
            self.fabric.namespace.delete_link(link_name(vpc_id))
            self.fabric.routes = {item for item in self.fabric.routes if item.link != link_name(vpc_id)}
            self.routers.pop(vpc_id).namespace.close()

    def _drop_gateway(self, vpc_id: str) -> None:
        if gateway := self.gateways.pop(vpc_id, None):
            link = link_name(vpc_id)
            gateway.namespace.delete_link("vpc0")
            self.internet.namespace.delete_link(link)
            self.internet.routes = {route for route in self.internet.routes if route.link != link}
            gateway.namespace.close()


def table_routes(vpc: Vpc, subnet_id: str, tables: Mapping[str, int]) -> Iterator[KernelRoute]:
    """Yield the routing table of a subnet; the main table has the local routes."""
    table = tables[subnet_id]
    for cidr in (*vpc.cidrs, FABRIC):
        yield KernelRoute(cidr, table=table, kind="throw")
    subnet = next(subnet for subnet in vpc.subnets if subnet.id == subnet_id)
    for route in subnet.routes:
        if route.internet:
            yield KernelRoute(route.cidr, table=table, link=GATEWAY_LINK, gateway=GATEWAY)
        else:
            yield KernelRoute(route.cidr, table=table, kind="blackhole")


def link_name(resource_id: str) -> str:
    """Return the name of a link for a resource, of at most 15 characters."""
    return f"x{hashlib.sha256(resource_id.encode()).hexdigest()[:12]}"
