"""The review on a terminal."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from privatelink.review.findings import Finding, Review, verdict
from privatelink.review.rule import Severity
from privatelink.review.shapes import printable

_STYLE: dict[Severity, str] = {"blocking": "bold red", "warning": "yellow", "note": "cyan"}


def show(console: Console, found: Review) -> None:
    """Print the verdict, the findings, the paths that change, and notes on the plans."""
    shown = Text()
    _line(shown, verdict(found), "bold red" if found.exit_code else "bold green")
    for _, same in groupby(found.open, key=lambda finding: (finding.severity, finding.rule)):
        _add_findings(shown, [*same])
    for path in found.paths:
        if path.changed and not path.lost:  # a lost path is a finding
            way = path.after or path.before
            why = f" ({way.why})" if way and way.why else ""
            states = f"{path.state('before')} → {path.state('after')}"
            _line(shown, f"path {path.thing.address} {path.name}: {states}{why}")
    for finding in found.accepted:
        if finding.accepted:
            place = f"{finding.rule.id} {finding.change.address}"
            _line(shown, f"accepted until {finding.accepted.until}: {place}: {finding.accepted.reason}")
    for plan in found.plans:
        for note in plan.notes:
            _line(shown, f"{plan.stack}: {note}", "yellow")
    for each in found.unused:
        _line(shown, f"policy: {each.rule} {each.address} matches no finding, or has expired", "yellow")
    # A single print: each one takes rich some time.
    console.print(shown, soft_wrap=True, end="")


def _add_findings(shown: Text, same: Sequence[Finding]) -> None:
    rule = same[0].rule
    _line(shown, "")
    _line(shown, f"{same[0].severity}: {rule.title} [{rule.id}]", _STYLE[same[0].severity])
    for finding in same:
        values = f"  {finding.attribute}: {finding.before} → {finding.after}" if finding.attribute else ""
        because = f" ({finding.because})" if finding.because else ""
        _line(shown, f"  {finding.change.address} in {finding.change.stack}{values}{because}")
        if finding.expired:
            _line(shown, f"    was accepted until {finding.expired.until}: {finding.expired.reason}")
    _line(shown, f"  consumers: {rule.consequence}")
    _line(shown, f"  instead: {rule.instead}")
    _line(shown, f"  {rule.page}")


def _line(shown: Text, line: str, style: str = "") -> None:
    shown.append(f"{printable(line)}\n", style or None)
