"""The review as a comment on a pull request, in GitHub's Markdown.

https://docs.github.com/en/get-started/writing-on-github
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, islice
from typing import TypeVar

from privatelink.comments import LIMIT, fitting
from privatelink.escapes import cell, code, inert, longest_fence, printable
from privatelink.review.causes import Cause, as_before, causes, reasons
from privatelink.review.change import Change
from privatelink.review.drawing import draw, state_of
from privatelink.review.findings import Finding, Review, verdict
from privatelink.review.plan import Plan
from privatelink.review.reachability import Path
from privatelink.review.rule import Severity
from privatelink.review.rules.paths import RULES as PATHS

MARKER = "<!-- privatelink-review -->"
"""Marks the comment, so that a later run finds and updates it."""
# Tried in turn until the comment fits: the rows of each table, and the number of stacks.
_CUTS = ((10_000, 500), (300, 100), (100, 50), (30, 30), (10, 20), (3, 10), (1, 3), (0, 0))
T = TypeVar("T")
_HEADINGS = {"blocking": "Blocking", "warning": "Warnings", "note": "Notes"}
_AT_ONCE = 3  # findings or paths in a sentence; a table has all of them
_MOST_REASONS = 30  # findings of one cause, of which those that differ are told at once


def as_markdown(found: Review, limit: int = LIMIT) -> str:
    """Return the comment.

    Arguments:
        found: the review.
        limit: the maximum size in bytes; rows beyond it are left out and counted.
    """
    comment = _Comment(
        found,
        {severity: [*group] for severity, group in groupby(causes(found), lambda each: each.severity)},
        [(plan, changing) for plan in found.plans if (changing := _changing(plan)) or plan.drift],
        draw(found.worlds),
    )
    for rows, stacks in _CUTS:
        lines = fitting(_lines(comment, rows, stacks), limit)
        if lines is not None:
            break
    return "\n".join(lines or _lines(comment, *_CUTS[-1]))


@dataclass(frozen=True)
class _Comment:
    """What a comment shows: worked out once, and cut until it fits."""

    found: Review
    causes: Mapping[Severity, Sequence[Cause]]
    changing: Sequence[tuple[Plan, Sequence[Change]]]
    drawing: str


def _changing(plan: Plan) -> list[Change]:
    return [change for change in plan.changes if change.changes]


def _lines(comment: _Comment, rows: int, stacks: int) -> Iterator[str]:
    found = comment.found
    yield f"**{verdict(found)}**"
    several = len(found.plans) > 1
    for plan in found.plans[:stacks]:
        for note in plan.notes:
            yield from ("", f"> {code(plan.stack)}: {cell(note)}")
    if found.lowered:
        yield from ("", _lowered(found))
    for severity, group in comment.causes.items():
        blocks = chain.from_iterable(_cause(cause, rows, several=several) for cause in group)
        # What blocks is decided on first.
        if severity == "note" or (severity == "warning" and "blocking" in comment.causes):
            yield from ("", *_folded(f"{_HEADINGS[severity]}: {len(group)}", blocks))
        else:
            yield from blocks
    yield from _undetermined(found, rows, several=several)
    if found.paths:
        yield from ("", f"Paths after the apply: {_states(found)}.")
    if found.outside:
        yield from ("", f"Outside these plans: {cell(found.hide('; '.join(found.outside)))}.")
    yield from _paths(found, rows, several=several)
    yield from _accepted(found, rows)
    for plan, changing in comment.changing[:stacks]:
        yield from _stack(plan, changing, rows, several=several)
    yield from _more(len(comment.changing) - stacks, "stacks")
    if rows and comment.drawing:
        yield from ("", *_folded("Drawing", ["```mermaid", comment.drawing, "```"]))
    yield from ("", MARKER, "")


def _lowered(found: Review) -> str:
    """The severities that the policy lowered, which comes with the pull request."""
    by_rule = Counter((each.rule.id, each.lowered_from, each.severity) for each in found.lowered)
    listed = (f"`{rule}` {before} → {after} ({number})" for (rule, before, after), number in by_rule.items())
    return f"> Severity lowered by the policy: {', '.join(listed)}"


def _cause(cause: Cause, rows: int, *, several: bool) -> Iterator[str]:
    rule, changes = cause.rule, cause.changes
    place = _place(changes[0], several=several) if len(changes) == 1 else f"{len(changes)} resources"
    severity = "" if cause.severity == "blocking" else f"{_capital(cause.severity)}: "
    yield from ("", f"### {severity}{_capital(rule.title)}: {place}", "")
    yield f"- **Breaks:** {rule.consequence}"
    if cause.consumers and rows:
        clients = (
            f"clients of {_place(change, several=several)}, {cell(name)}" for change, name in cause.consumers
        )
        yield f"- **For:** {_some(clients, len(cause.consumers))}"
    because = (_because(finding, named=len(changes) > 1, several=several) for finding in cause.own)
    for reason in islice(dict.fromkeys(islice(because, _MOST_REASONS)), _AT_ONCE if rows else 0):
        yield f"- **Because:** {reason}"
    yield f"- **Instead:** {rule.instead} ([documentation]({rule.page}), rule `{rule.id}`)"
    yield from _code([finding.code for finding in cause.findings if finding.code][:rows])
    for other in cause.others:
        yield f"- **Also:** {other.title}: {other.consequence}. **Instead:** {other.instead}"
        yield f"  ([documentation]({other.page}), rule `{other.id}`)"
    if len(cause.findings) > 1:
        table = _table(
            ["resource", "attribute", "before → after", "details"],
            cause.findings,
            lambda finding: _row(finding, several=several),
            rows,
        )
        yield from ("", *_folded(f"{len(cause.findings)} findings", table))


def _code(blocks: Sequence[str]) -> Iterator[str]:
    """Terraform code to add, in a fence that the code does not have."""
    lines = [printable(line) for block in dict.fromkeys(blocks) for line in block.splitlines()]
    if lines:
        fence = "`" * max(3, longest_fence("".join(lines)) + 1)
        yield from ("- **Or**, if it only gets another address, add:", f"  {fence}hcl")
        yield from (f"  {line}" for line in lines)
        yield f"  {fence}"


def _some(texts: Iterable[str], number: int) -> str:
    """The first texts, and how many there are beyond them."""
    more = f"; and {number - _AT_ONCE} more" if number > _AT_ONCE else ""
    return "; ".join(islice(texts, _AT_ONCE)) + more


def _because(finding: Finding, *, named: bool, several: bool) -> str:
    """The difference that breaks the rule, and what is particular to it."""
    if finding.rule in PATHS:
        return _here(finding)
    resource = f"{_place(finding.change, several=several)} " if named else ""
    attribute = f"{code(finding.attribute)}: " if finding.attribute else ""
    here = _here(finding)
    return f"{resource}{attribute}{_difference(finding)}{f' ({here})' if here else ''}"


def _row(finding: Finding, *, several: bool) -> list[str]:
    place = _place(finding.change, several=several)
    return [place, code(finding.attribute), _difference(finding), _here(finding)]


def _difference(finding: Finding) -> str:
    if finding.attribute:
        return f"{code(finding.before)} → {code(finding.after)}"
    return state_of(finding.change) or f"{cell(finding.before)} → {cell(finding.after)}"


def _place(change: Change, *, several: bool) -> str:
    """The address of a resource; with the stack only if there are several."""
    return f"{code(change.address)} in {code(change.stack)}" if several else code(change.address)


def _here(finding: Finding) -> str:
    expired = f"accepted until {finding.expired.until}: {finding.expired.reason}" if finding.expired else ""
    return "; ".join(filter(None, (cell(finding.because), cell(expired))))


def _undetermined(found: Review, rows: int, *, several: bool) -> Iterator[str]:
    if not found.undetermined:
        return
    yield from ("", "### The plans do not show whether these paths are open", "")
    for why, group in islice(reasons(found).items(), rows):
        places = (f"{_place(path.thing.change, several=several)}, {cell(path.name)}" for path in group)
        same = " (as before these plans)" if all(map(as_before, group)) else ""
        yield f"- **{cell(why)}**{same}: {_some(places, len(group))}"
    yield from _more(len(reasons(found)) - rows, "reasons")


def _states(found: Review) -> str:
    counts = Counter(path.state("after") for path in found.paths)
    return ", ".join(f"{number} {state}" for state, number in counts.most_common())


def _paths(found: Review, rows: int, *, several: bool) -> Iterator[str]:
    """Every path that changes: a broken one is shown here with its hop as well."""
    changed = [path for path in found.paths if path.changed]
    if not changed:
        return

    def row(path: Path) -> list[str]:
        way = path.after or path.before
        return [
            _place(path.thing.change, several=several),
            cell(path.name),
            f"{path.state('before')} → {path.state('after')}",
            cell(found.hide(way.why) if way else ""),
        ]

    table = _table(["clients of", "path", "before → after", "hop"], changed, row, rows)
    yield from ("", *_folded(f"Paths that change: {len(changed)} of {len(found.paths)}", table))


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


def _stack(plan: Plan, changing: Sequence[Change], rows: int, *, several: bool) -> Iterator[str]:
    counts = Counter(state_of(change) or "other" for change in changing)
    summary = ", ".join(f"{number} {state}" for state, number in sorted(counts.items())) or "nothing"
    drift = f"; {len(plan.drift)} changed outside Terraform" if plan.drift else ""
    tables = chain(
        _table(["", "resource", "attributes"], changing, _change, rows),
        _table(["changed outside Terraform"], plan.drift, lambda each: [code(each)], rows),
    )
    name = f"What changes in {plan.stack}" if several else "What changes"
    yield from ("", *_folded(f"{name}: {summary}{drift}", tables))


def _change(change: Change) -> list[str]:
    return [
        state_of(change) or cell("/".join(change.actions)),
        code(change.address),
        " ".join(code(name) for name in _attributes(change.replaced_by, change.differing())),
    ]


def _attributes(first: Iterable[str], others: Iterable[str]) -> list[str]:
    """The first few names, those that force a replacement first."""
    names = list(dict.fromkeys([*first, *others]))
    return names[:6]


def _folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("<details>", f"<summary>{inert(printable(summary))}</summary>", "")
    # GitHub needs the empty line to render Markdown inside HTML; a table begins with one of its own.
    own = iter(lines)
    if first := next(own, ""):
        yield first
    yield from own
    yield from ("", "</details>")


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


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
