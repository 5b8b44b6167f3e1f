"""Changes that need several applies: found in the plans of a run, and printed with their stages."""

from collections.abc import Sequence
from pathlib import Path

from privatelink.changes.plans import Plans
from privatelink.changes.recognize import recognize
from privatelink.changes.staged import Staged
from privatelink.changes.unplannable import find
from privatelink.cli.stack_runs import command_line
from privatelink.cli.tables import print_text, stdout
from privatelink.terraform.all_stacks import Outcome, StackRun
from privatelink.terraform.diagnostics import TerraformError


def staged_changes(run: StackRun) -> list[Staged]:
    """Return the changes that need several applies: those of saved plans, and those that failed to plan."""
    roots = {outcome.name: outcome.stack.root for outcome in run.outcomes}
    plans = {name: plan.json for name, plan in run.plans}
    planned = recognize(Plans(plans, lambda stack: roots[stack].created_before_destroyed()))
    failed = [outcome.stack for outcome in run.outcomes if _is_unplanned(outcome)]
    return [*planned, *(found for stack in failed for found in find(stack))]


def _is_unplanned(outcome: Outcome) -> bool:
    """Whether Terraform failed to plan a stack."""
    return isinstance(outcome.error, TerraformError) and outcome.error.command[1] == "plan"


def show_staged(found: Sequence[Staged], out: Path) -> None:
    """Print changes that need several applies.

    Arguments:
        found: the changes.
        out: folder of the generated Terraform.
    """
    console = stdout()
    usual = ("privatelink synth", command_line("apply", [], out))
    for staged in found:
        lines = [
            f"staged: {staged.change} [{staged.kind.id}]",
            f"  {staged.address} in {staged.stack}",
            f"  why not in one apply: {staged.kind.why}",
            f"  {staged.kind.page}",
            "  stages, each an edit of the topology file as it was last applied, and an apply:",
        ]
        for number, stage in enumerate(staged.stages, start=1):
            lines += [f"  {number}. {stage.edits[0]}", *(f"     {edit}" for edit in stage.edits[1:])]
            lines += [f"       {command}" for command in stage.commands or usual]
        print_text(console, "\n" + "\n".join(lines))
    if len(found) > 1:
        print_text(console, "\nmake these changes one after the other")
