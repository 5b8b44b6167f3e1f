"""The examples that the walkthrough does not show: real init, validate, apply, plan, growth, destroy."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from demo.synthesis import synthesize
from runner.environment import terraform_environment
from runner.stacks import read_stacks
from sandbox.process import Sandbox, running_sandbox
from tests.e2e.existing import arranged
from tests.e2e.test_apply import APPLIED
from tests.e2e.test_cross_account import EXAMPLE
from tests.left import left
from tests.synth import TOPOLOGIES

pytestmark = pytest.mark.terraform


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for the examples: each leaves it as it was."""
    with running_sandbox(data_plane=False) as running:
        yield running


@pytest.mark.parametrize(
    "example", [path for path in TOPOLOGIES if path not in [*APPLIED, EXAMPLE]], ids=lambda path: path.stem
)
def test_example_applies_changes_nothing_when_planned_again_and_destroys(
    example: Path, sandbox: Sandbox, tmp_path: Path
):
    text, account = arranged(example, sandbox)
    existed = sorted(left(account))
    used = tmp_path / example.name
    used.write_text(text)
    synthesize(used, tmp_path / "cdktf.out")
    environment = terraform_environment(tmp_path, sandbox.client_environment)
    stacks = read_stacks(tmp_path / "cdktf.out", environment)

    for stack in stacks:
        stack.root.init()
        stack.root.apply()
    for stack in stacks:
        assert stack.root.plan().clean, (stack.name, stack.root.plan().changes)
    if example.stem in GROWN:
        growing_replaces_nothing(used, tmp_path, environment)
    for stack in reversed(stacks):
        stack.root.destroy()

    assert sorted(left(account)) == existed


def growing_replaces_nothing(used: Path, tmp_path: Path, environment: dict[str, str]) -> None:
    """Real plans of the lists grown, each at its start: nothing that is there is replaced or removed."""
    topology = yaml.safe_load(used.read_text())
    GROWN[used.stem](topology)
    grown = tmp_path / "grown.yaml"
    grown.write_text(yaml.safe_dump(topology, sort_keys=False))
    applied = {stack.name for stack in read_stacks(tmp_path / "cdktf.out", environment)}
    synthesize(grown, tmp_path / "cdktf.out")
    summaries = {
        stack.name: stack.root.plan().summary
        for stack in read_stacks(tmp_path / "cdktf.out", environment)
        if stack.name in applied
    }
    assert not any(summary.destroy for summary in summaries.values()), summaries  # nor replaced
    assert any(summary.add for summary in summaries.values()), summaries
    synthesize(used, tmp_path / "cdktf.out")


def first(mapping, key, value):
    """Put a key first into a mapping, in place."""
    before = dict(mapping)
    mapping.clear()
    mapping.update({key: value} | before)


def another_listener(topology):
    topology["service"]["listeners"].insert(0, {"port": 22})


def another_target(topology):
    first(topology["service"]["targets"]["addresses"], "another", "10.10.0.77")
    topology["service"]["listeners"].insert(0, {"port": 22})


def another_load_balancer(topology):
    first(topology["service"]["load_balancers"], "another", {})


def another_endpoint(topology):
    client = topology["consumers"]["client"]
    first(client["endpoints"], "logs", {"service_name": "com.amazonaws.ap-northeast-2.logs"})
    client["endpoint"]["allow_from"].insert(0, "10.29.0.0/16")
    client["endpoints"]["s3"]["allow_from"] = ["10.28.0.0/16", "10.20.0.0/16"]


def another_name(topology):
    client = topology["consumers"]["client"]
    client["endpoint"]["names"].insert(0, "a.shop.internal")
    first(client["hosted_zone"]["shared_with"], "another", {"vpc_id": "vpc-0a1b2c3d4e5f60099"})


def another_client(topology):
    topology["consumers"]["client"]["endpoint"]["allow_from"].insert(0, "10.2.64.0/20")
    topology["service"]["allowed_principals"] = ["arn:aws:iam::111122223333:root"]


def another_service(topology):
    first(topology["services"], "another", copy.deepcopy(topology["services"]["stock"]))
    topology["services"]["another"] |= {"acceptance": "manual"}
    topology["services"]["stock"]["listeners"].insert(0, {"port": 22})


def another_zone(topology):
    topology["service"]["network"]["zones"].insert(0, "ap-northeast-2b")


def another_region(topology):
    topology["service"]["supported_regions"].insert(0, "eu-west-1")
    topology["service"]["allowed_principals"] = ["arn:aws:iam::111122223333:root"]


GROWN = {
    "addresses": another_target,
    "auto-scaling": another_zone,
    "cross-region": another_region,
    "dualstack": another_zone,
    "endpoints": another_endpoint,
    "existing-network": another_client,
    "hosted-zone": another_name,
    "listeners": another_listener,
    "services": another_service,
    "two-load-balancers": another_load_balancer,
}
