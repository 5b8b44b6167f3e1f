"""Each change of docs/changes.md, planned as its row says and applied; then "No changes", then destroyed."""

import subprocess
from pathlib import Path

import pytest

from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from tests.support.changes import edited, unexpected, waves
from tests.support.changes_rows import BACKENDS, PLANNED, TOPOLOGIES, TRACKS
from tests.support.changes_run import Workspace
from tests.support.changes_world import (
    arranged,
    arranged_for_states,
    reversed_lists,
    stateful,
    unprotected,
    with_ids,
)
from tests.support.kept_provider import attached_sandbox
from tests.support.left import left

pytestmark = [pytest.mark.terraform, pytest.mark.changes]


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_every_change_is_planned_as_listed_and_is_complete_after_one_apply(name: str, tmp_path: Path):
    topology = TOPOLOGIES[name]()
    with attached_sandbox() as sandbox:
        ids, account = arranged(sandbox)
        existed = sorted(left(account))
        workspace = Workspace(tmp_path, name, terraform_environment(tmp_path, sandbox.client_environment))
        workspace.generate(with_ids(topology, ids))
        workspace.apply()
        workspace.generate(with_ids(reversed_lists(topology), ids))
        assert workspace.changed() == []
        problems: list[str] = []
        for track in PLANNED if name == "matrix" else ():
            for change in filter(None, track.changes):
                workspace.generate(with_ids(topology, ids))
                stacks = workspace.generate(with_ids(edited(topology, track.part, change.edit), ids))
                said = unexpected(track.planned(change), workspace.planned(*stacks))
                problems += [f"{track.part} {', '.join(change.fields)}: {each}" for each in said]
        for number, wave in enumerate(waves(TRACKS[name]), 1):
            for track, change in wave:
                topology = edited(topology, track.part, change.edit)
            workspace.generate(with_ids(topology, ids))
            expected = [action for track, change in wave for action in track.planned(change)]
            problems += [f"wave {number}: {said}" for said in unexpected(expected, workspace.apply())]
            again = sorted(output for _, change in wave for output in change.again)
            if (changed := sorted(workspace.changed())) != again:
                problems.append(f"wave {number}: not clean: {changed}, expected: {again}")
            if changed:
                workspace.apply()
                problems += [f"wave {number}: never clean: {output}" for output in workspace.changed()]
        assert problems == []

        # AWS deletes no load balancer with deletion protection, which one of the changes switches on.
        workspace.generate(with_ids(unprotected(topology), ids))
        workspace.apply()
        workspace.destroy()
        assert sorted(left(account)) == existed


def test_every_change_of_the_backend_is_refused_until_the_state_is_moved(tmp_path: Path):
    topology = stateful()
    with attached_sandbox() as sandbox:
        ids, account = arranged_for_states(sandbox)
        existed = sorted(left(account))
        environment = terraform_environment(tmp_path, sandbox.client_environment)
        workspace = Workspace(tmp_path, topology["name"], environment)
        workspace.generate(topology)
        workspace.apply()
        for moved in BACKENDS:
            backend = {"backend": moved.backend} if moved.backend else {}
            workspace.generate(with_ids(topology | backend, ids))
            (stack,) = workspace.stacks()
            with pytest.raises(TerraformError, match=r"Backend (configuration|type) changed"):
                stack.root.init()
            subprocess.run(
                ["terraform", "init", "-migrate-state", "-force-copy"],
                cwd=stack.root.directory,
                env=environment,
                check=True,
                capture_output=True,
            )
            assert stack.root.plan().clean, moved
        workspace.destroy()

        assert sorted(left(account)) == existed
