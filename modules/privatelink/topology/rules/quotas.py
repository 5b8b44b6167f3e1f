"""The quota of rules of a security group."""

from collections.abc import Iterator
from dataclasses import dataclass

from privatelink.facts import (
    RULES_OF_A_SECURITY_GROUP,
    RULES_QUOTA_CODE,
)
from privatelink.rule import Broken, Path, Rule
from privatelink.topology.resolved import Consumer, Endpoint, Service, Topology
from privatelink.topology.security_group_rules import (
    GroupRules,
    client_ingress,
    endpoint_ingress,
    probe_egress,
    target_rules,
)

GROUP_RULES = Rule(
    "security-group-rules",
    what="{number} rules in one direction in the security group of {group}",
    allowed="at most {most}",
    fix=f"{{fewer}}; or have AWS increase the quota {RULES_QUOTA_CODE} in Service Quotas, and set "
    "{.quotas.security_group_rules}",
    why=f"AWS allows {RULES_OF_A_SECURITY_GROUP} inbound and {RULES_OF_A_SECURITY_GROUP} outbound rules of a "
    "security group for each IP version, unless the quota is increased. Each CIDR, security group or prefix "
    "list with each range of ports is a rule.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups",
)
RULES = (GROUP_RULES,)
FEWER_CIDRS = "allow fewer, larger CIDRs"
FEWER_PORTS = "write adjacent ports as ranges, or remove ports"
FEWER_CLIENTS = f"{FEWER_CIDRS}, or a security group or prefix list instead"
FEWER_TARGETS = "set the ID of the targets' security group, which counts as one client"
FEWER_LISTENERS = "remove listeners, or give them adjacent ports"


@dataclass(frozen=True, slots=True)
class Group:
    """A security group that Terraform creates or extends, in one direction.

    Attributes:
        at: the field that the number of rules comes from.
        name: whose security group it is.
        rules: its rules before they are merged.
        fewer: how to have fewer.
    """

    at: Path
    name: str
    rules: GroupRules
    fewer: str


def groups_of(topology: Topology) -> Iterator[Group]:
    """Return the security groups with rules that depend on the numbers of ports and clients."""
    for service in topology.services:
        for balancer in service.load_balancers:
            at = (*service.place, *balancer.place, "allow_from")
            name = f"load balancer {balancer.name}"
            yield Group(at, name, client_ingress(service, balancer), FEWER_CIDRS)
        yield _of_targets(service)
    for consumer in topology.consumers:
        for endpoint in consumer.endpoints:
            if not endpoint.settings.security_group_ids:
                yield _of_endpoint(consumer, endpoint)
        if consumer.settings.probe:
            at = (*consumer.place, "probe")
            yield Group(at, "the test instance", probe_egress(consumer), FEWER_PORTS)


def _of_endpoint(consumer: Consumer, endpoint: Endpoint) -> Group:
    at = (*consumer.place, *endpoint.place)
    rules = endpoint_ingress(consumer, endpoint)
    if endpoint.settings.allow_from:
        return Group((*at, "allow_from"), "the endpoint", rules, FEWER_CLIENTS)
    if isinstance(endpoint.service, Service):
        return Group(at, "the endpoint", rules, FEWER_LISTENERS)
    return Group((*at, "ports"), "the endpoint", rules, FEWER_PORTS)


def _of_targets(service: Service) -> Group:
    targets = service.settings.targets
    if targets and targets.are_allowed_elsewhere:
        return Group((*service.place, "targets"), "the load balancer", target_rules(service), FEWER_TARGETS)
    return Group((*service.place, "listeners"), "the targets", target_rules(service), FEWER_LISTENERS)


def broken_quotas(topology: Topology) -> Iterator[Broken]:
    """Report what is more than AWS allows."""
    for group in groups_of(topology):
        most = group.rules.quota
        if (number := group.rules.applied().number) > most:
            yield GROUP_RULES.broken(
                at=group.at, given="", number=number, group=group.name, most=most, fewer=group.fewer
            )
