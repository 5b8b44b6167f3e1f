"""Changes that cannot be planned; tests/e2e/test_staged_changes.py follows their stages."""

import json
from pathlib import Path
from typing import Any

import pytest

from privatelink.changes.staged import Staged
from privatelink.changes.unplannable import find
from privatelink.terraform.stacks import read_stacks
from tests.support.fake_stacks import SHOP, FakeStacks

PROVIDER, ONE, *_ = SHOP
ARN = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/80-1/0"
REGISTRY = 'provider["registry.terraform.io/hashicorp/aws"]'


def resource(address: str, attributes: Any = None, alias: str = "", mode: str = "managed") -> dict[str, Any]:
    kind, name = address.split(".")
    provider = f"{REGISTRY}.{alias}" if alias else REGISTRY
    instances = [{"attributes": attributes or {}}]
    return {"mode": mode, "type": kind, "name": name, "provider": provider, "instances": instances}


def group(protocol: str, target_type: str = "ip", name: str = "load-balancer_port-80") -> dict[str, Any]:
    check = {"protocol": protocol, "path": "/", "matcher": "200-399"}
    attributes = {"arn": ARN, "name": "80-1", "target_type": target_type, "health_check": [check]}
    return resource(f"aws_lb_target_group.{name}", attributes)


def found(tmp_path: Path, state: list[dict[str, Any]], **configuration: Any) -> list[Staged]:
    """The changes that are found in a state and a configuration."""
    fake = FakeStacks(tmp_path)
    fake.tell(PROVIDER, state={"resources": state})
    file = fake.folder(PROVIDER) / "cdk.tf.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | configuration))
    (stack,) = (each for each in read_stacks(fake.out, fake.environment) if each.name == PROVIDER)
    return list(find(stack))


def groups(protocol: str) -> dict[str, Any]:
    return {"aws_lb_target_group": {"load-balancer_port-80": {"health_check": {"protocol": protocol}}}}


@pytest.mark.parametrize("former", ["HTTP", "HTTPS"])
def test_a_health_check_is_changed_in_aws(tmp_path: Path, former: str) -> None:
    (change,) = found(tmp_path, [group(former)], resource=groups("TCP"))
    assert (change.stack, change.address) == (PROVIDER, "aws_lb_target_group.load-balancer_port-80")
    assert change.kind.id == "health-check-to-tcp"
    assert change.change == f"the health check of target group 80-1 changes from {former} to TCP"
    first, last = change.stages
    assert first.commands == (
        f"aws elbv2 modify-target-group --region eu-west-1 --target-group-arn {ARN} "
        "--health-check-protocol TCP",
    )
    assert last.edits == ("the file as it is now",)


def test_a_target_group_of_a_load_balancer_gets_its_own_address_first(tmp_path: Path) -> None:
    (change,) = found(tmp_path, [group("HTTP", "alb")], resource=groups("TCP"))
    first, _ = change.stages
    assert (first.edits, first.commands) == (("the file as it was last applied",), ())


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ([group("TCP")], groups("TCP")),
        ([group("HTTP")], groups("HTTPS")),
        ([group("HTTP", name="load-balancer_port-81")], groups("TCP")),
        ([resource("aws_lb.load-balancer_port-80")], groups("TCP")),
        ([group("HTTP")], {}),
        ([], groups("TCP")),
    ],
)
def test_other_health_checks(tmp_path: Path, state: list[dict[str, Any]], wanted: dict[str, Any]) -> None:
    assert found(tmp_path, state, resource=wanted) == []


def test_resources_are_deleted_before_their_provider(tmp_path: Path) -> None:
    names = [resource(f"aws_route53_record.{name}", alias="dns") for name in ("www", "api")]
    shared = resource("aws_route53_zone_association.x", alias="vpc-x")
    read = resource("aws_route53_zone.x", alias="dns", mode="data")
    (change,) = found(tmp_path, [*names, shared, read, resource("aws_vpc.network")])
    assert (change.stack, change.address) == (PROVIDER, "aws_route53_record.api")
    assert change.kind.id == "provider-removed"
    assert change.change == "resources of provider aws.dns, aws.vpc-x are deleted together with the provider"
    first, last = change.stages
    assert first.edits == ("the file as it was last applied",)
    assert first.commands == (
        "privatelink synth",
        f"terraform -chdir=cdktf.out/stacks/{PROVIDER} apply -destroy -target=aws_route53_record.api "
        "-target=aws_route53_record.www -target=aws_route53_zone_association.x",
    )
    assert last.edits == ("the file as it is now",)


def test_a_provider_that_stays(tmp_path: Path) -> None:
    blocks = [{"region": "eu-west-1"}, {"region": "eu-west-1", "alias": "dns"}]
    state = [resource("aws_route53_record.api", alias="dns")]
    assert found(tmp_path, state, provider={"aws": blocks}) == []
