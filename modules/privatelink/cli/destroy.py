"""`privatelink destroy`: destroy all stacks, in reverse order."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.exits import DONE, FINDING, say
from privatelink.cli.prompts import confirmed
from privatelink.cli.removed import show_removed
from privatelink.cli.stack_runs import (
    DEFAULT_OUT,
    AsJson,
    Binary,
    Jobs,
    Names,
    Out,
    Yes,
    as_json,
    check_can_ask,
    command_line,
    open_run,
    show_errors,
    show_summary,
)
from privatelink.errors import UserError
from privatelink.stacks.removed_stacks import REMOVED, delete_destroyed
from privatelink.terraform.all_stacks import StackRun
from privatelink.terraform.schedule import DEFAULT_JOBS
from privatelink.terraform.stacks import MANIFEST

REMOVED_MANIFEST = f"{REMOVED}/{MANIFEST}"


def command(
    stacks: Names = None,
    out: Out = DEFAULT_OUT,
    removed: Annotated[
        bool, typer.Option("--removed", help="Destroy stacks that are no longer in the topology instead.")
    ] = False,
    yes: Yes = False,
    jobs: Jobs = DEFAULT_JOBS,
    terraform: Binary = None,
    json_: AsJson = False,
) -> int:
    """Destroy all stacks, in reverse order of their dependencies; it asks for approval.

    With --removed, it destroys the stacks that are no longer in the topology, and deletes their folders.
    `privatelink plan` shows whether to do so before or after an apply.

    Exit codes: 0 destroyed, nothing to destroy, or you answered no; 1 Terraform failed; 2 bad input or
    environment; 130 interrupted.
    """
    check_can_ask(yes, json_)
    names = stacks or []
    if removed and not (out / REMOVED_MANIFEST).is_file():
        say(f"nothing to destroy: {out} has no stack that is no longer in the topology")
        return DONE
    options = ["--removed"] if removed else []
    manifest = REMOVED_MANIFEST if removed else MANIFEST
    run = open_run(names, out, terraform=terraform, jobs=jobs, manifest=manifest)
    if not removed:
        show_removed(out)
    again = command_line("destroy", names, out, *options)
    code = FINDING
    try:
        _check_dependents(run, names, out, options)
        if not run.failed:
            run.plan_destroy()
        if not run.failed:
            code = _ask_and_destroy(run, yes=yes, json_=json_)
    except BaseException:
        if run.has_effect:
            _report(run, again, json_=json_)
        raise
    if removed:
        done = [outcome.name for outcome in run.outcomes if outcome.state in ("destroyed", "no changes")]
        for folder in delete_destroyed(out, done):
            say(f"note: {folder} is kept: it has files of yours, or another workspace has resources")
    _report(run, again, json_=json_)
    return code


def _report(run: StackRun, again: str, *, json_: bool) -> None:
    if json_:
        print(json.dumps(as_json(run), indent=2))
        return
    show_summary(run)
    show_errors(run)
    _say_what_is_left(run, again)


def _check_dependents(run: StackRun, names: list[str], out: Path, options: Sequence[str]) -> None:
    """Raise `UserError` if other applied stacks depend on these: AWS would refuse in the middle."""
    if dependents := run.applied_dependents():
        needed = ", ".join(dict.fromkeys(name for needs in dependents.values() for name in needs))
        raise UserError(
            f"other applied stacks depend on {needed}: {', '.join(dependents)}; destroy them too: "
            f"{command_line('destroy', [*names, *dependents], out, *options)}"
        )


def _ask_and_destroy(run: StackRun, *, yes: bool, json_: bool) -> int:
    if not run.ready:
        say("nothing to destroy")
        return DONE
    if not json_:
        show_summary(run)
    for outcome in run.ready:
        if outcome.stack.side == "acceptance":
            say(f"\ndestroying {outcome.name} rejects the connections that it accepted")
    if not yes:
        number = sum(outcome.summary.destroy for outcome in run.ready)
        listed = ", ".join(outcome.name for outcome in run.ready)
        if not confirmed(f"\nDestroy {number} resources of {listed}?"):
            say("nothing was destroyed")
            return DONE
    run.destroy()
    return FINDING if run.failed else DONE


def _say_what_is_left(run: StackRun, again: str) -> None:
    """Print which stacks are destroyed, which are not, and the command to continue with."""
    left = [outcome.name for outcome in run.outcomes if outcome.state not in ("destroyed", "no changes")]
    if not left:
        return
    done = [outcome.name for outcome in run.outcomes if outcome.state == "destroyed"]
    say(f"\ndestroyed: {', '.join(done) or 'none'}\nnot destroyed: {', '.join(left)}\nto continue: {again}")
