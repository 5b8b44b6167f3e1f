"""The review: the findings of all rules, with the policy applied."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from privatelink.review.catalogue import RULES
from privatelink.review.change import Change, Side
from privatelink.review.live import Live
from privatelink.review.outside import outside
from privatelink.review.plan import Plan
from privatelink.review.reachability import Path, paths
from privatelink.review.renames import moved_block
from privatelink.review.rule import SEVERITIES, Hit, Rule, Severity
from privatelink.review.secrets import Redaction
from privatelink.review.world import Worlds

if TYPE_CHECKING:
    from privatelink.review.policy import Acceptance, Policy

NOTHING_BLOCKING, BLOCKING, BAD_INPUT = 0, 1, 2
Verdict = Literal["blocked", "not determined", "open", "no PrivateLink"]
"""`open`: each path was followed to its targets, and the plans close none."""


@dataclass(frozen=True)
class Finding:
    """One finding.

    Arguments:
        severity: the severity after the policy is applied.
        lowered_from: the severity that the policy lowered; None if it did not.
        accepted: the acceptance that applies to it.
        expired: an acceptance that applied to it and has expired.
        code: Terraform code to add: a `moved` block, if the resource only gets another address.
    """

    rule: Rule
    change: Change
    severity: Severity
    attribute: str
    before: str
    after: str
    because: str = ""
    accepted: "Acceptance | None" = None
    expired: "Acceptance | None" = None
    lowered_from: Severity | None = None
    code: str = ""

    @property
    def consequence(self) -> str:
        """The effect on consumers, with details of this case."""
        return f"{self.rule.consequence} ({self.because})" if self.because else self.rule.consequence

    @property
    def blocks(self) -> bool:
        """Whether it blocks the apply."""
        return self.severity == "blocking" and self.accepted is None


@dataclass(frozen=True)
class Review:
    """The result of a review."""

    plans: Sequence[Plan]
    worlds: Worlds
    findings: Sequence[Finding]
    paths: Sequence[Path]
    unused: "Sequence[Acceptance]"
    """Acceptances that have expired or match no finding."""
    strict: bool = False
    """Whether `not determined` blocks as well."""
    hide: Redaction = field(default_factory=Redaction)
    """Takes the sensitive values out of a text."""

    @property
    def verdict(self) -> Verdict:
        """The result in one word for machines; `verdict()` has the line for people."""
        if any(finding.blocks for finding in self.findings):
            return "blocked"
        if self.undetermined or self.unfinished:
            return "not determined"
        return "open" if self.paths or self.outside or self.findings else "no PrivateLink"

    @cached_property
    def undetermined(self) -> Sequence[Path]:
        """The paths of which the plans do not show whether they are open after the apply."""
        return [path for path in self.paths if path.state("after") == "unknown"]

    @property
    def unfinished(self) -> Sequence[Plan]:
        """The plans in which Terraform did not plan all changes."""
        return [plan for plan in self.plans if plan.unfinished]

    @cached_property
    def outside(self) -> Sequence[str]:
        """What lies outside the plans, so that no verdict covers it; each one a short line."""
        return outside(self.worlds.after)

    @property
    def open(self) -> list[Finding]:
        """The findings that are not accepted, the highest severity first."""
        return [finding for finding in self.findings if finding.accepted is None]

    @property
    def lowered(self) -> list[Finding]:
        """The findings whose severity the policy lowered."""
        return [finding for finding in self.findings if finding.lowered_from is not None]

    @property
    def accepted(self) -> list[Finding]:
        """The findings that are accepted."""
        return [finding for finding in self.findings if finding.accepted is not None]

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        blocking = ("blocked", "not determined") if self.strict else ("blocked",)
        return BLOCKING if self.verdict in blocking else NOTHING_BLOCKING


def review(
    plans: Sequence[Plan],
    policy: "Policy | None" = None,
    today: date | None = None,
    *,
    strict: bool = False,
    live: Live | None = None,
) -> Review:
    """Review plans that are applied together.

    Arguments:
        plans: the plans.
        policy: accepted findings and changed severities.
        today: the day on which acceptances expire; default: the current day.
        strict: block also where the plans do not show whether a path is open.
        live: what AWS says about the services now.
    """
    worlds = Worlds(plans)
    accepted, severity = (policy.accepted, policy.severity) if policy else ((), {})
    today = today or date.today()
    hide = Redaction(secret for plan in plans for secret in plan.secrets)
    live = live or Live()
    hits = [(rule, live.applied(worlds, rule, hit)) for rule in RULES for hit in rule.find(worlds)]
    every = [
        replace(
            _finding(rule, hit, accepted, severity, today, hide), code=hide(moved_block(worlds, hit.change))
        )
        for rule, hit in hits
    ]
    blocking = {
        id(finding.change)
        for finding, (_, hit) in zip(every, hits, strict=True)
        if finding.severity == "blocking" and not hit.implied_by
    }
    found = [
        finding
        for finding, (_, hit) in zip(every, hits, strict=True)
        if not any(id(change) in blocking for change in hit.implied_by)
    ]
    found.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    used = {id(finding.accepted) for finding in every}
    unused = [each for each in accepted if id(each) not in used]
    return Review(plans, worlds, found, paths(worlds), unused, strict, hide)


def verdict(found: Review) -> str:
    """Return the first line of every report."""
    counts = {severity: _count(found.open, severity) for severity in SEVERITIES}
    of = ", ".join(f"{number} {severity}" for severity, number in counts.items() if number)
    plans = f"{len(found.plans)} plan{'s' if len(found.plans) != 1 else ''}"
    accepted = f"; {len(found.accepted)} accepted" if found.accepted else ""
    lowered = f"; severity of {len(found.lowered)} lowered by the policy" if found.lowered else ""
    match found.verdict:
        case "blocked":
            said = f"Do not apply: {of} in {plans}"
        case "not determined":
            paths = f"{len(found.undetermined)} of {len(found.paths)} paths" if found.undetermined else ""
            planning = "planning that did not finish" if found.unfinished else ""
            said = f"Not determined: {', '.join(filter(None, (paths, planning, of)))} in {plans}"
        case "open" if found.open:
            said = f"Nothing blocking: {of} in {plans}"
        case "open":
            said = f"No finding in {plans}"
        case "no PrivateLink":
            said = f"No PrivateLink in {plans}"
    return f"{said}{accepted}{lowered}"


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity == severity for finding in findings)


def _finding(
    rule: Rule,
    hit: Hit,
    acceptances: "Sequence[Acceptance]",
    severity: Mapping[str, Severity],
    today: date,
    hide: Redaction,
) -> Finding:
    change = hit.change
    own = hit.severity or rule.severity
    given = severity.get(rule.id, own)
    speaking = [each for each in acceptances if each.covers(rule.id, change.address, change.stack)]
    accepted = next((each for each in speaking if each.holds(today)), None)
    return Finding(
        rule,
        change,
        given,
        hit.attribute,
        hide(hit.before if hit.before is not None else _value(hit, "before")),
        hide(hit.after if hit.after is not None else _value(hit, "after")),
        hide(hit.because),
        accepted,
        None if accepted or not speaking else speaking[0],
        own if SEVERITIES.index(given) > SEVERITIES.index(own) else None,
    )


def _value(hit: Hit, side: Side) -> str:
    if not hit.attribute:
        return "exists" if hit.change.exists(side) else "(none)"
    return hit.change.shown(side, hit.attribute)
