"""The review of a CDKTF output folder as docs/review.md has it, and with what AWS says about connections."""

import json
import os
import subprocess

import pytest

from privatelink.terraform.environment import terraform_environment
from privatelink.terraform.root import TerraformRoot
from tests.support.pages import commands_tested_by
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import HomeAccount

pytestmark = pytest.mark.terraform


def test_the_plans_of_an_output_folder_are_reviewed_as_the_page_says(tmp_path):
    (block,) = commands_tested_by(
        "tests/e2e/test_review.py::test_the_plans_of_an_output_folder_are_reviewed_as_the_page_says"
    )
    out = tmp_path / "cdktf.out"
    stacks = {name: {"workingDirectory": f"stacks/{name}"} for name in ("shop-consumer", "shop-provider")}
    for name in stacks:
        folder = out / "stacks" / name
        folder.mkdir(parents=True)
        # A resource of Terraform itself: no provider has to be started.
        (folder / "cdk.tf.json").write_text(
            json.dumps({"resource": {"terraform_data": {name: {"input": name}}}})
        )
    (out / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    path = f"{PROJECT / '.venv/bin'}:{os.environ['PATH']}"
    environment = terraform_environment(tmp_path, os.environ | {"PATH": path})

    ran = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "No PrivateLink in 2 plans" in ran.stdout
    written = (tmp_path / "review.md").read_text()
    assert written.startswith("**No PrivateLink in 2 plans**\n")
    assert "shop-consumer: 1 created" in written


LOAD_BALANCER = """
resource "aws_lb" "shop" {
  name               = "live-shop"
  internal           = true
  load_balancer_type = "network"
  subnets            = SUBNETS
}
"""
SERVICE = """
provider "aws" {
  region = "ap-northeast-2"
}

resource "aws_vpc_endpoint_service" "shop" {
  acceptance_required        = true
  network_load_balancer_arns = [ARN]
  allowed_principals         = ["*"]
}
"""


def test_live_names_the_consumers_that_a_plan_cuts_off(sandbox, consumer, stranger, tmp_path):
    network = HomeAccount(sandbox, "", "ap-northeast-2").vpc(zones="ac")
    other = network.load_balancer("live-other")["LoadBalancerArn"]
    environment = terraform_environment(tmp_path, sandbox.client_environment)
    configuration = tmp_path / "root" / "main.tf"
    configuration.parent.mkdir()
    subnets = json.dumps([*network.subnets.values()])
    configuration.write_text(
        LOAD_BALANCER.replace("SUBNETS", subnets) + SERVICE.replace("ARN", "aws_lb.shop.arn")
    )
    root = TerraformRoot(configuration.parent, environment)
    root.init()
    root.apply()
    ec2 = network.account.ec2
    (service,) = [
        each
        for each in ec2.describe_vpc_endpoint_service_configurations()["ServiceConfigurations"]
        if "live-shop" in each["NetworkLoadBalancerArns"][0]
    ]
    accepted, pending = (
        account.vpc("10.20.0.0/16", zones="ac").endpoint(service["ServiceName"])["VpcEndpointId"]
        for account in (consumer, stranger)
    )
    ec2.accept_vpc_endpoint_connections(ServiceId=service["ServiceId"], VpcEndpointIds=[accepted])
    configuration.write_text(SERVICE.replace("ARN", f'"{other}"'))
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(root.show_plan(root.plan().path)))

    def reviewed(variables):
        return subprocess.run(
            [PROJECT / ".venv/bin/privatelink", "review", plan, "--live"],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )

    ran = reviewed(os.environ | environment)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    for endpoint, account, state in (
        (accepted, consumer, "available"),
        (pending, stranger, "pendingAcceptance"),
    ):
        assert f"{endpoint} of account {account.number} ({state}, since " in ran.stdout
    assert f"{service['ServiceId']} has 1 available, 1 pendingAcceptance connections now" in ran.stderr

    nobody = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nobody |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}
    ran = reviewed(nobody)
    assert ran.returncode == 1
    assert "AWS was not asked who is connected: unable to locate credentials" in ran.stderr
    assert "load balancer of an endpoint service destroyed" in ran.stdout
    assert "cuts off" not in ran.stdout
