"""A Terraform module creates what a stack creates from a topology with the same settings.

Both are planned with the same mocked provider. That each is right on AWS, their own tests say.
"""

import json
import shutil

import pytest
import yaml

from privatelink.terraform.environment import terraform_environment
from tests.support.kept_provider import kept_provider
from tests.support.module_plans import Case, case_of, plans
from tests.support.project import PROJECT
from tests.support.synth import synth
from tools.module_generator.modules import ENDPOINT_SERVICE, INTERFACE_ENDPOINT, VPC
from tools.module_generator.moved import addresses, moved_to

pytestmark = pytest.mark.terraform

NETWORK = {"vpc_id": "vpc-0a1b2c3d4e5f60001", "subnet_ids": {"ap-northeast-2a": "subnet-0a1b2c3d4e5f6000a"}}
TARGETS = {"addresses": {"web": "10.10.0.10"}}
LISTENERS = [{"port": 443}]
CERTIFICATE = "arn:aws:acm:ap-northeast-2:111122223333:certificate/0a1b2c3d"
ALB = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/shop/0a1b2c3d4e5f6000"
SERVICE_NAME = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
INSTANCES = {"instances": {"blue": "i-0a1b2c3d4e5f6000a"}}
GROUP = "sg-0a1b2c3d4e5f6000a"
PRINCIPALS = ["444455556666", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/team/reader"]
IPS = {"scheme": "internet-facing", "elastic_ips": {"ap-northeast-2a": "eipalloc-0a1b2c3d4e5f6000a"}}
CLIENTS = ["10.99.0.0/16", "2001:db8::/56", "sg-0a1b2c3d4e5f6000a", "pl-0a1b2c3d4e5f6000a"]
CLIENT_KEYS = ["10-99-0-0-16", "2001-db8---56", "sg-0a1b2c3d4e5f6000a", "pl-0a1b2c3d4e5f6000a"]
ZONE = {"hosted_zone": {"name": "shop.internal"}}
NAMES = ["api.shop.internal", "*.web.shop.internal"]


def same(**settings):
    """Settings that the topology and the module write alike."""
    return settings, settings


# Settings of a topology's service, and inputs of endpoint-service.
SERVICES = {
    "defaults": same(),
    "listeners": same(
        listeners=[
            {
                "port": 443,
                "target_port": 8443,
                "health_check": {"protocol": "HTTP", "path": "/health", "port": 80},
            },
            {"port": 5432, "idle_timeout_seconds": 600, "deregistration_delay_seconds": 60},
            {"port": 53, "protocol": "TCP_UDP", "health_check": {"interval_seconds": 5}},
            {"port": 514, "protocol": "UDP", "connection_termination": False, "proxy_protocol_v2": True},
        ],
        load_balancer={"allow_from": ["10.99.0.0/16"]},
    ),
    "tls": same(
        listeners=[
            {"port": 443, "protocol": "TLS", "certificate_arn": CERTIFICATE},
            {"port": 8443, "protocol": "TLS", "certificate_arn": CERTIFICATE, "target_protocol": "TLS"},
        ]
    ),
    "internet-facing": same(load_balancer={"scheme": "internet-facing", "cross_zone": True}),
    "elastic-ips": same(load_balancer={**IPS, "deletion_protection": True, "name": "web"}),
    "access-logs": same(load_balancer={"access_logs": {"bucket": "logs", "prefix": "shop"}}),
    "instances": same(targets=INSTANCES),
    "auto-scaling-groups": same(
        targets={"auto_scaling_groups": {"web": "web-blue", "api": "api/production"}},
        listeners=[
            {"port": 443, "target_port": 8443, "targets": ["web"]},
            {"port": 53, "protocol": "UDP", "health_check": {"port": 80}},
        ],
    ),
    "auto-scaling-groups-of-a-security-group": (
        {"targets": {"auto_scaling_groups": {"web": "web"}, "security_group_id": GROUP}},
        {"targets": {"auto_scaling_groups": {"web": "web"}, "security_group": {"id": GROUP}}},
    ),
    "registered-elsewhere": same(
        targets={"registered_elsewhere": {"type": "ip"}},
        listeners=[{"port": 443, "target_port": 8443}, {"port": 53, "protocol": "UDP"}],
    ),
    "instances-elsewhere": (
        {"targets": {"registered_elsewhere": {"type": "instance"}, "security_group_id": GROUP}},
        {"targets": {"registered_elsewhere": {"type": "instance"}, "security_group": {"id": GROUP}}},
    ),
    "application-load-balancer-elsewhere": same(targets={"registered_elsewhere": {"type": "alb"}}),
    "targets-by-listener": same(
        targets={"addresses": {"b1": "10.10.0.10", "b2": "10.10.0.11", "b3": "10.10.0.12"}},
        listeners=[
            {"port": 9092},
            {"port": 9001, "target_port": 9094, "targets": ["b1"]},
            {"port": 9002, "target_port": 9094, "targets": ["b2", "b3"], "health_check": {"port": 8080}},
        ],
        load_balancer={"cross_zone": True},
    ),
    "instances-by-listener": same(
        targets={"instances": {"blue": "i-0a1b2c3d4e5f6000a", "green": "i-0a1b2c3d4e5f6000b"}},
        listeners=[{"port": 443, "targets": ["blue"]}, {"port": 80, "targets": ["green"]}],
    ),
    "security-group": (
        {"targets": {**INSTANCES, "security_group_id": GROUP}},
        {"targets": {**INSTANCES, "security_group": {"id": GROUP}}},
    ),
    "application-load-balancer": (
        {"targets": {"application_load_balancer": ALB}},
        {"targets": {"application_load_balancer": {"arn": ALB}}},
    ),
    "outside-the-vpc": same(targets={"addresses": {"web": "192.168.1.10"}}),
    "principals": same(allowed_principals=PRINCIPALS),
    "automatic": ({"acceptance": "automatic"}, {"acceptance_required": False}),
    "private-dns": same(private_dns={"name": "*.example.com"}),
    "private-dns-record": same(private_dns={"name": "api.example.com", "record_exists": True}),
    "dualstack": same(ip_address_type="dualstack", load_balancer={"enforce_private_link_ingress": True}),
}
# Settings of a topology's consumer, and inputs of interface-endpoint.
CONSUMERS = {
    "default": ({}, {}),
    "clients": (
        {"endpoint": {"allow_from": CLIENTS, "udp_ports": [53]}},
        {"allow_from": dict(zip(CLIENT_KEYS, CLIENTS, strict=True)), "udp_ports": [53]},
    ),
    "ranges": (
        {"endpoint": {"ports": [443, "1024-65535"], "udp_ports": ["5000-5100"]}},
        {"ports": [443, "1024-65535"], "udp_ports": ["5000-5100"]},
    ),
    "groups": ({"endpoint": {"security_group_ids": [GROUP]}}, {"security_group_ids": {"web": GROUP}}),
    "dual": ({"endpoint": {"ip_address_type": "dualstack"}}, {"ip_address_type": "dualstack"}),
    "names": ({"endpoint": {"names": NAMES}, **ZONE}, {"names": NAMES, **ZONE}),
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    with kept_provider(terraform_environment(tmp_path_factory.mktemp("work"))) as found:
        yield found


def stack_of(root, name, topology, side):
    """Put a stack of a topology below the root."""
    (root / name).mkdir()
    stack = synth(yaml.safe_dump(topology))[side]
    del stack["terraform"]["backend"], stack["provider"]
    (root / name / "cdk.tf.json").write_text(json.dumps(stack))
    return name


def created(plan, made_up=()):
    """The resources of a plan, each with its values, but for those that the mocked provider makes up."""
    assert plan.refused == ""
    return {
        address: {path: leaf for path, leaf in leaves.items() if (address, *path) not in made_up}
        for address, leaves in plan.resources.items()
        if not address.startswith("data.")
    }


def moved(module, plan, made_up):
    """The resources of a stack's plan by their addresses in the module."""
    assert plan.refused == ""
    known = addresses(module)
    found = {}
    for address, leaves in plan.resources.items():
        if not address.startswith("data."):
            top = {path[0]: leaf for path, leaf in leaves.items() if len(path) == 1}
            inside = moved_to(known, address, top)
            found[inside] = {path: leaf for path, leaf in leaves.items() if (inside, *path) not in made_up}
    return found


def compare(module, root, environment, topologies, side):
    shutil.copytree(PROJECT / "terraform" / module.name, root / "terraform" / module.name)
    cases = []
    for name, (topology, inputs) in topologies.items():
        case = case_of(module, f"module-{name}", inputs, {})
        stack = stack_of(root, f"stack-{name}", topology, side)
        cases += [case, Case(f"again-{name}", case.source, case.mocks, case.inputs, {}, case.providers)]
        cases.append(Case(stack, stack, case.mocks))
    planned = plans(root, environment, cases)
    for name in topologies:
        one, again, stack = (planned[f"{start}-{name}"] for start in ("module", "again", "stack"))
        made_up = {path for path, leaf in one.leaves.items() if again.leaves.get(path) != leaf}
        assert created(one, made_up) == moved(module, stack, made_up), name


def test_endpoint_service_creates_what_the_providers_stack_creates(environment, tmp_path):
    service = {"region": "ap-northeast-2", "network": NETWORK, "targets": TARGETS, "listeners": LISTENERS}
    topologies = {
        name: (
            {"name": "shop", "service": service | settings},
            {"name": "shop-provider", "load_balancer": {}, **NETWORK, "targets": TARGETS} | inputs,
        )
        for name, (settings, inputs) in SERVICES.items()
    }
    for _, inputs in topologies.values():
        inputs["load_balancer"] = {"name": "shop-nlb", **inputs["load_balancer"]}

    compare(ENDPOINT_SERVICE, tmp_path, environment, topologies, "shop-provider")


def test_interface_endpoint_creates_what_the_consumers_stack_creates(environment, tmp_path):
    consumer = {"region": "ap-northeast-2", "network": NETWORK, "service_name": SERVICE_NAME}
    topologies = {
        name: (
            {
                "name": "shop",
                "consumers": {
                    "client": consumer
                    | settings
                    | {"endpoint": {"ports": [443], **settings.get("endpoint", {})}}
                },
            },
            {"name": "shop-client", "service_name": SERVICE_NAME, **NETWORK, **inputs},
        )
        for name, (settings, inputs) in CONSUMERS.items()
    }

    compare(INTERFACE_ENDPOINT, tmp_path, environment, topologies, "shop-consumer-client")


def test_vpc_creates_the_network_of_a_stack(environment, tmp_path):
    logs = {"flow_logs": {"retention_days": 30}}
    network = {"cidr": "10.10.0.0/16", "zones": {"ap-northeast-2a": "10.10.0.0/20"}, **logs}
    service = {"region": "ap-northeast-2", "network": network, "targets": TARGETS, "listeners": LISTENERS}
    topology = {"name": "shop", "service": {**service, "load_balancer": {"scheme": "internet-facing"}}}
    for module in (VPC, ENDPOINT_SERVICE):  # whose mocks the stack needs
        shutil.copytree(PROJECT / "terraform" / module.name, tmp_path / "terraform" / module.name)
    stack = stack_of(tmp_path, "stack", topology, "shop-provider")
    inputs = {"name": "shop-provider", "internet_gateway": True, **logs}

    planned = plans(
        tmp_path,
        environment,
        [
            case_of(VPC, "module", inputs, {}),
            Case("stack", stack, f"terraform/{ENDPOINT_SERVICE.name}/tests/aws"),
        ],
    )

    assert planned["stack"].refused == ""
    assert created(planned["module"]) == {
        moved_to(addresses(VPC), address, {}): leaves
        for address, leaves in planned["stack"].resources.items()
        if ".network" in address
    }
