"""The examples that are not applied in test_apply.py: synth, real init, validate and plan of every stack."""

import json
from pathlib import Path

import pytest
import yaml

from demo.synthesis import synthesize
from modules.topology.file import load
from runner.environment import terraform_environment
from runner.stacks import read_stacks
from runner.terraform import TerraformError
from tests.e2e.test_apply import APPLIED
from tests.sandbox_fixtures import HomeAccount
from tests.synth import PROJECT, TOPOLOGIES

pytestmark = pytest.mark.terraform


# What the provider makes of AWS's InvalidServiceName; the README says what it means.
NOT_FOUND = r"(?s)couldn't find resource.*data\.aws_vpc_endpoint_service\.endpoint"


@pytest.fixture
def service_of(sandbox):
    """Make an endpoint service in every zone of a region, for the consumers of a topology to find."""

    def make(region: str) -> dict:
        account = HomeAccount(sandbox, "", region)
        zones = account.ec2.describe_availability_zones()["AvailabilityZones"]
        service = account.vpc(zones="".join(zone["ZoneName"][-1] for zone in zones)).service()
        account.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service["ServiceId"], AddAllowedPrincipals=["*"]
        )
        return service

    return make


def pretend_applied(work_dir: Path, stack: str, outputs: dict) -> None:
    """Write the state that a stack would have, as far as others read it: its outputs."""
    state = {
        "version": 4,
        "terraform_version": "1.9.0",
        "serial": 1,
        "lineage": stack,
        "outputs": {name: {"value": value, "type": "string"} for name, value in outputs.items()},
        "resources": [],
    }
    (work_dir / f"terraform.{stack}.tfstate").write_text(json.dumps(state))


@pytest.mark.parametrize(
    "path", [path for path in TOPOLOGIES if path not in APPLIED], ids=lambda path: path.stem
)
def test_example_validates_and_plans(path, sandbox, service_of, tmp_path):
    topology = yaml.safe_load(path.read_text())
    made = load(path)
    service = service_of(made.service.region if made.service else next(iter(made.consumers.values())).region)
    for consumer in topology.get("consumers", {}).values():
        if "service_name" in consumer:  # the example names a service that no sandbox has
            consumer["service_name"] = service["ServiceName"]
    if made.service and made.service.private_dns:  # and a zone
        route53 = HomeAccount(sandbox, "", made.service.region).client("route53")
        zone = route53.create_hosted_zone(Name="example.com", CallerReference=path.stem)["HostedZone"]
        topology["service"]["private_dns"]["zone_id"] = zone["Id"].rpartition("/")[2]
    used = tmp_path / path.name
    used.write_text(yaml.safe_dump(topology))
    synthesize(used, tmp_path / "cdktf.out")
    name = topology["name"]

    for stack in read_stacks(
        tmp_path / "cdktf.out", terraform_environment(tmp_path, sandbox.client_environment)
    ):
        stack.root.init()
        assert stack.root.validate().warnings == []
        plan = stack.root.plan()

        actions = {tuple(resource["change"]["actions"]) for resource in plan.changes}
        assert actions == {("create",)}, stack.name
        if stack.side == "provider":
            applied = {"service_name": service["ServiceName"], "service_id": service["ServiceId"]}
            pretend_applied(tmp_path, f"{name}-provider", applied)
        elif stack.side == "consumer":
            pretend_applied(tmp_path, stack.name, {"endpoint_id": "vpce-0123456789abcdef0"})


def consumer_plan(sandbox, tmp_path, service_name, zones):
    """Plan one consumer of a service; return the plan or raise what Terraform says."""
    topology = yaml.safe_load((PROJECT / "examples/consumer-only.yaml").read_text())
    (key, consumer) = next(iter(topology["consumers"].items()))
    consumer["service_name"] = service_name
    consumer["network"]["zones"] = zones
    consumer["endpoint"] = {"ports": [80]}
    topology["consumers"] = {key: consumer}
    path = tmp_path / "one.yaml"
    path.write_text(yaml.safe_dump(topology))
    synthesize(path, tmp_path / "cdktf.out")
    environment = terraform_environment(tmp_path, sandbox.client_environment)
    (stack,) = read_stacks(tmp_path / "cdktf.out", environment)
    stack.root.init()
    return stack.root.plan()


def test_plan_fails_where_the_service_does_not_exist(sandbox, tmp_path):
    name = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"

    with pytest.raises(TerraformError, match=NOT_FOUND):
        consumer_plan(sandbox, tmp_path, name, ["ap-northeast-2a"])


def test_plan_fails_where_the_service_is_not_offered_in_the_zone(sandbox, tmp_path):
    service = HomeAccount(sandbox, "", "ap-northeast-2").vpc(zones="ac").service()

    with pytest.raises(TerraformError) as error:
        consumer_plan(sandbox, tmp_path, service["ServiceName"], ["ap-northeast-2a", "ap-northeast-2b"])

    assert "the service is not offered in ap-northeast-2b" in str(error.value)
    assert "it is offered in ap-northeast-2a, ap-northeast-2c" in str(error.value)


def test_plan_fails_where_the_account_is_not_admitted(sandbox, provider, tmp_path):
    service = provider.vpc(zones="ac").service()

    with pytest.raises(TerraformError, match=NOT_FOUND):
        consumer_plan(sandbox, tmp_path, service["ServiceName"], ["ap-northeast-2a"])
