"""The commands of README and docs, run line by line as a user would, against the local AWS."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from privatelink.sandbox.process import Sandbox
from privatelink.terraform.environment import terraform_environment
from tests.support.existing import arranged
from tests.support.pages import Commands, commands_tested_by
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import boto_client

pytestmark = pytest.mark.terraform


def blocks(name: str) -> list[Commands]:
    return commands_tested_by(f"tests/e2e/test_readme.py::{name}")


def run(text: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a block in a folder, with the command on PATH; return what was printed."""
    # What a user is asked, answered: a question needs a terminal.
    confirmed = re.sub(r"\bprivatelink (apply|destroy)\b", r"privatelink \1 --yes", text)
    ran = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", confirmed],
        cwd=folder,
        env={**environment, "PATH": f"{PROJECT / '.venv/bin'}:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:]
    return ran.stdout


def users_environment(folder: Path, sandbox: Sandbox) -> dict[str, str]:
    environment = terraform_environment(folder, sandbox.client_environment) | {
        "TF_CLI_ARGS_apply": "-auto-approve -no-color",
        "TF_CLI_ARGS_destroy": "-auto-approve -no-color",
        "TF_CLI_ARGS_plan": "-no-color",
    }
    for name in ("PRIVATELINK_TOPOLOGY", "CDKTF_OUTDIR"):
        environment.pop(name, None)
    return environment


@pytest.fixture
def walkthrough(tmp_path: Path) -> Path:
    """A folder with the walkthrough's topology."""
    (tmp_path / "topology.yaml").write_text((PROJECT / "topology.yaml").read_text(encoding="utf-8"))
    return tmp_path


@pytest.mark.parametrize("block", blocks("test_review_of_hand_written_terraform"), ids=str)
def test_review_of_hand_written_terraform(block: Commands, tmp_path: Path):
    # A resource of Terraform itself: no provider has to be started.
    (tmp_path / "main.tf").write_text('resource "terraform_data" "own" {}\n')
    environment = terraform_environment(tmp_path, os.environ)
    subprocess.run(["terraform", "init"], cwd=tmp_path, env=environment, capture_output=True, check=True)

    said = run(block.text, tmp_path, environment)

    assert "No PrivateLink in 1 plan" in said


def test_commands_from_a_topology(plain_sandbox: Sandbox, tmp_path: Path):
    (block,) = blocks("test_commands_from_a_topology")
    # The load balancer exists: making one takes a minute, and shows no more of the commands.
    text, _ = arranged(PROJECT / "examples/existing-load-balancer.yaml", plain_sandbox)
    (tmp_path / "topology.yaml").write_text(text)

    said = run(block.text, tmp_path, users_environment(tmp_path, plain_sandbox))

    assert "topology.yaml: valid: 1 service, 1 consumer" in said
    assert "wrapped-consumer-client" in said
    applied = [*(tmp_path).glob("terraform.*.tfstate")]
    assert {path.name for path in applied} == {
        "terraform.wrapped-provider.tfstate",
        "terraform.wrapped-consumer-client.tfstate",
    }


def test_commands_of_all_stacks(plain_sandbox: Sandbox, walkthrough: Path):
    (block,) = blocks("test_commands_of_all_stacks")

    said = run(block.text, walkthrough, users_environment(walkthrough, plain_sandbox))

    assert "pendingAcceptance" in said
    assert "is available" in said
    assert boto_client(plain_sandbox, "ec2").describe_vpc_endpoints()["VpcEndpoints"] == []


def test_commands_of_terraform(sandbox: Sandbox, walkthrough: Path):
    (block,) = blocks("test_commands_of_terraform")

    said = run(block.text, walkthrough, users_environment(walkthrough, sandbox))

    assert "pendingAcceptance" in said
    assert "No changes. Your infrastructure matches the configuration." in said
    assert said.count("Destroy complete!") == 2
