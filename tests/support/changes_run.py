"""Plans and applies topologies with `privatelink`'s own run over all stacks; reads the planned actions."""

import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from privatelink.cli.stack_runs import reviewed
from privatelink.cli.staged import staged_changes
from privatelink.terraform.all_stacks import Outcome, StackRun
from privatelink.terraform.process import Interruption
from privatelink.terraform.stacks import Stack, read_stacks, select
from tests.support import cli
from tests.support.changes import ACTIONS, Planned

JOBS = 6
Place = tuple[str, str]
"""The stack and the address of a resource."""
_ADDRESS = re.compile(r"\b(?:aws|terraform)_\w+\.[\w-]+")


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did.

    Arguments:
        actions: the actions of the plans that were applied.
        blocked: for each finding for which the review blocks the apply, its resource, and the changes that it
            names as its cause.
        staged: kinds of staged changes that `privatelink apply` would have refused.
    """

    actions: list[Planned]
    blocked: list[list[Place]]
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
        before = self.written()
        path = self._folder / "topology.yaml"
        path.write_text(json.dumps(topology))
        ran = cli.run("synth", path, "--out", self._folder / "cdktf.out")
        assert ran.exit_code == 0, ran.output
        return self.differing(before)

    def written(self) -> dict[str, str]:
        """Return the Terraform of each generated stack."""
        stacks = self._folder.glob("cdktf.out/stacks/*/cdk.tf.json")
        return {path.parent.name: path.read_text() for path in stacks}

    def differing(self, before: Mapping[str, str]) -> list[str]:
        """Return the stacks whose Terraform differs from a former one."""
        return [name for name, text in self.written().items() if before.get(name) != text]

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
        stacks = self.stacks()
        with ThreadPoolExecutor(JOBS) as pool:
            plans = list(pool.map(lambda stack: stack.root.plan(), stacks))
        return [
            f"{stack.name} {what}"
            for stack, plan in zip(stacks, plans, strict=True)
            if not plan.clean
            for what in (*(found["address"] for found in plan.changes), *plan.output_changes)
        ]

    def destroy(self, *names: str) -> None:
        """Destroy stacks, each after those that depend on it; without names, all stacks."""
        run = self._run(*names)
        run.plan_destroy()
        run.destroy()
        _check(run)

    def _run(self, *names: str) -> StackRun:
        interruption = Interruption()
        stacks = read_stacks(self._folder / "cdktf.out", self._environment, interruption=interruption)
        return StackRun(
            stacks, select(stacks, names), Console(quiet=True), interruption=interruption, jobs=JOBS
        )

    def _blocked(self, run: StackRun) -> Iterator[list[Place]]:
        found = reviewed(run, None)
        planned = [(each.stack, each.address) for outcome in run.outcomes for each in self._actions(outcome)]
        for finding in found.findings if found else ():
            if finding.blocks:
                stack = finding.change.stack.removeprefix(f"{self._name}-")
                causes = _ADDRESS.findall(finding.because)
                yield [(stack, finding.change.address), *(place for place in planned if place[1] in causes)]

    def _actions(self, outcome: Outcome) -> Iterator[Planned]:
        for change in outcome.plan.changes if outcome.plan else ():
            stack = outcome.name.removeprefix(f"{self._name}-")
            yield Planned(stack, ACTIONS[tuple(change["change"]["actions"])], change["address"])


def _check(run: StackRun) -> None:
    errors = [f"{outcome.name}: {outcome.error}" for outcome in run.outcomes if outcome.error]
    assert not errors, "\n".join(errors)
