"""`privatelink apply`: plan, review, ask for approval and apply, until all stacks are applied."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from privatelink.cli.exits import DONE, FINDING, say
from privatelink.cli.policy import PolicyFile, PolicyFrom, Strict, chosen_policy
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
    reviewed,
    show_errors,
    show_review,
    show_summary,
)
from privatelink.cli.staged import show_staged, staged_changes
from privatelink.errors import UserError
from privatelink.terraform.all_stacks import Pending, StackRun
from privatelink.terraform.schedule import DEFAULT_JOBS

if TYPE_CHECKING:
    from privatelink.changes.staged import Staged
    from privatelink.review.findings import Review, Verdict
    from privatelink.review.policy import Policy

_REFUSED = {
    "blocked": "a finding of the review blocks",
    "not determined": "the plans do not show whether all paths are open, and --strict is given",
}
_SAYS = {"blocked": "do not apply", "not determined": "not determined"}


def command(
    stacks: Names = None,
    out: Out = DEFAULT_OUT,
    yes: Yes = False,
    despite_findings: Annotated[
        bool, typer.Option("--despite-findings", help="With --yes: apply even if the review blocks.")
    ] = False,
    jobs: Jobs = DEFAULT_JOBS,
    policy: PolicyFile = None,
    policy_from: PolicyFrom = None,
    strict: Strict = False,
    terraform: Binary = None,
    json_: AsJson = False,
) -> int:
    """Plan, review and apply all stacks, in dependency order; it asks for approval.

    A stack that depends on others is planned (again) after they are applied, so the command may ask several
    times. It applies exactly the plans that it has shown.

    A change that AWS cannot make in one apply is not applied, also not with --despite-findings; its stages
    are printed.

    Exit codes: 0 applied, nothing to do, or you answered no; 1 a finding blocks (with --strict: or a path is
    not determined), a change needs stages, or Terraform failed; 2 bad input or environment; 130 interrupted.
    """
    check_can_ask(yes, json_)
    names = stacks or []
    accepted = chosen_policy(policy, policy_from)
    run = open_run(names, out, terraform=terraform, jobs=jobs)
    show_removed(out)
    again = command_line("apply", names, out)
    found: list[Review] = []
    staged: list[Staged] = []
    try:
        code = FINDING
        while _plan_wave(run, accepted, found, out, strict=strict):
            staged = staged_changes(run)
            if not json_:
                show_summary(run)
                show_review(found[-1])
                show_staged(staged, out)
            if staged:
                break
            blocking = found[-1].verdict if found[-1].exit_code else None
            if yes and blocking and not despite_findings:
                say(f"\nnot applied: {_REFUSED[blocking]}; to apply anyway, add --despite-findings")
                break
            if not yes and not confirmed(_question(run, blocking)):
                code = DONE
                break
            run.apply()
        else:
            code = FINDING if run.failed or run.waiting else DONE
            if run.failed:
                staged = staged_changes(run)
                if not json_:
                    show_staged(staged, out)
        if staged:
            say("\nnot applied: AWS cannot make this change in one apply; apply its stages instead")
    except BaseException:
        if run.has_effect:
            _report(run, found, staged, again, json_=json_)
        raise
    _report(run, found, staged, again, json_=json_)
    _say_pending(run.pending())
    return code


def _plan_wave(
    run: StackRun, policy: "Policy | None", found: "list[Review]", out: Path, *, strict: bool
) -> bool:
    """Plan the remaining stacks and add the review to `found`; return whether there is something to apply."""
    if not run.failed:
        run.plan()
    if run.failed:
        return False
    _check_dependencies(run, out)
    if review := reviewed(run, policy, strict=strict):
        found.append(review)
    return bool(run.ready)


def _report(
    run: StackRun, found: "Sequence[Review]", staged: "Sequence[Staged]", again: str, *, json_: bool
) -> None:
    if json_:
        print(json.dumps(as_json(run, found[-1] if found else None, staged), indent=2))
        return
    show_summary(run)
    show_errors(run)
    if not staged:
        _say_what_is_left(run, again)


def _check_dependencies(run: StackRun, out: Path) -> None:
    if run.missing:
        waiting = [outcome.name for outcome in run.waiting]
        raise UserError(
            f"{', '.join(waiting)} reads outputs of {', '.join(run.missing)}, which is not applied; "
            f"apply them together: {command_line('apply', [*run.missing, *waiting], out)}"
        )


def _question(run: StackRun, blocking: "Verdict | None") -> str:
    warning = f"The review says: {_SAYS[blocking]}. " if blocking else ""
    names = ", ".join(outcome.name for outcome in run.ready)
    after = ", ".join(outcome.name for outcome in run.waiting)
    follows = f" (planned after these: {after})" if after else ""
    return f"\n{warning}Apply {names}{' anyway' if blocking else ''}?{follows}"


def _say_what_is_left(run: StackRun, again: str) -> None:
    """Print which stacks are applied, which are not, and the command to continue with."""
    left = [outcome.name for outcome in run.outcomes if outcome.state not in ("applied", "no changes")]
    if not left:
        return
    done = [outcome.name for outcome in run.outcomes if outcome.state == "applied"]
    say(f"\napplied: {', '.join(done) or 'none'}\nnot applied: {', '.join(left)}\nto continue: {again}")


def _say_pending(pending: Sequence[Pending]) -> None:
    """Print the connections that are pending acceptance, and the command that accepts them."""
    for service in sorted({(found.service_name, found.profile or "") for found in pending}):
        name, profile = service
        waiting = [found for found in pending if found.service_name == name]
        for found in waiting:
            say(f"\n{found.stack}: {found.endpoint_id} is pendingAcceptance")
        accept = [part for found in waiting for part in ("--accept", found.endpoint_id)]
        credentials = ["--profile", profile] if profile else []
        say("to accept, as the service provider:")
        say(f"  {shlex.join(['privatelink', 'connections', name, *accept, *credentials])}")
