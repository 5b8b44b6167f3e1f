"""The review as a comment on a pull request, in GitHub's Markdown.

https://docs.github.com/en/get-started/writing-on-github
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar

from privatelink.review.change import Change
from privatelink.review.drawing import draw, state_of
from privatelink.review.findings import Finding, Review, verdict
from privatelink.review.plan import Plan
from privatelink.review.reachability import Path
from privatelink.review.shapes import printable

LIMIT = 65_536
"""GitHub's limit for a comment, in characters; the bytes counted here are never fewer."""
MARKER = "<!-- privatelink-review -->"
"""Marks the comment, so that a later run finds and updates it."""
# Tried in turn until the comment fits: the rows of each table, and the number of stacks.
_CUTS = ((10_000, 500), (300, 100), (100, 50), (30, 30), (10, 20), (3, 10), (1, 3), (0, 0))
T = TypeVar("T")
_HEADINGS = {"blocking": "Blocking", "warning": "Warnings", "note": "Notes"}


def as_markdown(found: Review, limit: int = LIMIT) -> str:
    """Return the comment.

    Arguments:
        found: the review.
        limit: the maximum size in bytes; rows beyond it are left out and counted.
    """
    drawing = draw(found.worlds)
    for rows, stacks in _CUTS:
        lines = _fitting(_lines(found, drawing, rows, stacks), limit)
        if lines is not None:
            break
    return "\n".join(lines or _lines(found, drawing, *_CUTS[-1]))


def _fitting(lines: Iterable[str], limit: int) -> list[str] | None:
    """The lines, or None as soon as they are too long."""
    taken: list[str] = []
    left = limit + 1  # the last line has no line break
    for line in lines:
        left -= len(line.encode()) + 1
        if left < 0:
            return None
        taken.append(line)
    return taken


def _lines(found: Review, drawing: str, rows: int, stacks: int) -> Iterator[str]:
    yield f"**{verdict(found)}**"
    for plan in found.plans[:stacks]:
        for note in plan.notes:
            yield from ("", f"> {code(plan.stack)}: {note}")
    for severity, group in groupby(found.open, key=lambda finding: finding.severity):
        yield from ("", f"### {_HEADINGS[severity]}")
        for _, same in groupby(group, key=lambda finding: finding.rule):
            yield from _rule([*same], rows)
    yield from _paths(found, rows)
    yield from _accepted(found, rows)
    changing = [plan for plan in found.plans if any(change.changes for change in plan.changes) or plan.drift]
    if changing:
        yield from ("", "### What changes")
        for plan in changing[:stacks]:
            yield from _stack(plan, rows)
        yield from _more(len(changing) - stacks, "stacks")
    if rows and drawing:
        yield from ("", *_folded("Drawing", ["```mermaid", drawing, "```"]))
    yield from ("", MARKER, "")


def _rule(findings: Sequence[Finding], rows: int) -> Iterator[str]:
    rule = findings[0].rule
    yield from ("", f"#### {_capital(rule.title)} (`{rule.id}`)", "")
    yield f"{_capital(rule.consequence)}. **Instead:** {rule.instead}. [Documentation]({rule.page})"
    because = any(finding.because or finding.expired for finding in findings)

    def row(finding: Finding) -> list[str]:
        return [
            f"{code(finding.change.address)} in {code(finding.change.stack)}",
            code(finding.attribute),
            f"{code(finding.before)} → {code(finding.after)}",
            *([_here(finding)] if because else []),
        ]

    heading = ["resource", "attribute", "before → after", *(["details"] if because else [])]
    yield from _table(heading, findings, row, rows)


def _here(finding: Finding) -> str:
    expired = f"accepted until {finding.expired.until}: {finding.expired.reason}" if finding.expired else ""
    return "; ".join(filter(None, (cell(finding.because), cell(expired))))


def _paths(found: Review, rows: int) -> Iterator[str]:
    # Paths that break are findings.
    changed = [path for path in found.paths if path.changed and not path.lost]
    if not changed:
        return
    yield from (
        "",
        "### Other paths that change",
        "",
        f"{len(changed)} of {len(found.paths)} paths from a consumer's clients to a target.",
    )

    def row(path: Path) -> list[str]:
        way = path.after or path.before
        return [
            f"{code(path.thing.address)} in {code(path.thing.change.stack)}",
            path.name,
            f"{path.state('before')} → {path.state('after')}",
            cell(way.why if way else ""),
        ]

    yield from _table(["endpoint", "port", "before → after", "hop"], changed, row, rows)


def _accepted(found: Review, rows: int) -> Iterator[str]:
    if found.accepted:
        table = _table(["rule", "resource", "until", "reason"], found.accepted, _acceptance, rows)
        yield from ("", *_folded(f"Accepted: {len(found.accepted)}", table))
    if found.unused:
        table = _table(
            ["rule", "address", "until"],
            found.unused,
            lambda each: [code(each.rule), code(each.address), str(each.until)],
            rows,
        )
        yield from ("", *_folded(f"Acceptances without a finding, or expired: {len(found.unused)}", table))


def _acceptance(finding: Finding) -> list[str]:
    accepted = finding.accepted
    return [
        code(finding.rule.id),
        code(finding.change.address),
        *([str(accepted.until), cell(accepted.reason)] if accepted else ["", ""]),
    ]


def _stack(plan: Plan, rows: int) -> Iterator[str]:
    changing = [change for change in plan.changes if change.changes]
    counts = Counter(state_of(change) or "other" for change in changing)
    summary = ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "nothing"
    drift = f"; {len(plan.drift)} changed outside Terraform" if plan.drift else ""
    table = [*_table(["", "resource", "attributes"], changing, _change, rows)]
    if plan.drift:
        table = [*table, *_table(["changed outside Terraform"], plan.drift, lambda each: [code(each)], rows)]
    yield from ("", *_folded(f"{plan.stack}: {summary}{drift}", table))


def _change(change: Change) -> list[str]:
    return [
        state_of(change) or "/".join(change.actions),
        code(change.address),
        " ".join(code(name) for name in _attributes(change.replaced_by, change.differing())),
    ]


def _attributes(first: Iterable[str], others: Iterable[str]) -> list[str]:
    """The first few names, those that force a replacement first."""
    names = list(dict.fromkeys([*first, *others]))
    return names[:6]


def _folded(summary: str, lines: Iterable[str]) -> list[str]:
    # GitHub needs the empty lines to render Markdown inside HTML.
    return ["<details>", f"<summary>{html.escape(summary)}</summary>", "", *lines, "", "</details>"]


def _table(
    heading: Sequence[str], things: Sequence[T], row: Callable[[T], Sequence[str]], most: int
) -> Iterator[str]:
    """A table of the first rows, and the number of the others."""
    if things and most:
        yield from ("", f"| {' | '.join(heading)} |", f"|{'---|' * len(heading)}")
        yield from (f"| {' | '.join(row(thing))} |" for thing in things[:most])
    yield from _more(len(things) - most, "rows")


def _more(number: int, what: str) -> list[str]:
    return ["", f"… and {number} more {what}."] if number > 0 else []


def code(text: str) -> str:
    """Return text as Markdown code, also in a table: its fence has more backticks than the text."""
    if not text:
        return ""
    flat = printable(text)
    longest = max(map(len, re.findall("`+", flat)), default=0)
    fence = "`" * (longest + 1)
    space = " " if longest or flat != flat.strip() else ""
    return f"{fence}{space}{flat}{space}{fence}".replace("|", "\\|")


def cell(text: str) -> str:
    """Return text for a table cell, with Markdown escaped."""
    flat = html.escape(printable(text), quote=False)
    return re.sub(r"([\\`*_\[\]|~@#])", r"\\\1", flat)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
