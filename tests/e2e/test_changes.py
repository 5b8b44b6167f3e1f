"""Each change of docs/changes.md, planned as its row says and applied; then "No changes", then destroyed."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from privatelink.sandbox.process import Sandbox
from privatelink.terraform.diagnostics import TerraformError
from privatelink.terraform.environment import terraform_environment
from tests.support import cli
from tests.support.changes import Change, Leaving, Staged, Track, edited, unexpected, waves
from tests.support.changes_backends import BACKENDS
from tests.support.changes_rows import TOPOLOGIES, TRACKS
from tests.support.changes_run import Workspace
from tests.support.changes_staged import LEAVING, STAGED
from tests.support.changes_world import (
    PROFILES,
    arranged,
    arranged_for_states,
    reversed_lists,
    stateful,
    unprotected,
    with_ids,
)
from tests.support.kept_provider import attached_sandbox
from tests.support.left import left

# The largest topology takes 25 minutes on a machine that does much else.
pytestmark = [pytest.mark.terraform, pytest.mark.changes, pytest.mark.timeout(7200)]


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_every_change_is_as_listed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    topology, aws_config = TOPOLOGIES[name](), tmp_path / "aws-config"
    monkeypatch.chdir(tmp_path)
    with attached_sandbox(aws_config=aws_config) as sandbox:
        aws_config.write_text(profiles(sandbox))
        for variable, value in sandbox.client_environment.items():
            monkeypatch.setenv(variable, value)
        ids, account = arranged(sandbox)
        existed = sorted(left(account))
        changes = Changes(tmp_path, topology, ids, sandbox.client_environment)
        problems = [*changes.of_tracks(TRACKS[name])]
        problems += changes.staged(STAGED.get(name, ()))
        problems += changes.leaving(LEAVING.get(name, ()))
        assert problems == []

        changes.destroy()
        assert sorted(left(account)) == existed


class Changes:
    """Makes the changes of a topology; yields what is not as listed."""

    def __init__(
        self, folder: Path, topology: dict[str, Any], ids: Mapping[str, str], environment: Mapping[str, str]
    ) -> None:
        self._topology, self._ids = topology, ids
        self._workspace = Workspace(folder, topology["name"], terraform_environment(folder, environment))
        self._generate(topology)
        self._workspace.apply()
        self._generate(reversed_lists(topology))
        assert self._workspace.changed() == []

    def of_tracks(self, tracks: Sequence[Track]) -> Iterator[str]:
        """Apply each wave: its actions are those that its rows list, and the next plan is clean."""
        for number, wave in enumerate(waves(tracks), 1):
            for track, change in wave:
                self._topology = edited(self._topology, track.part, change.edit)
            self._generate(self._topology)
            yield from (f"wave {number}: {said}" for said in self._of_wave(wave))

    def _of_wave(self, wave: Sequence[tuple[Track, Change]]) -> Iterator[str]:
        blocking = [(track, change) for track, change in wave if change.blocks]
        needs = {stack.name: stack.dependencies for stack in self._workspace.stacks() if blocking}
        for track, _ in blocking[:1]:
            stack = f"{self._topology['name']}-{track.stack}"
            # The plan of a consumer alone does not have the ports of the service.
            refused = cli.run("apply", "--yes", "--json", *needs.get(stack, ()), stack)
            if refused.exit_code != 1 or "a finding of the review blocks" not in refused.stderr:
                yield f"applied without a yes: {refused.output}"
        applied = self._workspace.apply()
        expected = [action for track, change in wave for action in track.planned(change)]
        yield from unexpected(expected, applied.actions)
        yield from (f"needs stages: {kind}" for kind in applied.staged)
        for places in applied.blocked:
            if not any(track.acts_on(change, *place) for track, change in blocking for place in places):
                yield f"blocked by the review: {places}"
        for track, change in blocking:
            if not any(track.acts_on(change, *place) for places in applied.blocked for place in places):
                yield f"not blocked by the review: {', '.join(change.fields)}"
        again = sorted(output for _, change in wave for output in change.again)
        if (changed := sorted(self._workspace.changed())) != again:
            yield f"not clean: {changed}, expected: {again}"
        if changed:
            self._workspace.apply()
            yield from (f"never clean: {output}" for output in self._workspace.changed())

    def staged(self, changes: Sequence[Staged]) -> Iterator[str]:
        """Plan each change: `plan` recognizes that it needs stages, and `apply` refuses it."""
        self._generate(self._topology)
        applied = self._workspace.written()
        seen: set[str] = set()
        for change in changes:
            self._generate(edited(self._topology, "", change.edit))
            stacks = self._workspace.differing(applied)
            # An apply shows what `plan` shows, by the same code.
            commands = ["apply --yes --despite-findings"] + ["plan"] * (change.kind not in seen)
            seen.add(change.kind)
            for command in commands:
                ran = cli.run(*command.split(), "--json", *stacks)
                shown = json.loads(ran.stdout)
                kinds = {found["kind"] for found in shown["staged"]}
                states = {stack["state"] for stack in shown["stacks"]}
                if (ran.exit_code, kinds) != (1, {change.kind}) or "applied" in states:
                    yield f"{', '.join(change.fields)}: {command}: {ran.exit_code}, {kinds or ran.output}"

    def leaving(self, changes: Sequence[Leaving]) -> Iterator[str]:
        """Plan each change: `plan` names the stacks that leave, and the command that destroys them."""
        for change in changes:
            self._generate(self._topology)
            changed = edited(self._topology, "", change.edit)
            self._generate(changed)
            said = cli.run("plan", self._workspace.stacks()[0].name).output
            named = dict(re.findall(r"^  (\S+): (\d+) resources? in its state", said, re.MULTILINE))
            if named.keys() != {*change.stacks} or "privatelink destroy --removed" not in said:
                yield f"{', '.join(change.fields)}: {said}"
            if change.goes_on:
                destroyed = cli.run("destroy", "--removed", "--yes")
                assert destroyed.exit_code == 0, destroyed.output
                self._topology = changed
                self._workspace.apply()
                yield from (f"{', '.join(change.fields)}: {each}" for each in self._workspace.changed())

    def destroy(self) -> None:
        """Destroy everything; AWS deletes no load balancer with deletion protection."""
        safe = unprotected(self._topology)
        self._generate(safe)
        if safe != self._topology:
            self._workspace.apply()
        self._workspace.destroy()

    def _generate(self, topology: Mapping[str, Any]) -> list[str]:
        return self._workspace.generate(with_ids(topology, self._ids))


def profiles(sandbox: Sandbox) -> str:
    """The profiles of the topologies, in the form of the AWS configuration file."""
    key = f"aws_access_key_id = {sandbox.key.id}\naws_secret_access_key = {sandbox.key.secret}\n"
    return "\n".join(f"[profile {name}]\n{key}" for name in PROFILES)


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
