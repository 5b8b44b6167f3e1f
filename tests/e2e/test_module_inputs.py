"""Every input of a Terraform module, and every attribute of one, has an effect on what the module creates."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from privatelink.terraform.environment import terraform_environment
from tests.support.kept_provider import kept_provider
from tests.support.module_plans import Case, Plan, case_of, plans
from tests.support.project import PROJECT
from tools.module_generator.modules import ENDPOINT_SERVICE, INTERFACE_ENDPOINT, VPC, Module

pytestmark = pytest.mark.terraform

TLS = {"protocol": "TLS", "certificate_arn": "arn:aws:acm:ap-northeast-2:111122223333:certificate/0a1b2c3d"}
PUBLIC = {"scheme": "internet-facing"}
IPS = ("eipalloc-0a1b2c3d4e5f6000a", "eipalloc-0a1b2c3d4e5f6000b")
ALB = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:loadbalancer/app/shop/0a1b2c3d4e5f600"
KEY = "arn:aws:kms:ap-northeast-2:111122223333:key/0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
TWO_ZONES = {"subnet_ids": {"apne2-az1": "subnet-0a1b2c3d4e5f6000a", "apne2-az3": "subnet-0a1b2c3d4e5f6000c"}}
ZONE_3 = {
    'data.aws_subnet.network["apne2-az3"]': {
        "vpc_id": "vpc-0a1b2c3d4e5f60001",
        "availability_zone": "ap-northeast-2c",
        "availability_zone_id": "apne2-az3",
        "available_ip_address_count": 4000,
    }
}
OTHER_VPC = {
    "data.aws_subnet.network": {
        "vpc_id": "vpc-0a1b2c3d4e5f60002",
        "availability_zone": "ap-northeast-2a",
        "available_ip_address_count": 4000,
    }
}


def listener(**settings: Any) -> dict[str, Any]:
    return {"listeners": [{"port": 443, **settings}]}


def check(**settings: Any) -> dict[str, Any]:
    return listener(health_check=settings)


def balancer(**settings: Any) -> dict[str, Any]:
    return {"load_balancer": settings}


def access_logs(**settings: Any) -> dict[str, Any]:
    return balancer(access_logs={"bucket": "logs"} | settings)


def flow_logs(**settings: Any) -> dict[str, Any]:
    return {"flow_logs": {"retention_days": 30} | settings}


def targets(**settings: Any) -> dict[str, Any]:
    return {"targets": {"addresses": {"web": "10.10.0.10"}} | settings}


def only(**settings: Any) -> dict[str, Any]:
    return {"targets": settings}


def alb(digit: int) -> dict[str, Any]:
    return only(application_load_balancer={"arn": f"{ALB}{digit}"})


TWO_TARGETS = targets(addresses={"web": "10.10.0.10", "db": "10.10.0.11"})
# Of each input and attribute: inputs with two values of it.
EFFECTS: Mapping[str, Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]] = {
    VPC.name: {
        "name": ({}, {"name": "web"}),
        "cidr": ({}, {"cidr": "10.10.0.0/17"}),
        "subnets": ({}, {"subnets": {"ap-northeast-2a": "10.10.16.0/20"}}),
        "flow_logs": ({}, flow_logs()),
        "flow_logs.retention_days": (flow_logs(), flow_logs(retention_days=60)),
        "flow_logs.kms_key_id": (flow_logs(), flow_logs(kms_key_id=KEY)),
        "internet_gateway": ({}, {"internet_gateway": True}),
        "tags": ({}, {"tags": {"team": "a"}}),
    },
    ENDPOINT_SERVICE.name: {
        "name": ({}, {"name": "web"}),
        "vpc_id": ({}, {"vpc_id": "vpc-0a1b2c3d4e5f60002"}),
        "subnet_ids": ({}, {"subnet_ids": {"ap-northeast-2a": "subnet-0a1b2c3d4e5f6000b"}}),
        "targets": ({}, alb(0)),
        "targets.instances": (
            only(instances={"web": "i-0a1b2c3d4e5f6000a"}),
            only(instances={"web": "i-0a1b2c3d4e5f6000b"}),
        ),
        "targets.addresses": ({}, targets(addresses={"web": "10.10.0.11"})),
        "targets.auto_scaling_groups": (
            only(auto_scaling_groups={"web": "blue"}),
            only(auto_scaling_groups={"web": "green"}),
        ),
        "targets.application_load_balancer": ({}, alb(0)),
        "targets.application_load_balancer.arn": (alb(0), alb(1)),
        "targets.registered_elsewhere": ({}, only(registered_elsewhere={"type": "ip"})),
        "targets.registered_elsewhere.type": (
            only(registered_elsewhere={"type": "ip"}),
            only(registered_elsewhere={"type": "instance"}),
        ),
        "targets.security_group": ({}, targets(security_group={"id": "sg-0a1b2c3d4e5f6000a"})),
        "targets.security_group.id": (
            targets(security_group={"id": "sg-0a1b2c3d4e5f6000a"}),
            targets(security_group={"id": "sg-0a1b2c3d4e5f6000b"}),
        ),
        "load_balancer": ({}, balancer(name="web")),
        "load_balancer.name": ({}, balancer(name="web")),
        "load_balancer.scheme": ({}, balancer(**PUBLIC)),
        "load_balancer.elastic_ips": (
            balancer(**PUBLIC, elastic_ips={"ap-northeast-2a": IPS[0]}),
            balancer(**PUBLIC, elastic_ips={"ap-northeast-2a": IPS[1]}),
        ),
        "load_balancer.allow_from": ({}, balancer(allow_from=["10.99.0.0/16"])),
        "load_balancer.enforce_private_link_ingress": ({}, balancer(enforce_private_link_ingress=True)),
        "load_balancer.cross_zone": ({}, balancer(cross_zone=True)),
        "load_balancer.deletion_protection": ({}, balancer(deletion_protection=True)),
        "load_balancer.access_logs": ({}, access_logs()),
        "load_balancer.access_logs.bucket": (access_logs(), access_logs(bucket="other-logs")),
        "load_balancer.access_logs.prefix": (access_logs(), access_logs(prefix="shop")),
        "listeners": ({}, listener(port=8443)),
        "listeners.port": ({}, listener(port=8443)),
        "listeners.protocol": ({}, listener(protocol="UDP")),
        "listeners.certificate_arn": (
            listener(**TLS),
            listener(**{**TLS, "certificate_arn": TLS["certificate_arn"] + "0"}),
        ),
        "listeners.ssl_policy": (listener(**TLS), listener(**TLS, ssl_policy="ELBSecurityPolicy-TLS13-1-3")),
        "listeners.alpn_policy": (listener(**TLS), listener(**TLS, alpn_policy="HTTP2Preferred")),
        "listeners.idle_timeout_seconds": ({}, listener(idle_timeout_seconds=600)),
        "listeners.targets": (
            {**TWO_TARGETS, **listener()},
            {**TWO_TARGETS, **listener(targets=["web"])},
        ),
        "listeners.target_port": ({}, listener(target_port=8443)),
        "listeners.target_protocol": (listener(**TLS), listener(**TLS, target_protocol="TLS")),
        "listeners.health_check": ({}, check(port=8080)),
        "listeners.health_check.protocol": ({}, check(protocol="HTTP")),
        "listeners.health_check.path": (check(protocol="HTTP"), check(protocol="HTTP", path="/health")),
        "listeners.health_check.healthy_codes": (
            check(protocol="HTTP"),
            check(protocol="HTTP", healthy_codes="204"),
        ),
        "listeners.health_check.port": ({}, check(port=8080)),
        "listeners.health_check.interval_seconds": ({}, check(interval_seconds=60)),
        "listeners.health_check.timeout_seconds": ({}, check(timeout_seconds=5)),
        "listeners.health_check.healthy_threshold": ({}, check(healthy_threshold=5)),
        "listeners.health_check.unhealthy_threshold": ({}, check(unhealthy_threshold=5)),
        "listeners.proxy_protocol_v2": ({}, listener(proxy_protocol_v2=True)),
        "listeners.deregistration_delay_seconds": ({}, listener(deregistration_delay_seconds=60)),
        "listeners.connection_termination": ({}, listener(connection_termination=True)),
        "acceptance_required": ({}, {"acceptance_required": False}),
        "allowed_principals": ({}, {"allowed_principals": ["arn:aws:iam::111122223333:root"]}),
        "private_dns": ({}, {"private_dns": {"name": "api.example.com"}}),
        "private_dns.name": (
            {"private_dns": {"name": "api.example.com"}},
            {"private_dns": {"name": "web.example.com"}},
        ),
        "private_dns.zone_id": (
            {"private_dns": {"name": "api.example.com", "zone_id": "Z0"}},
            {"private_dns": {"name": "api.example.com", "zone_id": "Z1"}},
        ),
        "private_dns.record_exists": (
            {"private_dns": {"name": "api.example.com"}},
            {"private_dns": {"name": "api.example.com", "record_exists": True}},
        ),
        "supported_regions": (TWO_ZONES, {**TWO_ZONES, "supported_regions": ["eu-west-1"]}),
        "ip_address_type": ({}, {"ip_address_type": "dualstack"}),
        "tags": ({}, {"tags": {"team": "a"}}),
    },
    INTERFACE_ENDPOINT.name: {
        "name": ({}, {"name": "web"}),
        "vpc_id": ({}, {"vpc_id": "vpc-0a1b2c3d4e5f60002"}),
        "subnet_ids": ({}, {"subnet_ids": {"ap-northeast-2a": "subnet-0a1b2c3d4e5f6000b"}}),
        "service_name": ({}, {"service_name": "com.amazonaws.ap-northeast-2.sqs"}),
        "service_region": ({}, {"service_region": "eu-west-1"}),
        "ports": ({}, {"ports": [8443]}),
        "udp_ports": ({}, {"udp_ports": [53]}),
        "allow_from": ({}, {"allow_from": {"office": "10.99.0.0/16"}}),
        "security_group_ids": ({}, {"security_group_ids": {"web": "sg-0a1b2c3d4e5f6000a"}}),
        "policy": ({}, {"policy": '${jsonencode({ Statement = [{ Effect = "Deny" }] })}'}),
        "ip_address_type": ({}, {"ip_address_type": "dualstack"}),
        "dns_record_ip_type": ({}, {"dns_record_ip_type": "service-defined"}),
        "private_dns": ({}, {"private_dns": True}),
        "accept": ({}, {"accept": True}),
        "hosted_zone": ({}, {"hosted_zone": {"name": "shop.internal"}}),
        "hosted_zone.name": (
            {"hosted_zone": {"name": "shop.internal"}},
            {"hosted_zone": {"name": "web.internal"}},
        ),
        "names": (
            {"hosted_zone": {"name": "shop.internal"}},
            {"hosted_zone": {"name": "shop.internal"}, "names": ["api.shop.internal"]},
        ),
        "tags": ({}, {"tags": {"team": "a"}}),
    },
}
# What a plan without AWS cannot show, and where it is seen.
SEEN_ELSEWHERE = {
    # It confirms what would be refused without it.
    (
        "endpoint-service",
        "open_to_everyone",
    ): "tests/validations.tftest.hcl: allowed_principals_service_public",
    # It is a limit for other inputs.
    (
        "endpoint-service",
        "security_group_rules",
    ): "tests/validations.tftest.hcl: targets_security_group_rules",
    (
        "interface-endpoint",
        "security_group_rules",
    ): "tests/validations.tftest.hcl: ports_security_group_rules",
    # The mocked provider cannot say that a hosted zone is private.
    ("interface-endpoint", "hosted_zone.id"): "tests/e2e/test_terraform_modules.py",
}
FOUND = {"supported_regions": ZONE_3}


def inputs_of(module: Module) -> Iterator[str]:
    """Every input of a module, and every attribute of one."""
    for variable in module.variables:
        yield variable.name
        yield from (f"{variable.name}.{path}" for path in variable.attributes)


def cases(module: Module, paths: Iterable[str]) -> Iterator[Case]:
    yield case_of(module, "good", {}, {})
    yield case_of(module, "good-again", {}, {})
    for path in paths:
        for number, inputs in enumerate(EFFECTS[module.name][path]):
            found = OTHER_VPC if path == "vpc_id" and number else FOUND.get(path, {})
            if inputs:
                yield case_of(module, f"{path}-{number}", inputs, found)


def without_effect(planned: Mapping[str, Plan], paths: Iterable[str]) -> list[str]:
    """The inputs whose two values have the same plan, but for values that the mocked provider makes up."""
    made_up = {
        path
        for path, leaf in planned["good"].leaves.items()
        if planned["good-again"].leaves.get(path) != leaf
    }
    found = []
    for path in paths:
        one, other = (planned.get(f"{path}-{number}", planned["good"]).leaves for number in (0, 1))
        if all(one.get(at) == other.get(at) for at in {*one, *other} - made_up):
            found.append(path)
    return found


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    with kept_provider(terraform_environment(tmp_path_factory.mktemp("work"))) as found:
        yield found


def root_with(tmp_path, module, line="", changed=""):
    """A root with a module in which every `line` is another one."""
    shutil.copytree(PROJECT / "terraform" / module.name, tmp_path / "terraform" / module.name)
    main = tmp_path / "terraform" / module.name / "main.tf"
    text = main.read_text()
    assert line in text
    main.write_text(text.replace(line, changed))
    return tmp_path


each_module = pytest.mark.parametrize(
    "module", [VPC, ENDPOINT_SERVICE, INTERFACE_ENDPOINT], ids=lambda module: module.name
)


@each_module
def test_every_input_is_tried(module):
    elsewhere = {path for name, path in SEEN_ELSEWHERE if name == module.name}

    assert {*EFFECTS[module.name], *elsewhere} == {*inputs_of(module)}


@each_module
def test_every_input_has_an_effect(module, environment, tmp_path):
    paths = EFFECTS[module.name]

    planned = plans(root_with(tmp_path, module), environment, cases(module, paths))

    assert {name: plan.refused for name, plan in planned.items() if plan.refused} == {}
    assert without_effect(planned, paths) == []


def test_fails_when_an_attribute_is_no_longer_used(environment, tmp_path):
    paths = ["listeners.port", "listeners.deregistration_delay_seconds", "listeners.target_port"]
    used = "each.value.deregistration_delay_seconds"

    planned = plans(
        root_with(tmp_path, ENDPOINT_SERVICE, used, "300"), environment, cases(ENDPOINT_SERVICE, paths)
    )

    assert without_effect(planned, paths) == ["listeners.deregistration_delay_seconds"]
