"""The two IP versions: a desired state is applied for each, with its addresses, routes and rules alone."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from privatelink.sandbox.dataplane.world import (
    Acl,
    AclEntry,
    Application,
    Endpoint,
    Group,
    Instance,
    Interface,
    Node,
    Rule,
    Subnet,
    Vpc,
    World,
)


@dataclass(frozen=True)
class Family:
    """An IP version, and its words in nftables."""

    version: int
    word: str
    hops: str
    """The field of the packet header that each router decrements."""
    icmp: tuple[str, ...]
    """The protocol of control messages, by its names in security group rules."""
    bits: int
    everything: str
    fabric: str
    """The addresses between VPCs for PrivateLink, which no VPC can have."""

    def __contains__(self, address: str) -> bool:
        """Return whether an address or a CIDR block is of this version."""
        return (":" in address) == (self.version == 6)

    def host(self, address: str) -> str:
        """Return an address as a CIDR block."""
        return f"{address}/{self.bits}"

    def place(self, address: str, port: int) -> str:
        """Return an address with a port."""
        return f"[{address}]:{port}" if self.version == 6 else f"{address}:{port}"


IPV4 = Family(4, "ip", "ttl", ("icmp", "1"), 32, "0.0.0.0/0", "240.0.0.0/4")
# A half of the unique local addresses that is not defined; Amazon's private ones begin with fd.
IPV6 = Family(6, "ip6", "hoplimit", ("icmpv6", "58"), 128, "::/0", "fc00::/8")
FAMILIES = (IPV4, IPV6)
IPV6_FABRIC_BASE = int(ipaddress.ip_address("fc00::"))


def in_family(world: World, family: Family) -> World:
    """Return the part of a desired state with addresses of a family."""
    return replace(
        world,
        vpcs=tuple(vpc_in(vpc, family) for vpc in world.vpcs),
        instances=tuple(placed(world.instances, family)),
        nodes=tuple(placed(world.nodes, family)),
        endpoints=tuple(placed(world.endpoints, family)),
        applications=tuple(placed(world.applications, family)),
    )


Placed = TypeVar("Placed", Instance, Node, Endpoint, Application)


def placed(items: Iterable[Placed], family: Family) -> list[Placed]:
    """Return the items whose network interface has an address of a family."""
    return [
        replace(item, interface=replace(item.interface, address=address))
        for item in items
        if (address := address_in(item.interface, family))
    ]


def address_in(interface: Interface, family: Family) -> str:
    """Return the address of a network interface in a family; empty if it has none."""
    return interface.address if family is IPV4 else interface.ipv6_address


def vpc_in(vpc: Vpc, family: Family) -> Vpc:
    """Return a VPC with the subnets, rules and routes of a family."""
    subnets = (subnet_in(subnet, family) for subnet in vpc.subnets)
    return replace(
        vpc,
        cidrs=vpc.cidrs if family is IPV4 else vpc.ipv6_cidrs,
        subnets=tuple(subnet for subnet in subnets if subnet.cidr),
        groups=tuple(group_in(group, family) for group in vpc.groups),
        public_addresses=vpc.public_addresses if family is IPV4 else (),
    )


def subnet_in(subnet: Subnet, family: Family) -> Subnet:
    """Return a subnet with its CIDR block, routes and network ACL of a family."""
    return replace(
        subnet,
        cidr=subnet.cidr if family is IPV4 else subnet.ipv6_cidr,
        routes=tuple(route for route in subnet.routes if route.cidr in family),
        acl=Acl(entries_in(subnet.acl.ingress, family), entries_in(subnet.acl.egress, family)),
    )


def entries_in(entries: Iterable[AclEntry], family: Family) -> tuple[AclEntry, ...]:
    """Return the entries of a network ACL for a family."""
    return tuple(entry for entry in entries if (entry.rule.cidr or "") in family)


def group_in(group: Group, family: Family) -> Group:
    """Return a security group with its rules and members of a family."""
    return replace(
        group,
        ingress=rules_in(group.ingress, family),
        egress=rules_in(group.egress, family),
        members=tuple(member for member in group.members if member in family),
    )


def rules_in(rules: Iterable[Rule], family: Family) -> tuple[Rule, ...]:
    """Return the rules that apply to a family: those of its CIDR blocks, and of security groups."""
    return tuple(rule for rule in rules if rule.cidr is None or rule.cidr in family)


def fabric_in(address: str, family: Family) -> str:
    """Return an IPv4 fabric address in a family."""
    if family is IPV4:
        return address
    return str(ipaddress.ip_address(IPV6_FABRIC_BASE + int(ipaddress.ip_address(address))))
