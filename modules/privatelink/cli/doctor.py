"""`privatelink doctor`: list what is missing on this machine."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from privatelink.cli.app import EXTRAS, NEEDS
from privatelink.cli.exits import DONE, FINDING
from privatelink.cli.tables import stdout
from privatelink.doctor.examination import checks, examine
from privatelink.doctor.finding import Finding, State

MARKS: dict[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "warning": ("!", "yellow"),
    "missing": ("✗", "red"),
}


def command(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> int:
    """List what is missing on this machine, and how to fix it.

    It checks Python, Node.js, Terraform, the AWS provider, the requirements of the sandbox, and your AWS
    account. It changes nothing, prints no secrets, and takes at most three seconds.

    Exit codes: 0 every command can run (warnings allowed), 1 something is missing.
    """
    findings = examine(checks(EXTRAS, NEEDS))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        _show(findings)
    return FINDING if _number(findings, "missing") else DONE


def _show(findings: Sequence[Finding]) -> None:
    width = max(len(finding.name) for finding in findings)
    console = stdout()
    for finding in findings:
        mark, colour = MARKS[finding.state]
        head = mark if console.is_terminal else f"{finding.state:7}"
        line = Text.assemble((head, colour), f" {finding.name:{width}}  {finding.found}")
        console.print(line, soft_wrap=True)
        if finding.state == "ok":
            continue
        indent = " " * (len(head) + 1 + width)
        needed_for = ", ".join(finding.needed_for) or "every command"
        console.print(f"{indent}  needed for: {needed_for}", markup=False, soft_wrap=True, style="dim")
        if finding.fix:
            console.print(f"{indent}  fix: {finding.fix}", markup=False, soft_wrap=True)
    console.print(f"\n{_summary(findings)}", markup=False)


def _summary(findings: Sequence[Finding]) -> str:
    missing, warnings = _number(findings, "missing"), _number(findings, "warning")
    noted = f"; {warnings} warning{'' if warnings == 1 else 's'}" if warnings else ""
    return f"{f'{missing} missing' if missing else 'nothing is missing'}{noted}"


def _number(findings: Sequence[Finding], state: State) -> int:
    return sum(finding.state == state for finding in findings)
