"""Plans and applies topologies with `privatelink`'s own run over all stacks; reads the planned actions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from privatelink.cli.stack_runs import reviewed
from privatelink.cli.staged import staged_changes
from privatelink.demo.synthesis import synthesize
from privatelink.terraform.all_stacks import Outcome, StackRun
from privatelink.terraform.process import Interruption
from privatelink.terraform.stacks import Stack, read_stacks, select
from tests.support.changes import ACTIONS, Planned

JOBS = 6


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did.

    Arguments:
        actions: the actions of the plans that were applied.
        blocked: stack and address of each resource for which the review blocks the apply.
        staged: kinds of staged changes that `privatelink apply` would have refused.
    """

    actions: list[Planned]
    blocked: list[tuple[str, str]]
    staged: list[str]


class Workspace:
    """A folder that topologies are generated and applied in.

    Arguments:
        folder: the folder.
        name: name of the topologies.
        environment: the environment of Terraform.
    """

    def __init__(self, folder: Path, name: str, environment: Mapping[str, str]) -> None:
        self._folder, self._name, self._environment = folder, name, environment

    def generate(self, topology: Mapping[str, Any]) -> list[str]:
        """Generate the stacks of a topology; return those whose Terraform differs from the one before."""
        before = self._written()
        path = self._folder / "topology.yaml"
        path.write_text(json.dumps(topology))
        synthesize(path, self._folder / "cdktf.out")
        return [name for name, text in self._written().items() if before.get(name) != text]

    def stacks(self) -> list[Stack]:
        """Return the generated stacks."""
        return read_stacks(self._folder / "cdktf.out", self._environment)

    def apply(self) -> Applied:
        """Apply all stacks as `privatelink apply` does, also if the review blocks."""
        run = self._run()
        applied = Applied([], [], [])
        run.plan()
        while run.ready and not run.failed:
            applied.actions.extend(action for outcome in run.ready for action in self._actions(outcome))
            applied.blocked.extend(self._blocked(run))
            applied.staged.extend(found.kind.id for found in staged_changes(run))
            run.apply()
            if not run.failed:
                run.plan()
        _check(run)
        return applied

    def changed(self) -> list[str]:
        """Plan all stacks; return the resources and outputs that would change, each with its stack."""
        run = self._run()
        run.plan()
        _check(run)
        return [
            f"{outcome.name} {what}"
            for outcome in run.outcomes
            if outcome.state != "no changes" and outcome.plan
            for what in (*(found["address"] for found in outcome.plan.changes), *outcome.plan.output_changes)
        ]

    def destroy(self, *names: str) -> None:
        """Destroy stacks, each after those that depend on it; without names, all stacks."""
        run = self._run(*names)
        run.plan_destroy()
        run.destroy()
        _check(run)

    def _written(self) -> dict[str, str]:
        stacks = self._folder.glob("cdktf.out/stacks/*/cdk.tf.json")
        return {path.parent.name: path.read_text() for path in stacks}

    def _run(self, *names: str) -> StackRun:
        interruption = Interruption()
        stacks = read_stacks(self._folder / "cdktf.out", self._environment, interruption=interruption)
        return StackRun(
            stacks, select(stacks, names), Console(quiet=True), interruption=interruption, jobs=JOBS
        )

    def _blocked(self, run: StackRun) -> Iterator[tuple[str, str]]:
        found = reviewed(run, None)
        for finding in found.findings if found else ():
            if finding.blocks:
                yield finding.change.stack.removeprefix(f"{self._name}-"), finding.change.address

    def _actions(self, outcome: Outcome) -> Iterator[Planned]:
        for change in outcome.plan.changes if outcome.plan else ():
            stack = outcome.name.removeprefix(f"{self._name}-")
            yield Planned(stack, ACTIONS[tuple(change["change"]["actions"])], change["address"])


def _check(run: StackRun) -> None:
    errors = [f"{outcome.name}: {outcome.error}" for outcome in run.outcomes if outcome.error]
    assert not errors, "\n".join(errors)
