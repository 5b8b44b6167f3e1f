"""The examples that the walkthrough does not show: real init, validate, apply, a second plan, destroy."""

from pathlib import Path

import pytest

from demo.synthesis import synthesize
from runner.environment import terraform_environment
from runner.stacks import read_stacks
from sandbox.process import running_sandbox
from tests.e2e.existing import arranged
from tests.e2e.test_apply import APPLIED
from tests.left import left
from tests.synth import TOPOLOGIES

pytestmark = pytest.mark.terraform


@pytest.mark.parametrize(
    "example", [path for path in TOPOLOGIES if path not in APPLIED], ids=lambda path: path.stem
)
def test_example_applies_changes_nothing_when_planned_again_and_destroys(example: Path, tmp_path: Path):
    with running_sandbox(data_plane=False) as sandbox:
        text, account = arranged(example, sandbox)
        existed = sorted(left(account))
        used = tmp_path / example.name
        used.write_text(text)
        synthesize(used, tmp_path / "cdktf.out")
        environment = terraform_environment(tmp_path, sandbox.client_environment)
        stacks = read_stacks(tmp_path / "cdktf.out", environment)

        for stack in stacks:
            stack.root.init()
            assert stack.root.validate().warnings == []
            plan = stack.root.plan()
            assert {tuple(change["change"]["actions"]) for change in plan.changes} == {("create",)}
            stack.root.apply(plan)
        for stack in stacks:
            assert stack.root.plan().clean, (stack.name, stack.root.plan().changes)
        for stack in reversed(stacks):
            stack.root.destroy()

        assert sorted(left(account)) == existed
