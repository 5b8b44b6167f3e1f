"""Target groups of Network and Gateway Load Balancers: attributes, health checks and targets.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/target-groups.html
"""

import ipaddress
from typing import NotRequired, TypedDict

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from privatelink.sandbox.untyped import Moto

PROTOCOLS = ("TCP", "TLS", "UDP", "TCP_UDP", "GENEVE")
GENEVE_PORT = 6081
TIMEOUTS = {"HTTP": 6, "HTTPS": 10}
"""Seconds, by the protocol of the health check, behind a Network Load Balancer."""
GENEVE_TIMEOUT = 5
"""Seconds, behind a Gateway Load Balancer."""
FAILOVERS = ("target_failover.on_deregistration", "target_failover.on_unhealthy")
FAILOVER_VALUES = ("rebalance", "no_rebalance")
DELAY, DELAY_SECONDS = "deregistration_delay.timeout_seconds", range(3601)
PRESERVE = "preserve_client_ip.enabled"
TERMINATE = "deregistration_delay.connection_termination.enabled"
SWITCHES = (
    PRESERVE,
    TERMINATE,
    "proxy_protocol_v2.enabled",
    "stickiness.enabled",
    "target_health_state.unhealthy.connection_termination.enabled",
)

OUTSIDE_BLOCKS = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"))
)
"""Allowed target addresses outside the VPC, such as over peering."""


class TargetDescription(TypedDict):
    """A target in a request."""

    Id: str
    Port: NotRequired[int]
    AvailabilityZone: NotRequired[str]


def with_health_check(request: dict[str, Moto]) -> dict[str, Moto]:
    """Return a request with AWS's defaults of health checks over HTTP and HTTPS:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html"""
    seconds = TIMEOUTS.get(request.get("healthcheck_protocol", ""))
    if request.get("protocol") not in PROTOCOLS or seconds is None:
        return request
    if request["protocol"] == "GENEVE":
        seconds = GENEVE_TIMEOUT
    defaults = {
        "healthcheck_path": "/",
        "healthcheck_timeout_seconds": seconds,
        "matcher": {"HttpCode": "200-399"},
    }
    return request | {name: request.get(name) or value for name, value in defaults.items()}


def default_attributes(group: Moto) -> dict[str, str]:
    """Return the attributes of a new target group:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html"""
    if group.protocol == "GENEVE":
        return {
            DELAY: "300",
            "stickiness.enabled": "false",
            "stickiness.type": "source_ip_dest_ip_proto",
            "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
            **dict.fromkeys(FAILOVERS, "no_rebalance"),
        }
    datagrams = group.protocol in ("UDP", "TCP_UDP")
    attributes = {
        DELAY: "300",
        TERMINATE: "true" if datagrams else "false",
        "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
        PRESERVE: "false" if group.target_type == "ip" and not datagrams else "true",
        "proxy_protocol_v2.enabled": "false",
        "stickiness.enabled": "false",
        "stickiness.type": "source_ip",
        "target_health_state.unhealthy.connection_termination.enabled": "true",
        "target_health_state.unhealthy.draining_interval_seconds": "0",
        "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
        "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
    }
    if group.protocol == "TLS":
        del attributes["stickiness.type"]
    return attributes


def check_attributes(group: Moto, attributes: dict[str, str]) -> None:
    """Check that attributes are within AWS's ranges and allowed for the protocol."""
    for key, value in attributes.items():
        if key in SWITCHES and value not in ("true", "false"):
            raise ELBClientError("ValidationError", f"'{key}' value '{value}' must be one of [true, false]")
    check_failover(attributes)
    if group.protocol in ("UDP", "TCP_UDP") and attributes.get(PRESERVE) == "false":
        raise ELBClientError(
            "InvalidConfigurationRequest",
            f"Client IP preservation cannot be disabled for target groups with the {group.protocol} protocol",
        )
    delay = attributes.get(DELAY)
    if delay is not None and (not delay.isdigit() or int(delay) not in DELAY_SECONDS):
        bounds = f"{DELAY_SECONDS[0]}-{DELAY_SECONDS[-1]}"
        raise ELBClientError(
            "ValidationError", f"'{DELAY}' value '{delay}' must be between '{bounds}' inclusive"
        )


def check_failover(attributes: dict[str, str]) -> None:
    """Check that the two failover attributes, of a Gateway Load Balancer, are set together and alike:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/target-groups.html#target-failover"""
    given = [attributes[key] for key in FAILOVERS if key in attributes]
    for value in given:
        if value not in FAILOVER_VALUES:
            raise ELBClientError(
                "ValidationError", f"Target failover '{value}' must be one of {list(FAILOVER_VALUES)}"
            )
    if given and (len(given) != len(FAILOVERS) or len(set(given)) != 1):
        raise ELBClientError("ValidationError", f"The values of {' and '.join(FAILOVERS)} must be the same")


def check_target(backend: Moto, group: Moto, target: TargetDescription) -> None:
    """Check that a target matches the target type of its group, and exists."""
    name = target["Id"]
    if group.target_type == "ip":
        check_address(backend, group, name, target.get("AvailabilityZone"))
    elif group.target_type == "alb":
        check_load_balancer(backend, group, name, int(target.get("Port") or group.port))
    elif group.target_type == "instance":
        instance = backend.ec2_backend.get_instance_by_id(name) if name.startswith("i-") else None
        if not name.startswith("i-"):
            raise ELBClientError("ValidationError", f"Instance ID '{name}' is not valid")
        if instance is None:
            raise ELBClientError("InvalidTarget", f"The following targets do not exist: '{name}'")
        if instance.vpc_id != group.vpc_id:
            raise ELBClientError(
                "InvalidTarget",
                f"The following targets are not in the target group VPC '{group.vpc_id}': '{name}'",
            )


def check_address(backend: Moto, group: Moto, text: str, zone: str | None) -> None:
    """Check an IP address: in the VPC, or a private one elsewhere with the zone `all`."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        address = None
    version = 6 if group.ip_address_type == "ipv6" else 4
    if address is None or address.version != version:
        raise ELBClientError(
            "ValidationError", f"The IP address '{text}' is not a valid IPv{version} address"
        )
    vpc = backend.ec2_backend.get_vpc(group.vpc_id)
    associations = vpc.cidr_block_association_set if version == 4 else vpc.ipv6_cidr_block_association_set
    if any(address in ipaddress.ip_network(item["cidr_block"]) for item in associations):
        return
    if version == 4 and not any(address in block for block in OUTSIDE_BLOCKS):
        raise ELBClientError("ValidationError", f"The IP address '{text}' is not within an allowed range")
    if zone != "all":
        raise ELBClientError(
            "ValidationError",
            f"The Availability Zone is required for IP address '{text}' because it is not in the VPC",
        )


def check_load_balancer(backend: Moto, group: Moto, arn: str, port: int) -> None:
    """Check an Application Load Balancer: in the VPC, with a listener on the port:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html"""
    balancer = backend.load_balancers.get(arn)
    if balancer is None or balancer.type != "application" or balancer.vpc_id != group.vpc_id:
        raise ELBClientError("InvalidTarget", f"The following targets do not exist: '{arn}'")
    if all(int(listener.port) != port for listener in balancer.listeners.values()):
        raise ELBClientError(
            "ValidationError",
            "If the target type is ALB, the target must have at least one listener that matches the target "
            "group port or any specified port overrides",
        )


def install() -> None:
    """Extend the backend of moto."""
    create, register = ELBv2Backend.create_target_group, ELBv2Backend.register_targets
    modify, modify_attributes = ELBv2Backend.modify_target_group, ELBv2Backend.modify_target_group_attributes

    def create_target_group(self: Moto, name: str, **kwargs: Moto) -> Moto:
        if kwargs.get("target_type") == "alb" and kwargs.get("protocol") != "TCP":
            raise ELBClientError(
                "ValidationError",
                f"Protocol '{kwargs.get('protocol')}' is not supported with target type 'alb'",
            )
        if kwargs.get("protocol") == "GENEVE" and int(kwargs.get("port") or 0) != GENEVE_PORT:
            raise ELBClientError(
                "ValidationError", f"The port of a target group with protocol 'GENEVE' must be {GENEVE_PORT}"
            )
        group = create(self, name, **with_health_check(kwargs))
        if group.protocol in PROTOCOLS:
            group.attributes = default_attributes(group)
        return group

    def modify_target_group(self: Moto, arn: str, *args: Moto, **kwargs: Moto) -> Moto:
        group = modify(self, arn, *args, **kwargs)
        codes = args[7] if len(args) > 7 else kwargs.get("http_codes")
        if codes is not None and group.health_check_protocol in ("HTTP", "HTTPS"):
            # moto drops it if the protocol of the target group is TCP.
            group.matcher = {"HttpCode": codes}
        if group.health_check_protocol == "TCP":
            group.health_check_path = group.matcher = None
        return group

    def modify_target_group_attributes(self: Moto, target_group_arn: str, attributes: dict[str, str]) -> None:
        group = self.target_groups.get(target_group_arn)
        if group is None or group.protocol not in PROTOCOLS:
            modify_attributes(self, target_group_arn, attributes)
            return
        check_attributes(group, attributes)
        # moto rejects the maximum of the delay.
        modify_attributes(self, target_group_arn, {k: v for k, v in attributes.items() if k != DELAY})
        group.attributes.update(attributes)

    def register_targets(self: Moto, target_group_arn: str, instances: list[TargetDescription]) -> None:
        if group := self.target_groups.get(target_group_arn):
            for target in instances:
                check_target(self, group, target)
        register(self, target_group_arn, instances)

    ELBv2Backend.create_target_group = create_target_group
    ELBv2Backend.modify_target_group = modify_target_group
    ELBv2Backend.modify_target_group_attributes = modify_target_group_attributes
    ELBv2Backend.register_targets = register_targets
