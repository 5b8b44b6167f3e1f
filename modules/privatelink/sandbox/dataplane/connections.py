"""Ends connections of load balancers: to targets that are deregistered, and of nodes that are deleted.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#deregistration-delay
"""

import contextlib
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from privatelink.sandbox.dataplane.families import FAMILIES, address_in, fabric_in
from privatelink.sandbox.dataplane.namespaces import Namespace
from privatelink.sandbox.dataplane.netlink import NetlinkError, NFCTAttrTuple, NFCTSocket
from privatelink.sandbox.dataplane.pace import SPEED
from privatelink.sandbox.dataplane.world import Node, World


@dataclass(frozen=True)
class Ending:
    """Connections to end: through these addresses of a load balancer, to one target of a listener or to all.

    Arguments:
        vpc_id: the VPC of the load balancer.
        addresses: the addresses that clients use.
        port: the port of the listener; None for all listeners.
        target: the address and port of the target; None for all targets.
        seconds: when they end.
    """

    vpc_id: str
    addresses: frozenset[str]
    port: int | None = None
    target: tuple[str, int] | None = None
    seconds: float = 0.0

    def includes(self, address: str, port: int, target: tuple[str, int]) -> bool:
        """Return whether it ends the connection to an address, a port and a target."""
        return address in self.addresses and self.port in (None, port) and self.target in (None, target)


def endings(before: World, after: World, fabric: dict[str, str]) -> Iterator[Ending]:
    """Yield the connections that a change of the desired state ends.

    Arguments:
        before: the desired state until now.
        after: the new one.
        fabric: the IPv4 fabric address of each node of both, by the ID of its network interface.
    """
    remaining = {node.id: node for node in after.nodes}
    for node in before.nodes:
        addresses = frozenset(addresses_of(node, fabric))
        other = remaining.get(node.id)
        if other is None:
            yield Ending(node.interface.vpc_id, addresses)
            continue
        kept = registered(other)
        for listener in node.listeners:
            for target in listener.targets:
                place = (target.address, target.port)
                if target.terminates and (listener.port, place) not in kept:
                    seconds = target.deregistration_delay / SPEED
                    yield Ending(node.interface.vpc_id, addresses, listener.port, place, seconds)


def registered(node: Node) -> set[tuple[int, tuple[str, int]]]:
    """Return the port of each listener of a node with the address and port of each of its targets."""
    return {
        (listener.port, (target.address, target.port))
        for listener in node.listeners
        for target in listener.targets
    }


def addresses_of(node: Node, fabric: dict[str, str]) -> Iterator[str]:
    """Yield the addresses at which clients and endpoints reach a node."""
    for family in FAMILIES:
        if own := address_in(node.interface, family):
            yield own
            if node.id in fabric:
                yield fabric_in(fabric[node.id], family)


def end(namespace: Namespace, ending: Ending) -> None:
    """Delete connections from the connection tracking of a router, which then resets them."""
    for kind in (socket.AF_INET, socket.AF_INET6):
        with namespace.entered(), contextlib.closing(NFCTSocket(nfgen_family=kind)) as tracking:
            for original in list(tracked(tracking.dump(), kind, ending)):
                with contextlib.suppress(NetlinkError):
                    tracking.entry("del", tuple_orig=original)


def tracked(entries: Iterable[object], kind: socket.AddressFamily, ending: Ending) -> Iterator[NFCTAttrTuple]:
    """Yield the original direction of the tracked connections to end."""
    for entry in entries:
        if entry["nfgen_family"] != kind:  # type: ignore[index]
            continue
        original, answers = (
            NFCTAttrTuple.from_netlink(kind, entry.get_attr(name))  # type: ignore[attr-defined]
            for name in ("CTA_TUPLE_ORIG", "CTA_TUPLE_REPLY")
        )
        if ending.includes(original.daddr, original.dport, (answers.saddr, answers.sport)):
            yield original
