"""Rules of the security groups that Terraform creates: how many there are, and fewer that allow the same.

A group has a rule for each protocol, range of ports and client. A rule for one port and one CIDR has an
address in Terraform that stays when others are added or removed. So rules are merged only where a group would
otherwise come near the number that AWS allows: adjacent ports into ranges, adjacent and contained CIDRs into
one.

Terraform creates new rules before it deletes former ones, so that no client is refused meanwhile. A group
that changes from separate to merged rules, or back, has both for seconds, and must not exceed the quota with
them.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from itertools import product

from privatelink.facts import ANYWHERE, SPARE_RULES, IpProtocol
from privatelink.topology.resolved import Consumer, Endpoint, LoadBalancer, Service
from privatelink.topology.types.clients import Client
from privatelink.topology.types.ports import PortRange

RULES_OF_A_PROBE = 3


@dataclass(frozen=True)
class GroupRules:
    """The rules of a security group in one direction: one for each ports and each client, or for some pairs.

    Arguments:
        ports: protocols, each with a port or a range of ports.
        clients: the other sides: CIDRs, IDs of security groups and prefix lists, or other text for what only
            AWS knows.
        quota: number of rules that AWS allows.
        only: the pairs of ports and client that have a rule, whose clients are text; None for all pairs.
    """

    ports: tuple[tuple[IpProtocol, PortRange], ...]
    clients: tuple[Client, ...]
    quota: int
    only: frozenset[tuple[tuple[IpProtocol, PortRange], Client]] | None = None

    @property
    def number(self) -> int:
        """How many rules AWS counts, of the address family with more of them.

        A security group counts as one rule in each family. So does a prefix list here, as its family and its
        size, which AWS counts, are not known.
        """
        return _number(client for _, client in self._pairs)

    def applied(self) -> "GroupRules":
        """Return the rules that Terraform creates: these, or if they are too many, the merged ones."""
        merged = self._merged
        fits = self._with_merged <= self.quota - SPARE_RULES
        return self if fits or merged.number == self.number else merged

    @property
    def may_merge(self) -> bool:
        """Whether rules can be merged, and there are so many that a change of the topology may merge them."""
        return self._merged.number < self.number and self._with_merged > self.quota // 2

    @cached_property
    def _merged(self) -> "GroupRules":
        ports = _merged_ports(self.ports)
        only = None
        if self.only is not None:
            only = frozenset(
                (found, client)
                for found in ports
                for (protocol, port), client in self.only
                if protocol == found[0] and found[1].first <= port.first <= found[1].last
            )
        return GroupRules(ports, _merged_clients(self.clients), self.quota, only)

    @cached_property
    def _with_merged(self) -> int:
        """How many rules AWS counts while the group has these and the merged ones."""
        return _number(client for _, client in {*self._pairs, *self._merged._pairs})

    @property
    def _pairs(self) -> Iterable[tuple[tuple[IpProtocol, PortRange], Client]]:
        return product(self.ports, self.clients) if self.only is None else self.only


def _number(clients: Iterable[Client]) -> int:
    """Return how many rules with these clients AWS counts, of the address family with more of them."""
    given = tuple(clients)
    others = sum(isinstance(client, str) for client in given)
    families = (sum(isinstance(client, family) for client in given) for family in (IPv4Network, IPv6Network))
    return max(families) + others


def _merged_ports(
    ports: Iterable[tuple[IpProtocol, PortRange]],
) -> tuple[tuple[IpProtocol, PortRange], ...]:
    """Return the ports with adjacent and contained ranges merged."""
    merged: list[tuple[IpProtocol, PortRange]] = []
    for protocol, found in sorted(ports):
        if merged and merged[-1][0] == protocol and found.first <= merged[-1][1].last + 1:
            before = merged.pop()[1]
            found = PortRange(before.first, max(before.last, found.last))
        merged.append((protocol, found))
    return tuple(merged)


def _merged_clients(clients: Iterable[Client]) -> tuple[Client, ...]:
    """Return the clients with adjacent and contained CIDRs merged."""
    given = tuple(clients)
    return (
        *collapse_addresses(client for client in given if isinstance(client, IPv4Network)),
        *collapse_addresses(client for client in given if isinstance(client, IPv6Network)),
        *(client for client in given if isinstance(client, str)),
    )


def endpoint_ingress(consumer: Consumer, endpoint: Endpoint) -> GroupRules:
    """Return the inbound rules of an endpoint's security group, one for each port and client.

    Arguments:
        consumer: the consumer of the endpoint.
        endpoint: the endpoint; without `allow_from`, its client is the VPC.
    """
    clients = endpoint.settings.allow_from or ("vpc",)
    return GroupRules(_ports_of(endpoint), clients, consumer.security_group_rules)


def probe_egress(consumer: Consumer) -> GroupRules:
    """Return the outbound rules of a test instance to the endpoints that it tests.

    Arguments:
        consumer: the consumer of the test instance.
    """
    ports = dict.fromkeys(found for endpoint in consumer.probed for found in _ports_of(endpoint))
    # The instance has three rules more: for Systems Manager and for traces.
    return GroupRules(tuple(ports), (ANYWHERE,), consumer.security_group_rules - RULES_OF_A_PROBE)


def client_ingress(service: Service, balancer: LoadBalancer) -> GroupRules:
    """Return the inbound rules of a load balancer's security group.

    Arguments:
        service: the service of the load balancer.
        balancer: the load balancer.
    """
    ports = (
        (protocol, PortRange.of(listener.port))
        for listener in service.settings.listeners
        for protocol in listener.ip_protocols
    )
    return GroupRules(tuple(ports), balancer.settings.allow_from, service.security_group_rules)


def target_rules(service: Service) -> GroupRules:
    """Return the rules between load balancers and targets.

    The security group of targets has a rule for each load balancer. Without it, that of the load balancer has
    a rule for each target. The addresses of targets are not merged.

    Arguments:
        service: the service of the load balancers.
    """
    settings, targets = service.settings, service.settings.targets
    each = targets if targets and targets.are_allowed_elsewhere else None
    pairs: dict[tuple[tuple[IpProtocol, PortRange], Client], None] = {}
    for listener in settings.listeners:
        port = settings.target_port(listener)
        check: tuple[IpProtocol, PortRange] = (
            "tcp",
            PortRange.of(settings.health_check(listener).port or port),
        )
        ports = [*((protocol, PortRange.of(port)) for protocol in listener.ip_protocols), check]
        clients = [balancer.name for balancer in service.load_balancers]
        if each:
            clients = ["vpc"] if each.come_and_go else [*each.keys_of(listener)]
        pairs |= dict.fromkeys(product(ports, clients))
    found = tuple(dict.fromkeys(ports for ports, _ in pairs))
    known = tuple(dict.fromkeys(client for _, client in pairs))
    only = frozenset(pairs) if len(pairs) < len(found) * len(known) else None
    return GroupRules(found, known, service.security_group_rules, only)


def _ports_of(endpoint: Endpoint) -> tuple[tuple[IpProtocol, PortRange], ...]:
    return (
        *(("tcp", PortRange.of(port)) for port in endpoint.ports),
        *(("udp", PortRange.of(port)) for port in endpoint.udp_ports),
    )
