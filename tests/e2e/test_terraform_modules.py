"""The Terraform modules: the examples that use them, and the way from a stack to a module and back."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from privatelink.demo.synthesis import synthesize
from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.stacks import read_stacks
from tests.support.existing import _service
from tests.support.kept_provider import kept_provider
from tests.support.left import left
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import Account, HomeAccount
from tools.module_generator.modules import MODULES, Module
from tools.module_generator.moved import blocks, moves

pytestmark = pytest.mark.terraform

SERVICE, CONSUMER = "111111111111", "222222222222"


def home(sandbox: Sandbox) -> HomeAccount:
    return HomeAccount(sandbox, "", "ap-northeast-2")


def root_at(directory: Path, work: Path, sandbox: Sandbox, **variables: str) -> TerraformRoot:
    """A root of the checkout, copied with the modules that it calls by relative paths."""
    shutil.copytree(PROJECT / "terraform", work / "terraform", dirs_exist_ok=True)
    copy = work / directory.relative_to(PROJECT)
    shutil.copytree(directory, copy)
    environment = terraform_environment(work, sandbox.client_environment)
    return TerraformRoot(copy, environment | {f"TF_VAR_{name}": value for name, value in variables.items()})


def someones_service(sandbox):
    return {"service_name": _service(home(sandbox))}


@pytest.mark.parametrize(
    ("example", "variables", "accounts"),
    [
        ("one-account", dict, [None]),
        ("two-accounts", dict, [SERVICE, CONSUMER]),
        ("third-party-service", someones_service, [None]),
    ],
)
def test_example_applies_changes_nothing_when_planned_again_and_destroys(
    example, variables, accounts, sandbox, tmp_path
):
    given = variables(sandbox) if variables is not dict else {}
    here = [Account(sandbox, number, "ap-northeast-2") if number else home(sandbox) for number in accounts]
    existed = [sorted(left(account)) for account in here]
    root = root_at(PROJECT / "examples" / "terraform" / example, tmp_path, sandbox, **given)

    root.init()
    root.apply()
    again = root.plan()

    assert not again.has_changes, again.changes
    assert again.clean, again.output_changes
    outputs = root.outputs()
    if "endpoint_state" in outputs:
        assert outputs["endpoint_state"] == "available"
        assert not again.warnings
    else:
        assert ["pendingAcceptance" in str(warning) for warning in again.warnings] == [True]
    root.destroy()
    assert [sorted(left(account)) for account in here] == existed


# Only planned: the local AWS has not all of ECS's settings of a service.
def test_the_ecs_service_registers_its_tasks_in_the_target_group_of_the_module(sandbox, tmp_path):
    vpc = home(sandbox).vpc("10.1.0.0/16")
    subnet_ids = {f"ap-northeast-2{letter}": subnet_id for letter, subnet_id in vpc.subnets.items()}
    given = {"vpc_id": vpc.id, "subnet_ids": json.dumps(subnet_ids)}
    root = root_at(PROJECT / "examples" / "terraform" / "ecs", tmp_path, sandbox, **given)
    root.init()

    plan = root.plan()

    created = {change["address"]: change["change"] for change in plan.json["resource_changes"]}
    service = created["aws_ecs_service.shop"]
    (balancer,) = service["after"]["load_balancer"]
    assert service["after_unknown"]["load_balancer"][0]["target_group_arn"]
    (configured,) = (
        resource["expressions"]["load_balancer"]
        for resource in plan.json["configuration"]["root_module"]["resources"]
        if resource["address"] == "aws_ecs_service.shop"
    )
    assert "module.service.target_group_arns" in configured[0]["target_group_arn"]["references"]
    group = created['module.service.aws_lb_target_group.load_balancer_port["80"]']["after"]
    assert (group["target_type"], group["port"]) == ("ip", balancer["container_port"])
    assert not [address for address in created if "aws_lb_target_group_attachment" in address]
    (container,) = json.loads(created["aws_ecs_task_definition.shop"]["after"]["container_definitions"])
    assert container["name"] == balancer["container_name"]
    assert container["portMappings"][0]["containerPort"] == balancer["container_port"]


TOPOLOGY = {
    "name": "shop",
    "service": {
        "region": "ap-northeast-2",
        "network": {"cidr": "10.10.0.0/16", "zones": ["ap-northeast-2a", "ap-northeast-2c"]},
        "targets": {"addresses": {"blue": "10.10.0.10", "green": "10.10.32.10"}},
        "load_balancer": {"allow_from": ["10.99.0.0/16"]},
        "listeners": [{"port": 80, "health_check": {"port": 8080}}, {"port": 443}],
        "allowed_principals": [f"arn:aws:iam::{CONSUMER}:root", f"arn:aws:iam::{CONSUMER}:role/team/reader"],
    },
    "consumers": {
        "client": {
            "network": {"cidr": "10.20.0.0/16", "zones": ["ap-northeast-2a", "ap-northeast-2c"]},
            "endpoint": {"names": ["api.shop.internal"]},
            "hosted_zone": {"name": "shop.internal"},
        }
    },
}
ROOT = """
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region = "ap-northeast-2"
  default_tags {
    tags = { Topology = "shop" }
  }
}

variable "service_name" {
  type    = string
  default = ""
}
"""
CALLS = {
    "shop-provider": (
        "service-provider",
        """
module "side" {
  source = "./terraform/service-provider"
  name = "shop-provider"
  cidr = "10.10.0.0/16"
  subnets = { ap-northeast-2a = "10.10.0.0/20", ap-northeast-2c = "10.10.32.0/20" }
  targets = { addresses = { blue = "10.10.0.10", green = "10.10.32.10" } }
  load_balancer = { name = "shop-nlb", allow_from = ["10.99.0.0/16"] }
  listeners = [{ port = 443 }, { port = 80, health_check = { port = 8080 } }]
  allowed_principals = ["arn:aws:iam::222222222222:role/team/reader", "arn:aws:iam::222222222222:root"]
}
""",
    ),
    "shop-consumer-client": (
        "service-consumer",
        """
module "side" {
  source = "./terraform/service-consumer"
  providers = { aws = aws, aws.accepter = aws }
  name = "shop-client"
  cidr = "10.20.0.0/16"
  subnets = { ap-northeast-2a = "10.20.0.0/20", ap-northeast-2c = "10.20.32.0/20" }
  service_name = var.service_name
  ports = [443, 80]
  hosted_zone = { name = "shop.internal" }
  names = ["api.shop.internal"]
}
""",
    ),
}


def test_a_stack_moves_to_the_module_and_back_and_nothing_is_replaced(sandbox, tmp_path):
    existed = sorted(left(home(sandbox)))
    (tmp_path / "topology.yaml").write_text(yaml.safe_dump(TOPOLOGY))
    synthesize(tmp_path / "topology.yaml", tmp_path / "cdktf.out")
    environment = terraform_environment(tmp_path, sandbox.client_environment)
    stacks = {stack.name: stack.root for stack in read_stacks(tmp_path / "cdktf.out", environment)}
    for stack in stacks.values():
        stack.init()
        stack.apply()
    service_name = stacks["shop-provider"].outputs()["service_name"]

    for name, stack in stacks.items():
        module, call = CALLS[name]
        state = tmp_path / f"terraform.{name}.tfstate"
        applied = json.loads(state.read_text())
        found = [*moves(module_called(module), applied)]
        directory = tmp_path / "roots" / name
        shutil.copytree(PROJECT / "terraform", directory / "terraform")
        (directory / "main.tf").write_text(ROOT + call)
        (directory / "moved.tf").write_text(printed(module, state))
        shutil.copy(state, directory / "terraform.tfstate")
        root = TerraformRoot(directory, {**environment, "TF_VAR_service_name": service_name})
        root.init()

        there = root.plan()

        assert not there.has_changes, (name, there.changes)
        moved = {
            change["previous_address"]: change["address"]
            for change in there.json["resource_changes"]
            if "previous_address" in change
        }
        assert moved == {stack_address: f"module.side.{address}" for stack_address, address in found}
        root.apply(there)

        shutil.copy(directory / "terraform.tfstate", state)
        (stack.directory / "moved.tf").write_text(blocks(found, "side", back=True))
        back = stack.plan()

        assert not back.has_changes, (name, back.changes)
        stack.apply(back)
    for stack in reversed(stacks.values()):
        stack.destroy()
    assert sorted(left(home(sandbox))) == existed


def printed(module: str, state: Path) -> str:
    """The blocks, as the command prints them."""
    command = [sys.executable, "-m", "tools.module_generator.moved", module, "side"]
    run = subprocess.run(
        command, cwd=PROJECT, input=state.read_text(), capture_output=True, text=True, check=True
    )
    return run.stdout


def module_called(name: str) -> Module:
    return next(module for module in MODULES if module.name == name)


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    """The modules beside each other, and the provider that they are tested with."""
    folder = tmp_path_factory.mktemp("modules")
    shutil.copytree(PROJECT / "terraform", folder / "terraform")
    with kept_provider(terraform_environment(folder)) as environment:
        yield folder / "terraform", environment


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_the_tests_of_a_module_pass(module, modules):
    folder, environment = modules
    TerraformRoot(folder / module.name, environment).init()

    run = subprocess.run(
        ["terraform", "test", "-no-color"],
        cwd=folder / module.name,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    passed = int(re.search(r"Success! (\d+) passed, 0 failed", run.stdout)[1])
    assert passed > sum(len(variable.validations) for variable in module.variables)
