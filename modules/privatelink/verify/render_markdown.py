"""The report as Markdown, for a pull request or the summary of a job.

https://docs.github.com/en/get-started/writing-on-github
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from privatelink.comments import LIMIT, fitting
from privatelink.drawing.labels import quoted
from privatelink.escapes import cell, code, inert, printable
from privatelink.verify.check import Check
from privatelink.verify.report import CAUSE, Finding, Report, Side, Station, shortened

MARKER = "<!-- privatelink-verify -->"
"""Marks the comment, so that a later run finds and updates it."""
_STYLES = {
    "works": "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
    "broken": "fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328",
    "unknown": "fill:#fff8c5,stroke:#9a6700,stroke-dasharray:4 4,color:#1f2328",
}
_OBSERVED = 80
"""Maximum number of characters of what was observed, in the picture."""


@dataclass(frozen=True)
class _Cut:
    """What fits: the pictures, the tables of all checks or of those that did not pass, and how many paths."""

    pictures: bool
    tables: bool
    passed: bool
    paths: int
    longest: int = 500


# Tried in turn until the report fits.
_CUTS = (
    _Cut(pictures=True, tables=True, passed=True, paths=10_000),
    _Cut(pictures=True, tables=True, passed=False, paths=10_000),
    _Cut(pictures=False, tables=True, passed=False, paths=10_000, longest=200),
    _Cut(pictures=False, tables=False, passed=False, paths=10_000, longest=200),
    _Cut(pictures=False, tables=False, passed=False, paths=50, longest=200),
)


def as_markdown(report: Report, limit: int = LIMIT) -> str:
    """Return the report; the paths that do not work come first.

    Arguments:
        report: the report.
        limit: the maximum size in bytes; what goes beyond it is left out, and counted.
    """
    for cut in _CUTS:
        lines = fitting(_lines(report, cut), limit)
        if lines is not None:
            break
    return "\n".join(lines or _lines(report, _CUTS[-1]))


def _lines(report: Report, cut: _Cut) -> Iterator[str]:
    yield from (f"**{cell(_capital(_cut(report.headline, cut)))}**", "", f"Verified at {cell(report.time)}.")
    order = ("broken", "could not be checked", "no check failed", "works")
    findings = sorted(report.findings, key=lambda finding: order.index(finding.verdict))
    for finding in findings[: cut.paths]:
        yield from _path(finding, cut)
    if len(findings) > cut.paths:
        yield from ("", f"… and {len(findings) - cut.paths} more paths.")
    yield from ("", MARKER, "")


def _path(finding: Finding, cut: _Cut) -> Iterator[str]:
    yield from ("", f"### {cell(finding.consumer)}: {cell(finding.headline)}", "")
    if finding.error:
        yield f"- **Why:** {cell(_cut(finding.error, cut))}"
        return
    broken = finding.broken
    if broken:
        yield f"- **Expected:** {cell(_cut(broken.expected, cut))}"
        yield f"- **Observed:** {code(_cut(broken.observed, cut))}"
        yield f"- **{_capital(CAUSE)}:** {cell(_cut(broken.cause, cut))}"
    for side in finding.sides:
        states = ", ".join(f"{cell(station.hop)} {station.state}" for station in side.stations)
        yield f"- **{cell(_capital(side.name))}:** {states}"
    if cut.pictures:
        yield from ("", *_folded("Picture", ["```mermaid", *_picture(finding.sides), "```"]))
    shown = [check for check in finding.checks if cut.passed or check.outcome != "holds"]
    if cut.tables and shown:
        yield from ("", *_folded(f"Checks: {finding.counts}", _table(shown, len(finding.checks), cut)))


def _picture(sides: Sequence[Side]) -> Iterator[str]:
    yield "flowchart LR"
    last = ""
    for number, side in enumerate(sides):
        yield f'  subgraph s{number}["{quoted(side.name)}"]'
        for place, station in enumerate(side.stations):
            node = f"n{number}_{place}"
            yield f'    {node}["{_label(station)}"]'
            yield f"    class {node} {_class(station)}"
        yield "  end"
        if side.on_path:
            for place in range(len(side.stations)):
                node = f"n{number}_{place}"
                if last:
                    yield f"  {last} --> {node}"
                last = node
    for name, style in _STYLES.items():
        yield f"  classDef {name} {style}"


def _label(station: Station) -> str:
    observed = quoted(printable(shortened(station.telling.observed, _OBSERVED)))
    return f"{quoted(station.hop)}: {station.state}<br/>{observed}"


def _class(station: Station) -> str:
    return station.state if station.state in _STYLES else "unknown"


def _table(checks: Sequence[Check], number: int, cut: _Cut) -> Iterator[str]:
    yield from ("| check | hop | expected | observed | outcome |", "|---|---|---|---|---|")
    for check in checks:
        observed = code(_cut(check.observed, cut))
        expected = cell(_cut(check.expected, cut))
        yield f"| {code(check.id)} | {cell(check.hop)} | {expected} | {observed} | {check.outcome} |"
    if len(checks) < number:
        yield from ("", f"… and {number - len(checks)} checks that passed.")


def _folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    # GitHub needs the empty line to render Markdown inside HTML.
    yield from ("<details>", f"<summary>{inert(printable(summary))}</summary>", "")
    yield from lines
    yield from ("", "</details>")


def _cut(text: str, cut: _Cut) -> str:
    return shortened(text, cut.longest)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
