"""`privatelink plan`: plan all stacks, and review the plans."""

import json
from pathlib import Path

from privatelink.changes.staged import Staged
from privatelink.cli.exits import FINDING, say
from privatelink.cli.policy import PolicyFile, PolicyFrom, Strict, chosen_policy
from privatelink.cli.removed import show_removed
from privatelink.cli.stack_runs import (
    DEFAULT_OUT,
    AsJson,
    Binary,
    Jobs,
    Names,
    Out,
    as_json,
    command_line,
    exit_code,
    explain_waiting,
    open_run,
    reviewed,
    show_errors,
    show_review,
    show_summary,
)
from privatelink.cli.staged import show_staged, staged_changes
from privatelink.terraform.all_stacks import StackRun
from privatelink.terraform.schedule import DEFAULT_JOBS


def command(
    stacks: Names = None,
    out: Out = DEFAULT_OUT,
    jobs: Jobs = DEFAULT_JOBS,
    policy: PolicyFile = None,
    policy_from: PolicyFrom = None,
    strict: Strict = False,
    terraform: Binary = None,
    json_: AsJson = False,
) -> int:
    """Plan all stacks, in dependency order, and review the plans together.

    Run `privatelink synth` first. Each plan is saved in the folder of its stack, as terraform.tfplan. A stack
    that reads outputs of another one waits until that one is applied.

    A change that AWS cannot make in one apply is printed with its stages, as edits of the topology file.

    Exit codes: 0 planned, 1 a finding blocks (with --strict: or a path is not determined), a change needs
    stages or Terraform failed, 2 bad input or environment, 130 interrupted.
    """
    names = stacks or []
    accepted = chosen_policy(policy, policy_from)
    run = open_run(names, out, terraform=terraform, jobs=jobs)
    show_removed(out)
    found = None
    staged: list[Staged] = []
    try:
        run.plan()
        found = reviewed(run, accepted, strict=strict)
        staged = staged_changes(run)
    finally:
        if json_:
            print(json.dumps(as_json(run, found, staged), indent=2))
        else:
            show_summary(run)
            show_review(found)
            show_staged(staged, out)
            show_errors(run)
    if not json_:
        _say_what_next(run, names, out)
    return FINDING if staged else exit_code(run, found)


def _say_what_next(run: StackRun, names: list[str], out: Path) -> None:
    explain_waiting(run, out)
    if run.failed:
        say(f"\nfix the error, then plan again: {command_line('plan', names, out)}")
