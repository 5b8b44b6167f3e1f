"""Rules as conditions of Terraform: each is true where its rule is kept, false where it is broken.

Terraform itself evaluates them, with facts in place of what it would read.
"""

import functools
import json
import re
import subprocess

import pytest

from privatelink.constructs.conditions import postcondition, precondition
from privatelink.constructs.endpoint_service import EndpointService
from privatelink.constructs.existing_load_balancer import ExistingLoadBalancer
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.existing_targets import ExistingTargets
from privatelink.constructs.hosted_zone import Alias, HostedZone
from privatelink.constructs.interface_endpoint import InterfaceEndpoint
from privatelink.constructs.load_balancer import NetworkLoadBalancer
from privatelink.constructs.ports import Ports
from privatelink.constructs.private_dns import PrivateDns
from privatelink.constructs.private_dns_name import PrivateDnsName
from privatelink.constructs.rules import VPC_DNS
from privatelink.topology.rules.listener import Listener
from tests.support.rules import breaks, keeps
from tests.support.synth import synth_one

SUBNETS = {"ap-northeast-2a": "subnet-a", "apne2-az3": "subnet-c"}
ENFORCED = "enforce_security_group_inbound_rules_on_private_link_traffic"


def network(stack):
    made = ExistingNetwork(stack, "network", vpc_id="vpc-1", subnet_ids=SUBNETS)
    made.warn_of_full_subnets()
    return made


def targets(stack, **arguments):
    given = {"instance_ids": {}, "ip_addresses": {}} | arguments
    return ExistingTargets(stack, "targets", network=network(stack), **given).targets


def instances(stack):
    found = targets(stack, instance_ids={"blue": "i-1", "green": "i-2"})
    front = NetworkLoadBalancer(
        stack, "front", name="front", vpc_id="vpc-1", subnet_ids=SUBNETS, internal=True
    )
    listener = Listener(port=443)
    front.add_listener(listener, found, target_port=443, health_check=listener.health_check)


def application(stack):
    targets(stack, application_load_balancer_arn="arn:alb")


def scaled(stack):
    targets(stack, autoscaling_group_names={"web": "web-blue"})


def balancer(stack):
    ExistingLoadBalancer(stack, "front", arn="arn:nlb", listeners=[Listener(port=443)], min_zones=2)


def endpoint(stack):
    InterfaceEndpoint(
        stack,
        "endpoint",
        name="shop",
        vpc_id="vpc-1",
        service_name="com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0",
        subnet_ids={"ap-northeast-2a": "subnet-a"},
        zone_names={"ap-northeast-2a": "data.aws_subnet.a.availability_zone"},
        ports=[Ports.tcp(443)],
        security_group_ids=["sg-1"],
        vpc_reference="data.aws_vpc.network.id",
        policy="{}",
        private_dns_managed_elsewhere=True,
    )


def private_dns(stack):
    PrivateDns(stack, "dns", vpc_endpoint_id="vpce-1")


def hosted_zone(stack):
    HostedZone(stack, "zone", aliases={"api.shop.internal": Alias("vpce-1", "Z1")}, zone_id="Z9")


def service(stack):
    EndpointService(stack, "service", name="shop", network_load_balancer_arns=["arn:nlb"])


def named_service(stack):
    offered = EndpointService(
        stack,
        "service",
        name="shop",
        network_load_balancer_arns=["arn:nlb"],
        private_dns_name="*.example.com",
    )
    PrivateDnsName(stack, "name", service=offered, private_dns_name="*.example.com", zone_id="Z1")


VPC = {"data.aws_vpc.network": {"id": "vpc-1"}}
IN_VPC, IN_ANOTHER = VPC | {"self": {"vpc_id": "vpc-1"}}, VPC | {"self": {"vpc_id": "vpc-2"}}
OFFERED = {
    "data.aws_subnet.a": {"availability_zone": "ap-northeast-2a"},
    "data.aws_vpc_endpoint_service.endpoint": {
        "availability_zones": ["ap-northeast-2a", "ap-northeast-2c"],
        "service_name": "service",
    },
}
OFFERED_ELSEWHERE = OFFERED | {"data.aws_subnet.a": {"availability_zone": "ap-northeast-2b"}}


def offered(**facts):
    return {"data.aws_vpc_endpoint_service.endpoint": {"service_name": "service", **facts}}


def front(**facts):
    return {
        "data.aws_lb.front": {"subnets": ["a", "c"], "security_groups": ["sg-1"], ENFORCED: "off"} | facts
    }


def zones(blue, green):
    found = {"targets_blue": blue, "targets_green": green}
    return {
        **{f"data.aws_instance.{name}": {"availability_zone": zone} for name, zone in found.items()},
        "data.aws_subnet.network_ap-northeast-2a": {"availability_zone": "ap-northeast-2a"},
        "data.aws_subnet.network_apne2-az3": {"availability_zone": "ap-northeast-2c"},
    }


def spanning(subnets):
    return VPC | {
        "data.aws_subnets.targets": {"ids": ["subnet-a", "subnet-c"]},
        "self": {"vpc_zone_identifier": subnets},
    }


def subnet(**facts):
    return {"data.aws_subnet.network_ap-northeast-2a": facts}


# The construct, the rule, facts with which it is kept, with which it is broken, and what the message names.
CASES = [
    (network, "vpc-mismatch", IN_VPC, IN_ANOTHER, "vpc-2"),
    (application, "vpc-mismatch", IN_VPC, IN_ANOTHER, "vpc-2"),
    (instances, "vpc-mismatch", IN_VPC, IN_ANOTHER, "vpc-2"),
    (endpoint, "vpc-mismatch", IN_VPC, IN_ANOTHER, "sg-1"),
    (
        scaled,
        "vpc-mismatch",
        spanning("subnet-a,subnet-c"),
        spanning("subnet-a,subnet-x"),
        "another VPC, with subnet-x: web-blue (allowed: one in vpc-1;",
    ),
    (scaled, "vpc-mismatch", spanning(""), spanning("subnet-x"), "subnet-x"),
    (
        network,
        "subnet-zone-mismatch",
        {"self": {"availability_zone": "ap-northeast-2a", "availability_zone_id": "apne2-az3"}},
        {"self": {"availability_zone": "ap-northeast-2c", "availability_zone_id": "apne2-az1"}},
        "ap-northeast-2c",
    ),
    (
        network,
        "subnet-free-addresses",
        subnet(available_ip_address_count=8),
        subnet(available_ip_address_count=7),
        "7 free addresses: subnet-a",
    ),
    (
        balancer,
        "load-balancer-type",
        {"self": {"load_balancer_type": "network"}},
        {"self": {"load_balancer_type": "gateway"}},
        "of type gateway: arn:nlb (allowed: type network;",
    ),
    (
        application,
        "load-balancer-type",
        {"self": {"load_balancer_type": "application"}},
        {"self": {"load_balancer_type": "network"}},
        "of type network: arn:alb (allowed: type application;",
    ),
    (
        balancer,
        "listener-protocol",
        {"self": {"protocol": "TCP"}},
        {"self": {"protocol": "TLS"}},
        "listener of port 443 with protocol TLS: arn:nlb",
    ),
    (
        balancer,
        "cross-region-zones",
        {"self": {"subnets": ["a", "c"]}},
        {"self": {"subnets": ["a"]}},
        "at least 2 zones",
    ),
    (
        instances,
        "target-zone-missing",
        zones("ap-northeast-2c", "ap-northeast-2a"),
        zones("ap-northeast-2c", "ap-northeast-2d"),
        "no target in zone ap-northeast-2a (",
    ),
    (balancer, "nlb-one-zone", front(), front(subnets=["a"]), "arn:nlb"),
    (balancer, "nlb-filters-private-link", front(), front(**{ENFORCED: "on"}), "arn:nlb"),
    (
        endpoint,
        "endpoint-zone-without-service",
        OFFERED,
        OFFERED_ELSEWHERE,
        "ap-northeast-2b (allowed: zones of the service: ap-northeast-2a, ap-northeast-2c (zone names",
    ),
    (
        endpoint,
        "endpoint-policy-unsupported",
        offered(vpc_endpoint_policy_supported=True),
        offered(vpc_endpoint_policy_supported=False),
        "service (allowed: no endpoint policy",
    ),
    (
        endpoint,
        "private-dns-name-missing",
        offered(private_dns_name="api.example.com"),
        offered(private_dns_name=None),
        "private DNS name: service",
    ),
    (
        endpoint,
        "endpoint-not-available",
        {"aws_vpc_endpoint.endpoint": {"id": "vpce-1", "state": "available"}},
        {"aws_vpc_endpoint.endpoint": {"id": "vpce-1", "state": "pendingAcceptance"}},
        "in state pendingAcceptance: vpce-1",
    ),
    (
        private_dns,
        "private-dns-connection-state",
        {"self": {"id": "vpce-1", "state": "available"}},
        {"self": {"id": "vpce-1", "state": "pendingAcceptance"}},
        "in state pendingAcceptance: vpce-1",
    ),
    (
        private_dns,
        "vpc-dns-attributes",
        {"self": {"id": "vpc-1", "enable_dns_support": True, "enable_dns_hostnames": True}},
        {"self": {"id": "vpc-1", "enable_dns_support": True, "enable_dns_hostnames": False}},
        "`enable_dns_support` and `enable_dns_hostnames`",
    ),
    (
        hosted_zone,
        "hosted-zone-public",
        {"self": {"name": "shop.internal", "private_zone": True}},
        {"self": {"name": "shop.internal", "private_zone": False}},
        "Z9 (shop.internal)",
    ),
    (
        hosted_zone,
        "hosted-zone-name-outside",
        {"self": {"name": "shop.internal"}},
        {"self": {"name": "op.internal"}},
        "api.shop.internal (allowed: op.internal,",
    ),
    (
        named_service,
        "hosted-zone-name-outside",
        {"self": {"name": "example.com"}},
        {"self": {"name": "www.example.com"}},
        "example.com (allowed: www.example.com,",
    ),
    (
        named_service,
        "verification-zone-private",
        {"self": {"name": "example.com", "private_zone": False}},
        {"self": {"name": "example.com", "private_zone": True}},
        "verifies *.example.com: Z1 (example.com)",
    ),
    (
        service,
        "private-dns-name-left",
        {"aws_vpc_endpoint_service.service": {"id": "vpce-svc-1", "private_dns_name": None}},
        {"aws_vpc_endpoint_service.service": {"id": "vpce-svc-1", "private_dns_name": "api.example.com"}},
        "--remove-private-dns-name --service-id vpce-svc-1`",
    ),
]


@functools.cache
def made(build):
    """Each stack once: no test changes what it reads."""
    return synth_one(build)


def conditions(stack, rule):
    """The conditions that have a rule's message, each with the message."""
    found = [
        condition
        for section in ("data", "resource")
        for named in stack.get(section, {}).values()
        for body in named.values()
        for kind in ("precondition", "postcondition")
        for condition in body.get("lifecycle", {}).get(kind, [])
    ]
    found += [condition for check in stack.get("check", {}).values() for condition in check["assert"]]
    return [
        (condition["condition"], condition["error_message"])
        for condition in found
        if condition["error_message"].endswith(f"[{rule}]")
    ]


def evaluated(template, facts, directory):
    """What Terraform makes of a template, with facts for references such as `data.aws_vpc.network`."""
    for number, reference in enumerate(facts):
        template = re.sub(rf"\b{re.escape(reference)}\.", f"local.fact{number}.", template)
    values = {f"fact{number}": value for number, value in enumerate(facts.values())} | {"template": template}
    (directory / "facts.tf.json").write_text(json.dumps({"locals": values}))
    console = ["terraform", "console"]
    ran = subprocess.run(
        console, input="local.template", cwd=directory, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip().strip('"')


def cases(column, mark):
    return [
        pytest.param(build, rule, case[column], case[-1], id=f"{build.__name__}-{rule}", marks=mark(rule))
        for build, rule, *case in CASES
    ]


@pytest.mark.terraform
@pytest.mark.parametrize(("build", "rule", "facts", "words"), cases(0, keeps))
def test_a_condition_is_true_where_its_rule_is_kept(build, rule, facts, words, tmp_path):
    found = conditions(made(build), rule)

    assert "true" in {evaluated(condition, facts, tmp_path) for condition, _ in found}


@pytest.mark.terraform
@pytest.mark.parametrize(("build", "rule", "facts", "words"), cases(1, breaks))
def test_a_condition_is_false_where_its_rule_is_broken_and_the_message_names_the_facts(
    build, rule, facts, words, tmp_path
):
    (condition, message), *_ = conditions(made(build), rule)

    assert evaluated(condition, facts, tmp_path) == "false"
    assert words in evaluated(message, facts, tmp_path)


def test_the_message_is_the_rules():
    broken = VPC_DNS.broken(given="${self.id}")

    for condition in (precondition("${true}", broken), postcondition("${true}", broken)):
        assert (condition.condition, condition.error_message) == ("${true}", str(broken))
