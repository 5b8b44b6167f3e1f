"""Arguments of the public constructs have Terraform's names, as the provider's schema has them."""

import ast
import dataclasses
import functools
import inspect
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address, IPv4Network

import pytest

import privatelink
from privatelink import (
    Acceptance,
    AccessLogBucket,
    Alarms,
    Alias,
    AutoScalingBackends,
    Backends,
    CustomerKey,
    EndpointService,
    ExistingLoadBalancer,
    ExistingNetwork,
    ExistingTargets,
    HealthCheck,
    HostedZone,
    InterfaceEndpoint,
    Listener,
    Network,
    NetworkLoadBalancer,
    Notifications,
    Peer,
    Ports,
    PrivateDns,
    PrivateDnsName,
    Probe,
    ServiceAlarms,
    SharedVpc,
    Targets,
)
from privatelink.constructs.component import Component
from tests.support.project import PROJECT
from tests.support.synth import synth_one

STUB = PROJECT / "modules/privatelink/framework/aws.pyi"
CONSTRUCTS = {
    name: found
    for name in privatelink.__all__
    if inspect.isclass(found := getattr(privatelink, name))
    and ((issubclass(found, Component) and found is not Component) or found is Targets)
}
ZONE = "ap-northeast-2a"
META = {"depends_on"}  # https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on

# Arguments that no resource has, with the reason.
OWN = {
    "accepted_by": "text of a warning",
    "add_ingress_rules": "whether a resource is created",
    "arn_suffix": "an attribute of the load balancer, to Terraform",
    "aliases": "several records, each with an `Alias`",
    "allow_from": "several rules, each with a `Peer`",
    "blocked_flow_protocols": "several alarms, each with the metric of a protocol",
    "dns_suffix": "part of a service principal",
    "encrypts_auto_scaling": "two statements of a policy",
    "encrypts_notifications": "a statement of a policy",
    "expiration_days": "the argument `days` of the block `expiration`",
    "internet": "whether resources are created",
    "ip_addresses": "targets of type ip; a construct cannot know the type of a bare `target_id`",
    "listener": "several resources",
    "listener_ranges": "ports of several rules",
    "listeners": "several data sources",
    "log_group_name": "part of a condition",
    "min_zones": "part of a condition",
    "network": "several attributes of another construct",
    "open_to_everyone": "confirms a combination of arguments",
    "partition": "part of an ARN",
    "peers": "several rules, each with a `Peer`",
    "preconditions": "the block `precondition` of `lifecycle`, several times",
    "private_dns_managed_elsewhere": "an item of `ignore_changes`",
    "record_exists": "whether a resource is created",
    "rules_in_order": "whether a resource is created",
    "settings": "several alarms",
    "shared_with": "several associations, each with a `SharedVpc`",
    "target_group_arn_suffixes": "dimensions of several alarms, by port",
    "target_port": "the argument `port` of a target group, beside that of the listener",
    "target_ranges": "ports of several rules",
    "targets": "several resources",
    "texts": "part of the user data",
    "vpc_reference": "part of a condition",
    "zone_conditions": "the block `precondition` of `lifecycle`, for the targets of a listener",
    "zone_names": "part of a condition",
    "zones": "the values of `availability_zone`, by the former form of the zone",
    "zone_provider": "the meta-argument `provider` of some of the resources only",
}
# Values that a resource has under another name than the argument, with the reason.
RENAMED = {
    ("allowed_principals", "principal_arn"): "the service calls the list so; a resource for each has one ARN",
    ("arn_suffix", "dimensions"): "CloudWatch's dimension LoadBalancer",
    ("autoscaling_group_names", "name"): "the Auto Scaling group itself",
    ("ipv4_addresses", "ipv4"): "an address for each block `subnet_configuration`, by zone",
    ("security_group_id", "referenced_security_group_id"): "as seen from another security group",
    ("subnet_ids", "values"): "a filter of a data source",
    ("subnet_ids", "vpc_zone_identifier"): "the name that Auto Scaling has for subnet IDs",
    ("target_group_arn_suffixes", "dimensions"): "CloudWatch's dimension TargetGroup",
    ("target_port", "from_port"): "the first port of a security group rule",
    ("target_port", "to_port"): "the last port of a security group rule",
}
# Arguments without a value to find again, with the reason.
UNTRIED = {
    "acceptance_required": "true or false",
    "accepted_by": "text of a warning",
    "access_logs": "a block of Terraform's own",
    "add_ingress_rules": "true or false",
    "application_load_balancer_arn": "instead of instances",
    "associate_public_ip_address": "true or false",
    "autoscaling_group_names": "instead of instances",
    "blocked_flow_protocols": "part of a name",
    "depends_on": "resources",
    "enable_cross_zone_load_balancing": "true or false",
    "enable_deletion_protection": "true or false",
    "encrypts_access_logs": "true or false",
    "encrypts_auto_scaling": "true or false",
    "encrypts_notifications": "true or false",
    "endpoints": "arguments of another construct",
    "open_to_everyone": "true or false",
    "peers": "instead of a security group",
    "preconditions": "blocks of Terraform's own",
    "private_dns_managed_elsewhere": "true or false",
    "record_exists": "true or false",
    "rules_in_order": "true or false",
    "security_group_ids": "instead of allow_from",
    "vpc_reference": "with security_group_ids",
    "zone_id": "instead of a new hosted zone",
    "zone_conditions": "blocks of Terraform's own",
    "zones": "only with a zone in its former form",
    "zone_provider": "a provider",
}


@functools.cache
def schema() -> frozenset[str]:
    """The arguments of every resource, data source and block that is used here."""
    return frozenset(
        argument.arg
        for node in ast.parse(STUB.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name == "__init__"
        for argument in method.args.kwonlyargs
    )


def arguments(construct: type) -> set[str]:
    """The arguments of a construct, and those of the methods by which it gets more resources."""
    methods = [construct.__init__, *([getattr(construct, MORE[construct][0])] if construct in MORE else [])]
    given = {name for method in methods for name in inspect.signature(method).parameters}
    return given - {"self", "scope", "id"}


def is_called(argument: str, name: str) -> bool:
    """Whether an argument has a name of Terraform's: alone, in the plural, or after another word."""
    one, its = argument.removesuffix("s"), name.removesuffix("s")
    return one == its or one.endswith(f"_{its}")


def is_known(argument: str) -> bool:
    """Whether a resource has the argument; a name of one word, such as `name`, is one of anything."""
    return any(
        is_called(argument, name) and ("_" in name or is_called(name, argument)) for name in schema() | META
    )


@pytest.mark.parametrize("name", sorted(CONSTRUCTS))
def test_every_argument_is_one_of_a_resource_or_has_a_reason(name):
    unknown = {argument for argument in arguments(CONSTRUCTS[name]) if not is_known(argument)}

    assert unknown <= OWN.keys()


def test_every_exception_is_one():
    given = {argument for construct in CONSTRUCTS.values() for argument in arguments(construct)}

    assert OWN.keys() <= given
    assert list(filter(is_known, OWN)) == []


def test_a_name_that_is_not_terraforms_is_found():
    for argument in ("smallest", "kind", "conditions", "private_dns", "deletion_protection", "cross_zone"):
        assert not is_known(argument), argument
    for argument in ("min_size", "subnet_ids", "flow_log_retention_in_days", "network_load_balancer_arns"):
        assert is_known(argument), argument


# ---- where each value goes


# Of each construct, arguments with values that are found again in the Terraform that it makes.
def network(stack):
    return ExistingNetwork(stack, "network", vpc_id="vpc-network", subnet_ids={ZONE: "subnet-network"})


def service(stack):
    return EndpointService(stack, "service", name="service", network_load_balancer_arns=["arn:service"])


GIVEN = {
    Acceptance: {"vpc_endpoint_service_id": "vpce-svc-1", "vpc_endpoint_ids": {"web": "vpce-1"}},
    AccessLogBucket: {
        "name": "logs",
        "region": "eu-west-1",
        "partition": "aws-x",
        "prefix": "team",
        "expiration_days": 77,
        "kms_master_key_id": "arn:key",
    },
    AutoScalingBackends: {
        "name": "team",
        "vpc_id": "vpc-1",
        "subnet_ids": {ZONE: "subnet-1"},
        "texts": {ZONE: "text"},
        "min_size": 11,
        "max_size": 13,
        "tags": {"team": "a-team"},
        "port": 8111,
        "instance_type": "t4g.nano",
        "kms_key_id": "arn:key",
    },
    Backends: {
        "name": "team",
        "vpc_id": "vpc-1",
        "subnet_ids": {ZONE: "subnet-1"},
        "texts": {ZONE: "text"},
        "port": 8111,
        "instance_type": "t4g.nano",
        "kms_key_id": "arn:key",
    },
    CustomerKey: {
        "name": "team",
        "region": "eu-west-1",
        "partition": "aws-x",
        "dns_suffix": "example.com",
        "log_group_name": "logs",
    },
    EndpointService: {
        "name": "offer",
        "network_load_balancer_arns": ["arn:nlb"],
        "allowed_principals": ["arn:aws:iam::111122223333:root"],
        "private_dns_name": "api.example.com",
        "supported_regions": ["eu-west-1"],
        "supported_ip_address_types": ["ipv6"],
    },
    ExistingLoadBalancer: {"arn": "arn:nlb", "listeners": [Listener(port=443)], "min_zones": 2},
    ExistingNetwork: {"vpc_id": "vpc-1", "subnet_ids": {ZONE: "subnet-1"}},
    ExistingTargets: {
        "network": network,
        "instance_ids": {"blue": "i-1"},
        "ip_addresses": {},
        "security_group_id": "sg-1",
    },
    HostedZone: {
        "aliases": {"api.shop.internal": Alias("vpce-1.example", "Z-alias", ("AAAA",))},
        "name": "shop.internal",
        "vpc_id": "vpc-1",
        "shared_with": {"data": SharedVpc("vpc-2", "eu-west-1")},
    },
    InterfaceEndpoint: {
        "name": "web",
        "vpc_id": "vpc-1",
        "service_name": "com.amazonaws.vpce.eu-west-1.vpce-svc-1",
        "subnet_ids": {ZONE: "subnet-1"},
        "zone_names": {ZONE: "aws_subnet.a.availability_zone"},
        "ports": [Ports("tcp", 8443, 8444, "https")],
        "allow_from": [Peer.cidr(IPv4Network("10.7.0.0/16"))],
        "policy": '{"Statement": []}',
        "ipv4_addresses": {ZONE: IPv4Address("10.9.9.9")},
        "ip_address_type": "dualstack",
        "dns_record_ip_type": "service-defined",
        "service_region": "eu-west-1",
        "private_dns_enabled": True,
    },
    Network: {
        "name": "team",
        "cidr_block": IPv4Network("10.1.0.0/16"),
        "subnet_cidr_blocks": {ZONE: IPv4Network("10.1.16.0/20")},
        "internet": True,
        "assign_generated_ipv6_cidr_block": True,
        "flow_log_retention_in_days": 400,
        "flow_log_kms_key_id": "arn:key",
    },
    NetworkLoadBalancer: {
        "name": "front",
        "vpc_id": "vpc-1",
        "subnet_ids": {ZONE: "subnet-1"},
        "internal": False,
        "allocation_ids": {ZONE: "eipalloc-1"},
        "allow_from": [Peer.cidr(IPv4Network("10.7.0.0/16"))],
        "enforce_security_group_inbound_rules_on_private_link_traffic": "on",
        "ip_address_type": "dualstack",
        "listener_ranges": [Ports.tcp(440, 450)],
        "target_ranges": [Ports.tcp(8220, 8230)],
    },
    Notifications: {
        "name": "topic",
        "service": service,
        "connection_events": ["Reject"],
        "connection_notification_arn": "arn:topic",
        "kms_master_key_id": "arn:key",
    },
    PrivateDns: {"vpc_endpoint_id": "vpce-1"},
    PrivateDnsName: {"service": service, "private_dns_name": "api.example.com", "zone_id": "Z-public"},
    Probe: {
        "name": "team",
        "vpc_id": "vpc-1",
        "subnet_id": "subnet-1",
        "ports": [Ports("tcp", 8443, 8444, "https")],
        "instance_type": "t4g.nano",
        "partition": "aws-x",
        "kms_key_id": "arn:key",
    },
    ServiceAlarms: {"name": "offer", "service_id": "vpce-svc-1", "settings": Alarms()},
}
# The methods that add more, with their arguments.
MORE = {
    NetworkLoadBalancer: (
        "add_listener",
        {
            "listener": Listener(port=443),
            "targets": Targets(
                target_type="ip",
                target_ids={"one": "10.8.8.8"},
                autoscaling_group_names={"group": "asg-1"},
                security_group_id="sg-1",
                availability_zones={"one": "all"},
            ),
            "target_port": 8222,
            "health_check": HealthCheck(),
        },
    ),
    ServiceAlarms: (
        "watch_load_balancer",
        {"key": "", "arn_suffix": "net/front/1", "target_group_arn_suffixes": {443: "targetgroup/front/1"}},
    ),
}


def build(construct, stack):
    given = {name: value(stack) if callable(value) else value for name, value in GIVEN[construct].items()}
    made = construct(stack, "it", **given)
    if construct in MORE:
        method, more = MORE[construct]
        getattr(made, method)(**more)


def simple(argument: str, value: object) -> Iterator[tuple[str, str]]:
    """The values that an argument has, each with the name that it should have."""
    if isinstance(value, Peer | Listener | Alarms | HealthCheck) or callable(value):
        return  # with names of their own
    if isinstance(value, Ports):
        yield from ((name, str(found)) for name, found in value.rule_arguments.items())
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from simple(field.name, getattr(value, field.name))
    elif isinstance(value, Mapping):
        for found in value.values():
            yield from simple(argument, found)
    elif isinstance(value, list | tuple):
        for found in value:
            yield from simple(argument, found)
    elif value is not None and not isinstance(value, bool):
        yield argument, str(value)


def leaves(value: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Every value in the Terraform, with the name of the argument that it is in."""
    if isinstance(value, dict):
        for key, found in value.items():
            known = key.lower().replace(" ", "_")
            yield from leaves(found, known if known in schema() else name)
    elif isinstance(value, list):
        for found in value:
            yield from leaves(found, name)
    else:
        yield name, str(value)


@pytest.mark.parametrize("construct", GIVEN, ids=lambda construct: construct.__name__)
def test_a_value_is_passed_on_under_its_own_name(construct):
    stack = synth_one(lambda stack: build(construct, stack))
    given = GIVEN[construct] | (MORE[construct][1] if construct in MORE else {})
    values = {value: name for argument, found in given.items() for name, value in simple(argument, found)}

    made = {kind: stack.get(kind, {}) for kind in ("data", "resource")}
    renamed = {
        (values[value], name)
        for name, value in leaves(made)
        if value in values and not is_called(values[value], name)
    }
    assert renamed <= RENAMED.keys()


def test_every_argument_of_the_constructs_is_given_here():
    for construct, given in GIVEN.items():
        more = MORE[construct][1] if construct in MORE else {}
        assert arguments(construct) - given.keys() - more.keys() <= UNTRIED.keys(), construct
