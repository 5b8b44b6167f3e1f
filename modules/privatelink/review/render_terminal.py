"""The review on a terminal, or in the log of a CI system."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from privatelink.escapes import console_line
from privatelink.review.causes import Cause, as_before, causes, reasons
from privatelink.review.findings import Finding, Review, verdict
from privatelink.review.rule import Severity

if TYPE_CHECKING:
    from rich.console import Console

_STYLE: dict[Severity, str] = {"blocking": "bold red", "warning": "yellow", "note": "cyan"}
_VERDICT = {"blocked": "bold red", "not determined": "bold yellow"}
_AT_ONCE = 3  # paths in a line
_Line = tuple[str, str]


def as_text(found: Review) -> str:
    """Return what `show` prints, without colors."""
    return "".join(f"{console_line(line)}\n" for line, _ in _lines(found))


def show(console: "Console", found: Review) -> None:
    """Print the verdict, the findings, the paths that change, and notes on the plans."""
    # Imported here: in a log, which has no colors, rich would take a fifth of a small review.
    from rich.text import Text

    shown = Text()
    for line, style in _lines(found):
        shown.append(f"{console_line(line)}\n", style or None)
    # A single print: each one takes rich some time.
    console.print(shown, soft_wrap=True, end="")


def _lines(found: Review) -> Iterator[_Line]:
    yield verdict(found), _VERDICT.get(found.verdict, "bold green")
    several = len(found.plans) > 1
    for cause in causes(found):
        yield from _cause(cause, several=several)
    yield from _undetermined(found, several=several)
    yield from _other_paths(found)
    if found.outside:
        yield f"outside these plans: {found.hide('; '.join(found.outside))}", ""
    for finding in found.accepted:
        if finding.accepted:
            place = f"{finding.rule.id} {finding.change.address}"
            yield f"accepted until {finding.accepted.until}: {place}: {finding.accepted.reason}", ""
    for finding in found.lowered:
        place = f"{finding.rule.id} {finding.change.address}"
        yield f"policy: {place}: severity {finding.lowered_from} → {finding.severity}", "yellow"
    for plan in found.plans:
        for note in plan.notes:
            yield f"{plan.stack}: {note}", "yellow"
    for each in found.unused:
        yield f"policy: {each.rule} {each.address} matches no finding, or has expired", "yellow"


def _cause(cause: Cause, *, several: bool) -> Iterator[_Line]:
    rule = cause.rule
    yield "", ""
    yield f"{cause.severity}: {rule.title} [{rule.id}]", _STYLE[cause.severity]
    for finding in cause.findings:
        yield _finding(finding, several=several), ""
        if finding.expired:
            yield f"    was accepted until {finding.expired.until}: {finding.expired.reason}", ""
    yield f"  consumers: {rule.consequence}", ""
    yield f"  instead: {rule.instead}", ""
    for code in dict.fromkeys(finding.code for finding in cause.findings if finding.code):
        yield "  or, if it only gets another address, add:", ""
        yield from ((f"    {line}", "") for line in code.splitlines())
    yield f"  {rule.page}", ""
    for other in cause.others:
        yield f"  also: {other.title} [{other.id}]: {other.consequence}; instead: {other.instead}", ""
        yield f"  {other.page}", ""


def _finding(finding: Finding, *, several: bool) -> str:
    stack = f" in {finding.change.stack}" if several else ""
    values = f"  {finding.attribute}: {finding.before} → {finding.after}" if finding.attribute else ""
    because = f" ({finding.because})" if finding.because else ""
    return f"  {finding.change.address}{stack}{values}{because}"


def _undetermined(found: Review, *, several: bool) -> Iterator[_Line]:
    if not found.undetermined:
        return
    yield "", ""
    yield f"not determined: {len(found.undetermined)} of {len(found.paths)} paths", "yellow"
    for why, group in reasons(found).items():
        places = [
            f"{path.thing.address}{f' in {path.thing.change.stack}' if several else ''}, {path.name}"
            for path in group[:_AT_ONCE]
        ]
        more = f"; and {len(group) - _AT_ONCE} more" if len(group) > _AT_ONCE else ""
        same = " (as before these plans)" if all(map(as_before, group)) else ""
        yield f"  {why}{same}: {'; '.join(places)}{more}", ""


def _other_paths(found: Review) -> Iterator[_Line]:
    """The paths that change and are told nowhere else: a lost path is a finding."""
    for path in found.paths:
        if path.changed and not path.lost and path.state("after") != "unknown":
            way = path.after or path.before
            why = f" ({found.hide(way.why)})" if way and way.why else ""
            states = f"{path.state('before')} → {path.state('after')}"
            yield f"path {path.thing.address} {path.name}: {states}{why}", ""
