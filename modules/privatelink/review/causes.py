"""Findings joined by their root cause: the reader decides on a change, not on each of its consequences."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from privatelink.review.change import Change
from privatelink.review.findings import Finding, Review
from privatelink.review.reachability import Path
from privatelink.review.rule import SEVERITIES, Rule, Severity
from privatelink.review.rules.paths import RULES as PATHS


@dataclass(frozen=True)
class Cause:
    """The findings of one resource that changes, or of several that break the same rules.

    Arguments:
        changes: the resources that change.
        findings: the findings, the highest severity first.
        paths: the paths that they close, or whose state they hide.
    """

    changes: Sequence[Change]
    findings: Sequence[Finding]
    paths: Sequence[Path]

    @property
    def rule(self) -> Rule:
        """The rule under whose title the findings are shown."""
        return self.findings[0].rule

    @property
    def severity(self) -> Severity:
        """The highest severity of the findings."""
        return self.findings[0].severity

    @cached_property
    def own(self) -> Sequence[Finding]:
        """The findings on the resources themselves; those on paths if there are no others."""
        return [each for each in self.findings if each.rule not in PATHS] or self.findings

    @cached_property
    def others(self) -> Sequence[Rule]:
        """The other rules that the resources break, each once."""
        return list(dict.fromkeys(each.rule for each in self.own if each.rule is not self.rule))

    @cached_property
    def consumers(self) -> Sequence[tuple[Change, str]]:
        """The resource that stands for each consumer, with a port and the zones in which it is closed."""
        zones: dict[tuple[Change, str], list[str]] = defaultdict(list)
        for path in self.paths:
            zones[path.thing.change, path.port_name] += [path.zone] if path.zone else []
        return [
            (change, f"{port} in {' and '.join(sorted(set(those)))}" if those else port)
            for (change, port), those in zones.items()
        ]


def causes(found: Review) -> list[Cause]:
    """Return the findings that are not accepted, joined by root cause, the highest severity first."""
    roots: dict[tuple[Change, str], Change] = {}
    closed: dict[Change, list[Path]] = defaultdict(list)
    known = {finding.change for finding in found.open if finding.rule not in PATHS}
    for path in found.paths:
        decided = path.after.deciding if path.after and path.lost else path.hidden
        if decided:
            root = _root(path, path.causes(decided), known)
            roots.setdefault((path.thing.change, path.port_name), root)
            closed[root].append(path)
    by_change: dict[Change, list[Finding]] = defaultdict(list)
    for finding in sorted(found.open, key=_weight):
        place = (finding.change, finding.attribute)
        by_change[roots.get(place, finding.change) if finding.rule in PATHS else finding.change].append(
            finding
        )
    joined: dict[tuple[Severity, tuple[Rule, ...]], list[Change]] = defaultdict(list)
    for change, group in by_change.items():
        joined[group[0].severity, tuple(dict.fromkeys(each.rule for each in group))].append(change)
    return [
        Cause(
            changes,
            [finding for change in changes for finding in by_change[change]],
            [path for change in changes for path in closed[change]],
        )
        for changes in joined.values()
    ]


def reasons(found: Review) -> Mapping[str, Sequence[Path]]:
    """Return the paths that are not determined, by the reason that the plans leave open."""
    by_reason: dict[str, list[Path]] = defaultdict(list)
    for path in found.undetermined:
        if path.after:
            by_reason[found.hide(path.after.why)].append(path)
    return by_reason


def as_before(path: Path) -> bool:
    """Whether a path was unknown before the plans, for the same reason."""
    return path.before is not None and path.after is not None and path.before.why == path.after.why


def _root(path: Path, changing: Sequence[Change], known: set[Change]) -> Change:
    """The resource whose change closes a path: one with a finding of its own, if there is one."""
    return next((each for each in changing if each in known), next(iter(changing), path.thing.change))


def _weight(finding: Finding) -> tuple[int, bool]:
    # What happens to a path follows from a change; the rule for that change says more.
    return SEVERITIES.index(finding.severity), finding.rule in PATHS
