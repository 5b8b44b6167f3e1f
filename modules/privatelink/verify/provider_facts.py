"""The provider's side as the AWS API describes it: service, connections, load balancer, targets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from privatelink.facts import DEFAULT_HEALTH_CHECK_PATH, DEFAULT_HEALTHY_CODES, IP_PROTOCOLS, IpProtocol
from privatelink.terraform.documents import Outputs
from privatelink.terraform.stacks import Stack
from privatelink.verify.consumer_facts import read_group_rules
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.outputs import read_outputs
from privatelink.verify.rules import Rule

if TYPE_CHECKING:
    from types_boto3_ec2 import EC2Client
    from types_boto3_ec2.type_defs import InstanceTypeDef, ServiceConfigurationTypeDef, SubnetTypeDef
    from types_boto3_elbv2 import ElasticLoadBalancingv2Client
    from types_boto3_elbv2.type_defs import (
        ListenerTypeDef,
        LoadBalancerAttributeTypeDef,
        LoadBalancerTypeDef,
        TargetDescriptionTypeDef,
        TargetGroupAttributeTypeDef,
        TargetGroupTypeDef,
        TargetHealthTypeDef,
    )

EVERY_ZONE = "all"
"""The zone of a target that receives traffic from the load balancer's nodes in every zone."""
_CROSS_ZONE = "load_balancing.cross_zone.enabled"
# The ALPN names that a client offers to a listener with each policy:
# https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-listeners.html#alpn-policies
_ALPN: dict[str, tuple[str, ...]] = {
    "HTTP2Only": ("h2",),
    "HTTP2Preferred": ("h2", "http/1.1"),
    "HTTP2Optional": ("http/1.1", "h2"),
    "HTTP1Only": ("http/1.1",),
}


@dataclass(frozen=True)
class HealthCheck:
    """The health check of a target group."""

    protocol: str = "TCP"
    of_traffic_port: bool = True
    """Whether it uses the port on which the targets receive traffic."""
    path: str = DEFAULT_HEALTH_CHECK_PATH
    healthy_codes: str = DEFAULT_HEALTHY_CODES
    port: str = "traffic-port"


@dataclass(frozen=True)
class Listener:
    """A listener, with what its target group has set.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
    """

    port: int
    protocol: str = "TCP"
    crosses_zones: bool = False
    """Whether cross-zone load balancing is on."""
    proxy_protocol: bool = False
    """Whether targets receive a Proxy Protocol v2 header."""
    alpn: tuple[str, ...] = ()
    health_check: HealthCheck = field(default_factory=HealthCheck)

    @property
    def ip_protocols(self) -> tuple[IpProtocol, ...]:
        """The listener's IP protocols."""
        return IP_PROTOCOLS.get(self.protocol, ())


@dataclass(frozen=True)
class Target:
    """A target of one listener."""

    id: str
    zone_id: str
    """AZ ID; `EVERY_ZONE` if every zone sends to it, empty if unknown."""
    listener_port: int
    state: str
    reason: str

    def __str__(self) -> str:
        return f"{self.id} {self.state}" + (f" ({self.reason})" if self.reason else "")


@dataclass(frozen=True)
class ProviderFacts:
    """The provider's side, read with the provider's credentials."""

    service_id: str
    zone_ids: tuple[str, ...]
    """AZ IDs of the service."""
    connections: dict[str, str]
    """State of each connection, by endpoint ID."""
    balancer_name: str
    dns_name: str
    internal: bool
    public_addresses: tuple[str, ...]
    group_ids: tuple[str, ...]
    rules: tuple[Rule, ...]
    enforced: bool
    """Whether the load balancer's security group applies to PrivateLink traffic."""
    listeners: tuple[Listener, ...]
    """The listeners of all load balancers of the service."""
    targets: tuple[Target, ...]
    texts: dict[str, str]
    """User data by backend instance: backends with the same user data respond with the same text."""
    backend_zone_ids: dict[str, str]
    backend_states: dict[str, str]
    tests: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings of the topology for the test of a port, such as 443 or 53/udp."""

    @property
    def ports(self) -> tuple[tuple[int, IpProtocol], ...]:
        """The ports of the service, with their IP protocols."""
        return tuple(
            sorted({(one.port, ip_protocol) for one in self.listeners for ip_protocol in one.ip_protocols})
        )

    @property
    def crossing_ports(self) -> tuple[int, ...]:
        """Listener ports with cross-zone load balancing."""
        return tuple(one.port for one in self.listeners if one.crosses_zones)

    def reachable_texts(self, port: int, zone_ids: Iterable[str]) -> int:
        """Return how many different texts can be reached through load balancer nodes in these zones."""
        wanted = set(zone_ids)
        return len(
            {
                text
                for instance_id, text in self.texts.items()
                if port in self.crossing_ports or self.backend_zone_ids.get(instance_id) in wanted
            }
        )


def read_provider(stack: Stack) -> ProviderFacts | None:
    """Read the provider's side from the AWS API; return None if its stack is not applied here."""
    outputs, ec2, elbv2 = read_outputs(stack), stack.ec2, stack.elbv2
    if "service_id" not in outputs:
        return None
    service_id = outputs["service_id"]
    service = ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])[
        "ServiceConfigurations"
    ][0]
    connections = [
        item
        for page in ec2.get_paginator("describe_vpc_endpoint_connections").paginate(
            Filters=[{"Name": "service-id", "Values": [service_id]}]
        )
        for item in page["VpcEndpointConnections"]
    ]
    balancer = _balancer(elbv2, service, _dns_name(outputs))
    arn = balancer["LoadBalancerArn"]
    group_ids = tuple(balancer.get("SecurityGroups", []))
    # An endpoint may use any load balancer of the service, so the targets of all must be healthy.
    listeners = [item for each in service["NetworkLoadBalancerArns"] for item in _listeners(elbv2, each)]
    groups = _groups(elbv2, listeners)
    found = [
        (target["Id"], port, health, target.get("AvailabilityZone", ""), groups[group_arn].get("VpcId", ""))
        for port, group_arn in ((int(item["Port"]), _group_arn(item)) for item in listeners)
        for target, health in _health(elbv2, group_arn)
    ]
    registered = {target_id for target_id, *_ in found}
    backend_ids = sorted(outputs.get("backend_instance_ids", {}).values())
    if "auto_scaling_groups" in outputs:
        backend_ids = sorted(registered)
    instances = _instances(ec2, {*backend_ids, *(item for item in registered if item.startswith("i-"))})
    subnets = _zone_ids(ec2, {item["SubnetId"] for item in instances.values() if "SubnetId" in item})
    zone_ids = {key: subnets.get(item.get("SubnetId", ""), "") for key, item in instances.items()}
    address_zones = _AddressZones(ec2)
    balancer_attributes = _values(elbv2.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"])
    return ProviderFacts(
        service_id=service_id,
        zone_ids=tuple(_service_zone_ids(ec2, service, balancer)),
        connections={
            item["VpcEndpointId"]: item["VpcEndpointState"][:1].lower() + item["VpcEndpointState"][1:]
            for item in connections
        },
        balancer_name=balancer["LoadBalancerName"],
        dns_name=balancer["DNSName"],
        internal=balancer["Scheme"] == "internal",
        public_addresses=tuple(sorted(outputs.get("load_balancer_addresses", {}).values())),
        group_ids=group_ids,
        rules=read_group_rules(ec2, group_ids),
        enforced=bool(group_ids)
        and balancer.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic", "on") == "on",
        listeners=_read_listeners(elbv2, listeners, groups, balancer_attributes.get(_CROSS_ZONE, "")),
        targets=tuple(
            Target(
                target_id,
                zone_ids.get(target_id, "") or address_zones.of(target_id, zone, vpc_id),
                port,
                health["State"],
                health.get("Reason", ""),
            )
            for target_id, port, health, zone, vpc_id in found
        ),
        texts={
            instance_id: _user_data(ec2, instance_id)
            for instance_id in backend_ids
            if instance_id in instances
        },
        backend_zone_ids={key: zone_ids[key] for key in backend_ids if key in zone_ids},
        backend_states={
            key: instances[key]["State"]["Name"] if key in instances else "gone" for key in backend_ids
        },
        tests=outputs.get("verify", {}),
    )


def _dns_name(outputs: Outputs) -> str:
    """Return the DNS name of the stack's load balancer, of several the first; empty if there is none."""
    several = [outputs["load_balancers"][key] for key in sorted(outputs.get("load_balancers", {}))]
    return str(outputs.get("load_balancer_dns_name") or (several[0]["dns_name"] if several else ""))


def _balancer(
    elbv2: "ElasticLoadBalancingv2Client", service: "ServiceConfigurationTypeDef", dns_name: str
) -> "LoadBalancerTypeDef":
    """Return the service's load balancer with this DNS name; without a name, the first."""
    answer = elbv2.describe_load_balancers(LoadBalancerArns=service["NetworkLoadBalancerArns"])
    for balancer in answer["LoadBalancers"]:
        if dns_name in (balancer["DNSName"], ""):
            return balancer
    raise CouldNotCheckError(
        f"{service['ServiceId']} has no load balancer {dns_name}: the state is outdated; apply the "
        "provider's stack again"
    )


def _listeners(elbv2: "ElasticLoadBalancingv2Client", arn: str) -> "Iterator[ListenerTypeDef]":
    """Return the listeners of a load balancer that have a target group."""
    for page in elbv2.get_paginator("describe_listeners").paginate(LoadBalancerArn=arn):
        yield from (listener for listener in page["Listeners"] if _group_arn(listener))


def _group_arn(listener: "ListenerTypeDef") -> str:
    """Return the target group of a listener; empty if there is none."""
    arns = (action.get("TargetGroupArn", "") for action in listener["DefaultActions"])
    return next(filter(None, arns), "")


def _groups(
    elbv2: "ElasticLoadBalancingv2Client", listeners: "Sequence[ListenerTypeDef]"
) -> "dict[str, TargetGroupTypeDef]":
    """Return the target groups of listeners by ARN."""
    arns = sorted({_group_arn(listener) for listener in listeners})
    described = elbv2.describe_target_groups(TargetGroupArns=arns)["TargetGroups"] if arns else []
    return {group["TargetGroupArn"]: group for group in described}


def _read_listeners(
    elbv2: "ElasticLoadBalancingv2Client",
    listeners: "Sequence[ListenerTypeDef]",
    groups: "Mapping[str, TargetGroupTypeDef]",
    crossing: str,
) -> tuple[Listener, ...]:
    attributes = {
        arn: _values(elbv2.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"])
        for arn in groups
    }
    return tuple(
        Listener(
            port=int(item["Port"]),
            protocol=item["Protocol"],
            crosses_zones=_crosses(attributes[_group_arn(item)], crossing),
            proxy_protocol=attributes[_group_arn(item)].get("proxy_protocol_v2.enabled") == "true",
            alpn=next((_ALPN[policy] for policy in item.get("AlpnPolicy", []) if policy in _ALPN), ()),
            health_check=_health_check(groups[_group_arn(item)]),
        )
        for item in listeners
    )


def _health_check(group: "TargetGroupTypeDef") -> HealthCheck:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html"""
    port = group.get("HealthCheckPort", "traffic-port")
    return HealthCheck(
        protocol=group.get("HealthCheckProtocol", "TCP"),
        of_traffic_port=port in ("traffic-port", str(group.get("Port"))),
        path=group.get("HealthCheckPath", DEFAULT_HEALTH_CHECK_PATH),
        healthy_codes=group.get("Matcher", {}).get("HttpCode", DEFAULT_HEALTHY_CODES),
        port=port,
    )


def _health(
    elbv2: "ElasticLoadBalancingv2Client", group_arn: str
) -> "Iterator[tuple[TargetDescriptionTypeDef, TargetHealthTypeDef]]":
    for item in elbv2.describe_target_health(TargetGroupArn=group_arn)["TargetHealthDescriptions"]:
        # The API also returns deregistered targets until their connections end.
        health = item["TargetHealth"]
        if health["State"] not in ("draining", "unused") or _registered(health):
            yield item["Target"], health


def _registered(health: "TargetHealthTypeDef") -> bool:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html"""
    return health.get("Reason") not in ("Target.DeregistrationInProgress", "Target.NotRegistered")


def _instances(ec2: "EC2Client", instance_ids: set[str]) -> "dict[str, InstanceTypeDef]":
    if not instance_ids:
        return {}
    # With a filter, an instance that no longer exists is not an error.
    pages = ec2.get_paginator("describe_instances").paginate(
        Filters=[{"Name": "instance-id", "Values": sorted(instance_ids)}]
    )
    return {
        instance["InstanceId"]: instance
        for page in pages
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    }


def _zone_ids(ec2: "EC2Client", subnet_ids: set[str]) -> dict[str, str]:
    """Return the AZ ID of each subnet; zone names differ between accounts.

    https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
    """
    if not subnet_ids:
        return {}
    subnets = ec2.describe_subnets(SubnetIds=sorted(subnet_ids))["Subnets"]
    return {subnet["SubnetId"]: subnet["AvailabilityZoneId"] for subnet in subnets}


class _AddressZones:
    """Finds the AZ IDs of targets that are IP addresses; reads the subnets of each VPC once."""

    def __init__(self, ec2: "EC2Client") -> None:
        self._ec2 = ec2
        self._subnets: dict[str, list[SubnetTypeDef]] = {}

    def of(self, target_id: str, zone: str, vpc_id: str) -> str:
        """Return the AZ ID of a target; `all` if it is a target of every zone, empty if unknown.

        Arguments:
            target_id: an IP address, or the ARN of an Application Load Balancer, whose zones are unknown.
            zone: the zone with which it is registered, or `all`; empty if the API does not return it.
            vpc_id: the VPC of its target group.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetDescription.html
        """
        try:
            address = ip_address(target_id)
        except ValueError:
            return ""
        if zone == EVERY_ZONE:
            return EVERY_ZONE
        subnets = self._of(vpc_id)
        cidrs = {
            cidr: subnet["AvailabilityZoneId"]
            for subnet in subnets
            for cidr in (
                subnet["CidrBlock"],
                *(item["Ipv6CidrBlock"] for item in subnet.get("Ipv6CidrBlockAssociationSet", [])),
            )
        }
        inside = (zone_id for cidr, zone_id in cidrs.items() if address in ip_network(cidr))
        by_name = {subnet["AvailabilityZone"]: subnet["AvailabilityZoneId"] for subnet in subnets}
        return next(inside, by_name.get(zone, ""))

    def _of(self, vpc_id: str) -> "list[SubnetTypeDef]":
        if vpc_id not in self._subnets:
            pages = self._ec2.get_paginator("describe_subnets").paginate(
                Filters=[{"Name": "vpc-id", "Values": [vpc_id]}]
            )
            self._subnets[vpc_id] = [subnet for page in pages for subnet in page["Subnets"]]
        return self._subnets[vpc_id]


def _service_zone_ids(
    ec2: "EC2Client", service: "ServiceConfigurationTypeDef", balancer: "LoadBalancerTypeDef"
) -> list[str]:
    """Return the AZ IDs of the service; if the API does not return them, those of the load balancer."""
    if service.get("AvailabilityZoneIds"):
        return sorted(service["AvailabilityZoneIds"])
    offered = set(service.get("AvailabilityZones", []))
    zones = [item for item in balancer["AvailabilityZones"] if item["ZoneName"] in offered]
    return sorted(_zone_ids(ec2, {item["SubnetId"] for item in zones}).values())


def _values(
    attributes: "Sequence[LoadBalancerAttributeTypeDef | TargetGroupAttributeTypeDef]",
) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in attributes}


def _crosses(attributes: Mapping[str, str], of_balancer: str) -> bool:
    """A target group's own setting, or else the load balancer's.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-cross-zone.html
    """
    own = attributes.get(_CROSS_ZONE, "")
    return (own if own in ("true", "false") else of_balancer) == "true"


def _user_data(ec2: "EC2Client", instance_id: str) -> str:
    answer = ec2.describe_instance_attribute(InstanceId=instance_id, Attribute="userData")
    return str(answer["UserData"].get("Value", ""))
