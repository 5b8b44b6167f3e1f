"""The attributes that rules and paths read of most resources of a type, so that these are read together.

A parse skips the other values of a resource, which takes half the time of a parse that returns all of them.
The first rule that reads a further attribute parses each resource of the type again. An attribute that is
missing here costs time, one too many costs memory; neither changes a result.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.json import Decoder

ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"
"""The attribute that applies the security group rules of a load balancer to PrivateLink traffic."""
_RULE = (
    *("cidr_ipv4", "cidr_ipv6", "from_port", "ip_protocol", "prefix_list_id"),
    *("referenced_security_group_id", "security_group_id", "to_port"),
)

READ_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "aws_autoscaling_group": (
        *("desired_capacity", "launch_template", "load_balancer_type", "max_size", "min_size"),
        *("suspended_processes", "target_group_arns", "traffic_source", "vpc_zone_identifier"),
    ),
    "aws_instance": (
        *("availability_zone", "instance_state", "load_balancer_type", "network_interface", "subnet_id"),
        "vpc_security_group_ids",
    ),
    "aws_lb": (
        *("enable_cross_zone_load_balancing", "enable_deletion_protection", ENFORCE, "ip_address_type"),
        *("load_balancer_type", "security_groups", "subnet_mapping", "subnets"),
    ),
    "aws_lb_listener": (
        *("alpn_policy", "certificate_arn", "default_action", "load_balancer_arn", "port", "protocol"),
        *("ssl_policy", "tcp_idle_timeout_seconds"),
    ),
    "aws_lb_target_group": ("health_check", "load_balancing_cross_zone_enabled", "port"),
    "aws_lb_target_group_attachment": ("port", "target_group_arn", "target_id"),
    "aws_subnet": ("availability_zone", "availability_zone_id", "cidr_block", "owner_id"),
    "aws_vpc_endpoint": (
        *("ip_address_type", "private_dns_enabled", "security_group_ids", "service_name", "state"),
        *("subnet_ids", "vpc_endpoint_type", "vpc_id"),
    ),
    "aws_vpc_endpoint_service": (
        *("acceptance_required", "allowed_principals", "gateway_load_balancer_arns"),
        *("network_load_balancer_arns", "private_dns_name", "service_name", "supported_ip_address_types"),
        "supported_regions",
    ),
    "aws_vpc_endpoint_service_allowed_principal": ("principal_arn", "vpc_endpoint_service_id"),
    "aws_vpc_security_group_egress_rule": _RULE,
    "aws_vpc_security_group_ingress_rule": _RULE,
}
_IDENTIFIERS = ("id", "arn")


class Together(NamedTuple):
    """The attributes of a type that are read together, its identifiers among them."""

    names: tuple[str, ...]
    decoder: Decoder[Struct | None]


@cache
def together_of(kind: str) -> Together | None:
    """Return the attributes that are read together of a type; None if it is not in the table."""
    if kind not in READ_TOGETHER:
        return None
    names = (*_IDENTIFIERS, *READ_TOGETHER[kind])
    # Without garbage collection, as the other structures of a plan: its values refer to nothing else.
    values = msgspec.defstruct(kind, [(name, Any, None) for name in names], gc=False)
    return Together(names, Decoder(values | None))
