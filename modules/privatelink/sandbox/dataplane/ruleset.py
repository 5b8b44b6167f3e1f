"""The nftables rules of a VPC's router and of its internet gateway, generated from the desired state.

All addresses of a VPC are one hop from its router, so only the router filters; its connection tracking makes
security groups stateful. A packet passes these chains in order:

1. `early`: network ACL and security group of the sender, and security group of the load balancer or endpoint
   that it is sent to;
2. `balance`: the load balancer selects a target; the endpoint forwards to the load balancer;
3. `through`: security group of the load balancer for traffic to its targets; no other traffic between VPCs;
4. `source`: the source address that the receiver sees;
5. `last`: network ACL and security group of the receiver.
"""

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from privatelink.sandbox.dataplane.families import IPV4, IPV6, Family, rules_in
from privatelink.sandbox.dataplane.pace import SPEED
from privatelink.sandbox.dataplane.world import (
    AclEntry,
    Application,
    Endpoint,
    Group,
    Instance,
    Interface,
    Listener,
    Node,
    Rule,
    Subnet,
    Target,
    Vpc,
)

TABLE_BITS = 0xFFFF
"""The low bits of a connection mark: the routing table of return traffic."""
BALANCED, MASKED, LINKED = 0x10000, 0x20000, 0x40000
"""Bits of a mark: through a load balancer; with the load balancer as source; through an endpoint."""
RELAYED, NUMBER_SHIFT, NUMBERS = 0x80000, 20, 0x1000
"""A bit of the mark of connections that `relays` opens, whose upper bits are the number of the node."""
RELAY_BITS = RELAYED | (NUMBERS - 1) << NUMBER_SHIFT
LOCAL_TABLE = 99
"""The routing table, and the mark, of packets for sockets that have the address of a client."""

FABRIC_LINK, GATEWAY_LINK = "pl0", "igw0"
DNS_ANYWHERE = "169.254.169.253"

NEIGHBOUR_DISCOVERY = "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }"

Health = Mapping[tuple[str, str, str], bool]
"""Whether a target is healthy for a node, by node, target group and target; missing if unknown."""


@dataclass(frozen=True)
class Peer:
    """The other VPC of a peering connection: the link to its router, and the router's address on it."""

    link: str
    gateway: str


@dataclass(frozen=True)
class Kernel:
    """What the kernel supports; not all do."""

    transparent_sockets: bool = True
    """Module nft_socket: relays preserve the client's address."""
    idle_timeouts: bool = True
    """Module nft_ct with connection tracking timeouts: idle timeouts of load balancers."""


@dataclass(frozen=True)
class RouterPlan:
    """The input for the rules of a router, in one IP version."""

    vpc: Vpc
    instances: tuple[Instance, ...] = ()
    nodes: tuple[Node, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    """The link to each instance, by the ID of its network interface."""
    fabric: Mapping[str, str] = field(default_factory=dict)
    """The fabric address of each node and endpoint of all VPCs, by the ID of its network interface."""
    tables: Mapping[str, int] = field(default_factory=dict)
    """The routing table of each subnet."""
    family: Family = IPV4
    applications: tuple[Application, ...] = ()
    kernel: "Kernel" = field(default_factory=lambda: Kernel())
    peers: Mapping[str, Peer] = field(default_factory=dict)
    """The peer VPCs, by the ID of the peering connection."""

    def relay_mark(self, node: Node) -> int:
        """Return the mark of the connections that a process opens for a node."""
        return relay_mark(self.fabric[node.id], self.tables[node.interface.subnet_id])

    @property
    def virtual(self) -> list[Interface]:
        """The interfaces of load balancer nodes and endpoints, which the router implements."""
        nodes = [node.interface for node in self.nodes]
        return [*nodes, *(endpoint.interface for endpoint in self.endpoints)]


def relay_mark(fabric_address: str, table: int) -> int:
    """Return the mark of the connections that a process opens for a load balancer node.

    Arguments:
        fabric_address: the fabric address of the node, which has the number of the node.
        table: the routing table of its subnet.
    """
    number = int(ipaddress.ip_address(fabric_address)) % NUMBERS
    return table | RELAYED | number << NUMBER_SHIFT


def usable_targets(node: Node, listener: Listener, health: Health) -> tuple[Target, ...]:
    """Return the targets of a node: the healthy ones, or all if every target of the listener is unhealthy.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html
    """
    candidates = node.candidates(listener)
    healthy = tuple(
        target for target in candidates if health.get((node.id, target.group_arn, target.id)) is True
    )
    if healthy:
        return healthy
    good = {(group, target) for (_, group, target), state in health.items() if state}
    bad = {(group, target) for (_, group, target), state in health.items() if not state} - good
    return candidates if all(target.key in bad for target in listener.targets) else ()


def router_ruleset(plans: Iterable[RouterPlan], health: Health) -> str:
    """Return the rules of a VPC's router, from its plan in each IP version."""
    tables = (
        line
        for plan in plans
        for line in (f"table {plan.family.word} sandbox {{", *_Router(plan, health).lines(), "}")
    )
    return "\n".join(["flush ruleset", *tables, ""])


def gateway_ruleset(vpc: Vpc) -> str:
    """Return the rules of an internet gateway: one-to-one NAT of IPv4, and no traffic of other addresses.

    IPv6 addresses are public. A subnet with a route to an egress-only internet gateway cannot be reached.
    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html
    """
    pairs = vpc.public_addresses
    inward = ", ".join(f"{public} : {private}" for private, public in pairs)
    outward = ", ".join(f"{private} : {public}" for private, public in pairs)
    private = ", ".join(private for private, _ in pairs)
    rules = [
        "chain inward { type nat hook prerouting priority -100;",
        *([f'iifname "net0" dnat to ip daddr map {{ {inward} }};'] if pairs else []),
        "}",
        "chain outward { type nat hook postrouting priority 100;",
        *([f'oifname "net0" snat to ip saddr map {{ {outward} }};'] if pairs else []),
        "}",
        "chain through { type filter hook forward priority 0; policy drop;",
        "ct state established,related accept;",
        *([f'iifname "vpc0" ip saddr {{ {private} }} accept;'] if pairs else []),
        'iifname "net0" ct status dnat accept;',
        "}",
        "chain local { type filter hook input priority 0; policy drop; }",
        *hidden_hop(IPV4, 'iifname "net0"'),
    ]
    reachable = [
        subnet.ipv6_cidr
        for subnet in vpc.subnets
        if subnet.ipv6_cidr and any(route.internet and route.cidr in IPV6 for route in subnet.routes)
    ]
    ipv6_rules = [
        "chain through { type filter hook forward priority 0; policy drop;",
        "ct state established,related accept;",
        *(f'iifname "vpc0" ip6 saddr {cidr} accept;' for cidr in vpc.ipv6_cidrs),
        *(f'iifname "net0" ip6 daddr {cidr} accept;' for cidr in reachable),
        "}",
        *(hidden_hop(IPV6, 'iifname "net0"') if vpc.ipv6_cidrs else ()),
    ]
    tables = ["table ip sandbox {", *rules, "}", "table ip6 sandbox {", *ipv6_rules, "}"]
    return "\n".join(["flush ruleset", *tables, ""])


def hidden_hop(family: Family, match: str = "") -> Iterator[str]:
    """Yield chains that hide a router from traceroutes, like AWS's routers.

    The kernel decrements the TTL of forwarded packets; these chains increment it before.
    """
    hops, word = range(1, 64), f"{family.word} {family.hops}"
    yield "chain hide { type filter hook prerouting priority -160;"
    if family is IPV6:
        yield f"{NEIGHBOUR_DISCOVERY} return;"
    yield f"{match} {word} < 64 {word} vmap {{ {', '.join(f'{hop} : jump ttl{hop}' for hop in hops)} }};"
    yield "}"
    for hop in hops:
        yield f"chain ttl{hop} {{ {word} set {hop + 1}; }}"


class _Router:
    """The lines of one router's ruleset."""

    def __init__(self, plan: RouterPlan, health: Health) -> None:
        self.plan, self.health, self.vpc = plan, health, plan.vpc
        self.family, self.ip = plan.family, plan.family.word
        self.subnets = {subnet.id: subnet for subnet in plan.vpc.subnets}
        self.groups = {group.id: group for group in plan.vpc.groups}
        self.fronts = [node.interface for node in plan.nodes]
        self.local_fabric = [plan.fabric[front.id] for front in self.fronts if front.id in plan.fabric]

    def lines(self) -> Iterator[str]:
        if not self.vpc.cidrs:
            yield "chain through { type filter hook forward priority 0; policy drop; }"
            return
        yield from self._sets()
        yield from self._idle_timeouts()
        for owner in self._filtered():
            yield from self._group_chain(f"from_{_id(owner.id)}", owner, outward=True)
            yield from self._group_chain(f"to_{_id(owner.id)}", owner, outward=False)
        for endpoint in self.plan.endpoints:
            yield from self._endpoint_chain(endpoint)
        for subnet in self._guarded():
            yield from self._acl_chain(subnet, outward=True)
            yield from self._acl_chain(subnet, outward=False)
        # A load balancer or an endpoint is the first hop for its clients.
        addresses = [interface.address for interface in self.plan.virtual] + self.local_fabric
        yield from hidden_hop(self.family)
        yield from self._early(addresses)
        yield from self._balance()
        yield from self._through()
        yield from self._source()
        yield from self._last()
        yield from self._local()

    def _filtered(self) -> Iterator[Interface]:
        for instance in self.plan.instances:
            yield instance.interface
        for front in self.fronts:
            if front.groups:
                yield front
        for endpoint in self.plan.endpoints:
            yield endpoint.interface
        for application in self.plan.applications:
            yield application.interface

    def _sets(self) -> Iterator[str]:
        for group in self.vpc.groups:
            elements = f" elements = {{ {', '.join(group.members)} }};" if group.members else ""
            yield f"set {_id(group.id)} {{ type ipv{self.family.version}_addr;{elements} }}"

    def _group_chain(self, name: str, owner: Interface, *, outward: bool) -> Iterator[str]:
        yield f"chain {name} {{"
        for group in self._groups_of(owner):
            for rule in group.egress if outward else group.ingress:
                yield from self._rule_lines(rule, outward=outward)
        yield "drop; }"

    def _groups_of(self, owner: Interface) -> Iterator[Group]:
        return (self.groups[group] for group in owner.groups if group in self.groups)

    def _rule_lines(self, rule: Rule, *, outward: bool) -> Iterator[str]:
        matched = protocol_match(rule)
        if rule.protocol in (IPV4.icmp + IPV6.icmp) and rule.protocol not in self.family.icmp:
            return
        side = "daddr" if outward else "saddr"
        if rule.cidr is not None:
            yield f"{self.ip} {side} {rule.cidr} {matched} return;"
        elif rule.group in self.groups:
            members = _id(rule.group)
            yield f"{self.ip} {side} @{members} {matched} return;"
            if not outward:
                # Traffic with preserved client IP still comes from the load balancer:
                # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html
                yield (
                    f"ct mark & {BALANCED:#x} != 0 ct original {self.ip} daddr @{members} {matched} return;"
                )
                marks = [
                    f"{self.plan.relay_mark(node) & RELAY_BITS:#x}"
                    for node in self.plan.nodes
                    if rule.group in node.interface.groups and node.id in self.plan.fabric
                ]
                if marks:
                    yield f"ct mark & {RELAY_BITS:#x} {{ {', '.join(marks)} }} {matched} return;"

    def _endpoint_chain(self, endpoint: Endpoint) -> Iterator[str]:
        yield f"chain reach_{_id(endpoint.interface.id)} {{"
        if not endpoint.available:
            yield "drop; }"
            return
        yield f"jump to_{_id(endpoint.interface.id)};"
        if endpoint.admission is not None:
            for rule in rules_in(endpoint.admission.rules, self.family):
                yield from self._rule_lines(rule, outward=False)
            yield "drop;"
        yield "}"

    def _guarded(self) -> Iterator[Subnet]:
        return (subnet for subnet in self.vpc.subnets if not subnet.acl.open)

    def _acl_chain(self, subnet: Subnet, *, outward: bool) -> Iterator[str]:
        """Yield the chain of a network ACL: stateless, and not for traffic within the subnet.

        https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
        """
        entries: Iterable[AclEntry] = subnet.acl.egress if outward else subnet.acl.ingress
        side = "daddr" if outward else "saddr"
        yield f"chain acl_{'out' if outward else 'in'}_{_id(subnet.id)} {{"
        yield f"{self.ip} {side} {subnet.cidr} return;"
        for entry in entries:
            verdict = "return" if entry.allow else "drop"
            yield f"{self.ip} {side} {entry.rule.cidr} {protocol_match(entry.rule)} {verdict};"
        yield "drop; }"

    def _early(self, virtual: list[str]) -> Iterator[str]:
        instances = self.plan.instances
        guarded = {subnet.id for subnet in self._guarded()}
        yield "chain early { type filter hook prerouting priority -150; policy accept;"
        if self.family is IPV6:
            yield f"{NEIGHBOUR_DISCOVERY} accept;"
        if virtual:
            yield f"{self.ip} daddr {{ {', '.join(virtual)} }} {self.ip} {self.family.hops} set 64;"
        yield f"ct mark & {BALANCED:#x} != 0 meta mark set ct mark & {TABLE_BITS:#x};"
        preserved = any(listener.preserve_client_ip for _, listener in self._relayed())
        if preserved and self.plan.kernel.transparent_sockets:
            yield f"meta l4proto tcp socket transparent 1 meta mark set {LOCAL_TABLE};"
        for instance in instances:
            link = self.plan.links[instance.interface.id]
            # https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html#EIP_Disable_SrcDestCheck
            yield f'iifname "{link}" {self.ip} saddr != {instance.interface.address} drop;'
        # Neither security groups nor network ACLs filter Amazon's DNS.
        yield from self._dns()
        yield from self._verdicts(
            "iifname",
            {
                f'"{self.plan.links[instance.interface.id]}"': f"acl_out_{_id(instance.interface.subnet_id)}"
                for instance in instances
                if instance.interface.subnet_id in guarded
            },
        )
        for interface in self.plan.virtual:
            if interface.subnet_id in guarded:
                yield f"{self.ip} daddr {interface.address} jump acl_in_{_id(interface.subnet_id)};"
        yield "ct state established,related accept;"
        yield from self._set_idle_timeouts()
        yield from self._verdicts(
            "iifname",
            {
                f'"{self.plan.links[instance.interface.id]}"': f"from_{_id(instance.interface.id)}"
                for instance in instances
            },
        )
        yield f'{self.ip} daddr {self.family.fabric} iifname != "{FABRIC_LINK}" drop;'
        for peer in self.plan.peers.values():
            # https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html#vpc-peering-limitations
            yield f'iifname "{peer.link}" {self.ip} daddr != {{ {", ".join(self.vpc.cidrs)} }} drop;'
        own = ", ".join(self.local_fabric)
        yield f'iifname "{FABRIC_LINK}" ' + (f"{self.ip} daddr != {{ {own} }} drop;" if own else "drop;")
        reached = {front.address: f"to_{_id(front.id)}" for front in self.fronts if front.groups}
        reached |= {
            endpoint.interface.address: f"reach_{_id(endpoint.interface.id)}"
            for endpoint in self.plan.endpoints
        }
        yield from self._verdicts(f"{self.ip} daddr", reached)
        yield "}"

    def _idle_seconds(self) -> dict[int, list[tuple[Node, Listener]]]:
        """The listeners over TCP that the kernel passes on, by their idle timeout."""
        found: dict[int, list[tuple[Node, Listener]]] = defaultdict(list)
        if self.plan.kernel.idle_timeouts:
            for node in self.plan.nodes:
                for listener in node.listeners:
                    if listener.protocol == "tcp" and not listener.relayed(self.family.version):
                        found[max(round(listener.idle_timeout / SPEED), 1)].append((node, listener))
        return found

    def _idle_timeouts(self) -> Iterator[str]:
        for seconds in self._idle_seconds():
            policy = f"policy = {{ established : {seconds} }}"
            yield f"ct timeout idle{seconds} {{ protocol tcp; l3proto {self.ip}; {policy}; }}"

    def _set_idle_timeouts(self) -> Iterator[str]:
        for seconds, listeners in self._idle_seconds().items():
            for node, listener in listeners:
                places = [node.interface.address, *filter(None, [self.plan.fabric.get(node.id)])]
                match = f"{self.ip} daddr {{ {', '.join(places)} }} tcp dport {listener.port}"
                yield f'{match} ct timeout set "idle{seconds}";'

    def _dns(self) -> Iterator[str]:
        if self.vpc.dns_support and self.family is IPV4:
            places = ", ".join(resolver_addresses(self.vpc))
            yield f"ip daddr {{ {places} }} meta l4proto {{ tcp, udp }} th dport 53 accept;"

    def _verdicts(self, key: str, chains: Mapping[str, str]) -> Iterator[str]:
        if chains:
            entries = ", ".join(f"{value} : jump {chain}" for value, chain in chains.items())
            yield f"{key} vmap {{ {entries} }};"

    def _relayed(self) -> Iterator[tuple[Node, Listener]]:
        for node in self.plan.nodes:
            for listener in node.listeners:
                relayed = listener.relayed(self.family.version)
                if relayed and usable_targets(node, listener, self.health):
                    yield node, listener

    def _balance(self) -> Iterator[str]:
        yield "chain balance { type nat hook prerouting priority -100;"
        for node in self.plan.nodes:
            table = self.plan.tables[node.interface.subnet_id]
            for listener in node.listeners:
                if listener.relayed(self.family.version):
                    continue
                usable = usable_targets(node, listener, self.health)
                # Datagrams do not change their IP version.
                if targets := [item for item in usable if item.version == self.family.version]:
                    spread = self._spread([(target.address, target.port) for target in targets])
                    direct = table | BALANCED | (0 if listener.preserve_client_ip else MASKED)
                    match = f"{listener.protocol} dport {listener.port}"
                    address = node.interface.address
                    yield f"{self.ip} daddr {address} {match} ct mark set {direct:#x} {spread};"
                    if fabric := self.plan.fabric.get(node.id):
                        # Over PrivateLink, a target always sees the load balancer's address.
                        linked = table | BALANCED | MASKED
                        yield f"{self.ip} daddr {fabric} {match} ct mark set {linked:#x} {spread};"
        for endpoint in self.plan.endpoints:
            for path in endpoint.paths:
                reached = [self.plan.fabric[node] for node in path.nodes if node in self.plan.fabric]
                if endpoint.available and reached:
                    spread = self._spread([(address, path.port) for address in reached])
                    match = f"{path.protocol} dport {path.port}"
                    address = endpoint.interface.address
                    yield f"{self.ip} daddr {address} {match} ct mark set {LINKED:#x} {spread};"
        yield "}"

    def _spread(self, places: list[tuple[str, int]]) -> str:
        """Distribute new connections at random.

        AWS hashes the flow, which looks random to a client. With round robin, two alternating clients would
        each reach only one target.
        """
        if len(places) == 1:
            return f"dnat to {self.family.place(*places[0])}"
        entries = ", ".join(f"{number} : {address} . {port}" for number, (address, port) in enumerate(places))
        return f"dnat {self.ip} to numgen random mod {len(places)} map {{ {entries} }}"

    def _through(self) -> Iterator[str]:
        yield "chain through { type filter hook forward priority 0; policy drop;"
        yield "ct state established,related accept;"
        leaving = self._leaving()
        if leaving:
            entries = ", ".join(f"{address} : jump {chain}" for address, chain in leaving.items())
            yield f"ct mark & {BALANCED:#x} != 0 ct original {self.ip} daddr vmap {{ {entries} }};"
        yield f'oifname "{FABRIC_LINK}" ct mark {LINKED:#x} accept;'
        yield f'oifname "{FABRIC_LINK}" drop;'
        yield f'iifname "{FABRIC_LINK}" ct mark & {BALANCED:#x} != 0 accept;'
        yield f'iifname "{FABRIC_LINK}" drop;'
        yield "accept; }"

    def _leaving(self) -> dict[str, str]:
        """The chain for traffic of a load balancer to its targets, by the address that the client used."""
        chains = {}
        for front in self.fronts:
            if front.groups:
                chains[front.address] = f"from_{_id(front.id)}"
                if fabric := self.plan.fabric.get(front.id):
                    chains[fabric] = f"from_{_id(front.id)}"
        return chains

    def _source(self) -> Iterator[str]:
        yield "chain source { type nat hook postrouting priority 100;"
        outward = [
            f"{endpoint.interface.address} : {self.plan.fabric[endpoint.interface.id]}"
            for endpoint in self.plan.endpoints
            if endpoint.interface.id in self.plan.fabric
        ]
        if outward:
            yield f"ct mark {LINKED:#x} snat to ct original {self.ip} daddr map {{ {', '.join(outward)} }};"
        yield from self._nat()
        yield from self._masked_source()
        yield "}"

    def _masked_source(self) -> Iterator[str]:
        own = {front.address: front.address for front in self.fronts}
        own |= {self.plan.fabric[f.id]: f.address for f in self.fronts if f.id in self.plan.fabric}
        if own:
            entries = ", ".join(f"{used} : {shown}" for used, shown in own.items())
            yield f"ct mark & {MASKED:#x} != 0 snat to ct original {self.ip} daddr map {{ {entries} }};"

    def _nat(self) -> Iterator[str]:
        """Yield the rules of NAT gateways, the most specific route first."""
        for subnet in self.vpc.subnets:
            if any(route.nat for route in subnet.routes):
                for route in sorted(subnet.routes, key=lambda route: -int(route.cidr.partition("/")[2])):
                    action = f"snat to {route.nat.address}" if route.nat else "return"
                    match = f"ip saddr {subnet.cidr} ip daddr {route.cidr}"
                    yield f'oifname "{GATEWAY_LINK}" {match} ct mark & {BALANCED:#x} == 0 {action};'

    def _last(self) -> Iterator[str]:
        guarded = {subnet.id for subnet in self._guarded()}
        yield "chain last { type filter hook postrouting priority 150; policy accept;"
        if self.fronts:
            # Of a connection that the load balancer has forgotten.
            places = ", ".join(front.address for front in self.fronts)
            yield f"{self.ip} saddr {{ {places} }} ct state invalid,untracked tcp flags & rst == rst accept;"
        if self.family is IPV6:
            yield f"{NEIGHBOUR_DISCOVERY} accept;"
        yield from self._verdicts(
            "oifname",
            {
                f'"{self.plan.links[instance.interface.id]}"': f"acl_in_{_id(instance.interface.subnet_id)}"
                for instance in self.plan.instances
                if instance.interface.subnet_id in guarded
            },
        )
        yield "ct state established,related accept;"
        yield from self._verdicts(
            "oifname",
            {
                f'"{self.plan.links[instance.interface.id]}"': f"to_{_id(instance.interface.id)}"
                for instance in self.plan.instances
            },
        )
        yield "}"

    def _local(self) -> Iterator[str]:
        """Yield the chains of the router's sockets: DNS, relays of load balancers, and health checks."""
        yield "chain local { type filter hook input priority 150; policy drop;"
        yield "ct state established,related accept;"
        if self.family is IPV6:
            yield f"{NEIGHBOUR_DISCOVERY} accept;"
        yield from self._dns()
        if places := [*(front.address for front in self.fronts), *self.local_fabric]:
            # A load balancer resets connections that it has forgotten:
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#connection-idle-timeout
            match = f"{self.ip} daddr {{ {', '.join(places)} }} meta l4proto tcp"
            yield f"ct state invalid {match} reject with tcp reset;"
        for node, listener in self._relayed():
            places = [node.interface.address, *filter(None, [self.plan.fabric.get(node.id)])]
            yield f"{self.ip} daddr {{ {', '.join(places)} }} tcp dport {listener.port} accept;"
        for endpoint in self.plan.endpoints:
            if endpoint.aws:
                yield f"{self.ip} daddr {endpoint.interface.address} tcp dport 443 accept;"
        if self.plan.applications:
            yield from self._verdicts(
                f"ct mark & {BALANCED:#x} != 0 ct original {self.ip} daddr", self._leaving()
            )
        for application in self.plan.applications:
            interface = application.interface
            for http in application.listeners:
                match = f"{self.ip} daddr {interface.address} tcp dport {http.port}"
                if interface.groups:
                    yield f"{match} jump to_{_id(interface.id)};"
                yield f"{match} accept;"
        yield "}"
        if self.plan.applications:
            # A target in this router sees the same source as others.
            yield "chain local_source { type nat hook input priority 100;"
            yield from self._masked_source()
            yield "}"
        yield "chain own { type filter hook output priority 0; policy accept;"
        yield "ct state established,related accept;"
        applications = [application.interface for application in self.plan.applications]
        yield f"meta mark & {RELAYED:#x} != 0 ct mark set meta mark;"
        grouped = [node for node in self.plan.nodes if node.interface.groups and node.id in self.plan.fabric]
        yield from self._verdicts(
            f"meta mark & {RELAY_BITS:#x}",
            {
                f"{self.plan.relay_mark(node) & RELAY_BITS:#x}": f"from_{_id(node.id)}"
                for node in grouped
                if any(listener.relayed(self.family.version) for listener in node.listeners)
            },
        )
        yield from self._verdicts(
            f"{self.ip} saddr",
            {item.address: f"from_{_id(item.id)}" for item in [*self.fronts, *applications] if item.groups},
        )
        yield "}"


def resolver_addresses(vpc: Vpc) -> list[str]:
    """Return the addresses of Amazon's DNS in a VPC: the base of its first CIDR plus two, and a common one.

    https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html#AmazonDNS
    """
    base, _, _ = vpc.cidrs[0].partition("/")
    return [plus(base, 2), DNS_ANYWHERE]


def plus(address: str, number: int) -> str:
    """Return an address plus a number."""
    return str(ipaddress.ip_address(address) + number)


def protocol_match(rule: Rule) -> str:
    """Return the part of an nftables rule that matches protocol and ports."""
    first, last = rule.from_port, rule.to_port
    if rule.protocol == "-1":
        return ""
    if rule.protocol in ("tcp", "udp"):
        if first is None or first < 0 or (first, last) == (0, 65535):
            return f"meta l4proto {rule.protocol}"
        return f"{rule.protocol} dport {first}" + (f"-{last}" if last != first else "")
    if rule.protocol in ("icmp", "1"):
        kind = "meta l4proto icmp" if first in (None, -1) else f"icmp type {first}"
        return kind if first in (None, -1) or last in (None, -1) else f"{kind} icmp code {last}"
    if rule.protocol in IPV6.icmp:
        kind = "meta l4proto ipv6-icmp" if first in (None, -1) else f"icmpv6 type {first}"
        return kind if first in (None, -1) or last in (None, -1) else f"{kind} icmpv6 code {last}"
    return f"meta l4proto {rule.protocol}"


def _id(text: str | None) -> str:
    return str(text).replace("-", "_")
