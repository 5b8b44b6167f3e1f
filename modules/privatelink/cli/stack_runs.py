"""Parts that `plan`, `apply`, `destroy` and `output` share: options, the run, its summary, the review."""

import json
import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from privatelink.changes.backends import moved
from privatelink.cli.exits import DONE, FINDING, say
from privatelink.cli.prompts import at_a_terminal
from privatelink.cli.tables import print_table, print_text, stderr, stdout, table
from privatelink.errors import UserError
from privatelink.terraform.all_stacks import EnvironmentOf, Outcome, Share, StackRun
from privatelink.terraform.binary import VARIABLE, Choice, find_binary
from privatelink.terraform.environment import DEFAULT_WORK_DIR, terraform_environment
from privatelink.terraform.events import OnEvent
from privatelink.terraform.plan import Summary
from privatelink.terraform.process import Interruption
from privatelink.terraform.schedule import DEFAULT_JOBS
from privatelink.terraform.shared_provider import shared_provider
from privatelink.terraform.stacks import MANIFEST, Stack, check_generated, read_stacks, select

if TYPE_CHECKING:
    from privatelink.changes.staged import Staged
    from privatelink.review.findings import Review
    from privatelink.review.policy import Policy

DEFAULT_OUT = Path("cdktf.out")
Names = Annotated[
    list[str] | None, typer.Argument(metavar="STACK", help="Names of stacks. Default: all stacks.")
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder of the generated Terraform.")]
Jobs = Annotated[int, typer.Option(metavar="N", min=1, help="Maximum number of stacks to run in parallel.")]
Binary = Annotated[
    str | None,
    typer.Option(
        "--terraform",
        metavar="PATH",
        help=f"Terraform or OpenTofu binary. Default: the one in {VARIABLE}, or else terraform on PATH.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for approval.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output; never ask.")]


def open_run(
    names: Sequence[str],
    out: Path,
    *,
    terraform: str | None,
    jobs: int = DEFAULT_JOBS,
    manifest: str = MANIFEST,
) -> StackRun:
    """Read the generated stacks.

    Arguments:
        names: the stacks to work on; none for all.
        out: the folder of the generated Terraform.
        terraform: path of the binary that the user chose.
        jobs: maximum number of stacks to run in parallel.
        manifest: as for `read_stacks`.

    Raises:
        UserError: there are no stacks, there is no Terraform, or a state is in another backend.
    """
    check_generated(out)
    environment = terraform_environment(DEFAULT_WORK_DIR, os.environ)
    binary = find_binary(environment, out, Choice(terraform, "--terraform") if terraform else None)
    interruption = Interruption()
    stacks = read_stacks(out, environment, manifest=manifest, binary=binary, interruption=interruption)
    _check_backends(stacks)
    return StackRun(
        stacks,
        select(stacks, names),
        stderr(),
        interruption=interruption,
        jobs=jobs,
        share=_share(),
    )


def _check_backends(stacks: Sequence[Stack]) -> None:
    """Raise `UserError` if stacks have another backend than the one that has their state."""
    if found := moved(stacks):
        names = ", ".join(stack.name for stack in found)
        folders = [os.path.relpath(stack.root.directory) for stack in found]
        commands = [shlex.join(["terraform", f"-chdir={each}", "init", "-migrate-state"]) for each in folders]
        raise UserError(
            f"the backend of {names} has changed, and the state is still in the former one; move it, in "
            "this order:\n" + "\n".join(f"  {command}" for command in commands)
        )


def _share() -> Share:
    """Let stacks share a provider process; if they cannot, print the reason once."""
    said: set[str] = set()

    @contextmanager
    def share(stacks: Sequence[Stack], on_event: OnEvent) -> Iterator[EnvironmentOf]:
        with shared_provider(stacks, DEFAULT_WORK_DIR, on_event=on_event) as sharing:
            if sharing.note and sharing.note not in said:
                said.add(sharing.note)
                say(f"note: each stack starts its own AWS provider: {sharing.note}")
            yield sharing.environment_of

    return share


def command_line(command: str, names: Sequence[str], out: Path, *options: str) -> str:
    """Return a command line that the user can run in a shell."""
    folder = [] if out == DEFAULT_OUT else ["--out", str(out)]
    return shlex.join(["privatelink", command, *folder, *options, *names])


def check_can_ask(yes: bool, json_: bool) -> None:
    """Raise `UserError` if the command must ask and cannot."""
    if not yes and (json_ or not at_a_terminal()):
        raise UserError("cannot ask for approval without a terminal or with --json; add --yes")


def show_summary(run: StackRun) -> None:
    """Print the state of each stack after the run."""
    made = table("stack", "import", "add", "change", "destroy", "state")
    for column in made.columns[1:5]:
        column.justify = "right"
    for outcome in run.outcomes:
        counts = outcome.summary
        numbers = (counts.imported, counts.add, counts.change, counts.destroy)
        known = outcome.state not in ("not started", "waits")
        made.add_row(outcome.name, *(str(number) if known else "" for number in numbers), state_of(outcome))
    print()
    print_table(made)


def show_errors(run: StackRun) -> None:
    """Print Terraform's warnings and errors."""
    console = stderr()
    for outcome in run.outcomes:
        for warning in outcome.warnings:
            print_text(console, f"\nwarning: {outcome.name}: {warning}")
    for outcome in run.outcomes:
        if outcome.error:
            print_text(console, f"\n{outcome.name} {outcome.state}: {outcome.error}")


def state_of(outcome: Outcome) -> str:
    """Return the state of a stack as text."""
    after = ", ".join(outcome.waits_for)
    if outcome.state == "waits":
        return f"waits for {after}"
    if outcome.state == "planned" and not after and outcome.summary == Summary():
        return "planned: outputs change"
    if outcome.state in ("planned", "no changes") and after:
        return f"{outcome.state}; planned again after {after}"
    return outcome.state


def as_json(
    run: StackRun, found: "Review | None" = None, staged: "Sequence[Staged] | None" = None
) -> dict[str, object]:
    """Return the state of each stack after the run, the review, and the changes that need several applies."""
    shown: dict[str, object] = {"stacks": [_stack_as_json(outcome) for outcome in run.outcomes]}
    if found is not None:
        from privatelink.review.render_json import as_json as review_as_json

        shown["review"] = json.loads(review_as_json(found))
    if staged is not None:
        shown["staged"] = [each.as_json() for each in staged]
    return shown


def _stack_as_json(outcome: Outcome) -> Mapping[str, object]:
    counts = outcome.summary
    return {
        "stack": outcome.name,
        "state": outcome.state,
        "import": counts.imported,
        "add": counts.add,
        "change": counts.change,
        "destroy": counts.destroy,
        "waits_for": list(outcome.waits_for),
        "plan": str(outcome.plan.path) if outcome.plan else None,
        "error": str(outcome.error) if outcome.error else None,
        "warnings": list(outcome.warnings),
    }


def reviewed(run: StackRun, policy: "Policy | None", *, strict: bool = False) -> "Review | None":
    """Review the saved plans together; return None if there are none."""
    if not run.plans:
        return None
    from privatelink.review.findings import review
    from privatelink.review.plan import parse_plan

    return review(
        [parse_plan(json.dumps(plan.json).encode(), str(plan.path), stack) for stack, plan in run.plans],
        policy,
        strict=strict,
    )


def show_review(found: "Review | None") -> None:
    """Print the verdict and the findings of a review."""
    if found is not None:
        from privatelink.review.render_terminal import show

        console = stdout()
        console.print()
        show(console, found)


def explain_waiting(run: StackRun, out: Path) -> None:
    """Print how to plan the stacks that wait."""
    if any(outcome.state == "waits" for outcome in run.waiting):
        command = command_line("apply", run.missing, out)
        applies = "applies them" if run.missing else "applies all stacks in dependency order"
        say(f"\na stack can be planned after those that it waits for are applied; `{command}` {applies}")


def exit_code(run: StackRun, found: "Review | None" = None) -> int:
    """Return 1 if a stack failed or the review blocks, otherwise 0."""
    return FINDING if run.failed or (found is not None and found.exit_code) else DONE
