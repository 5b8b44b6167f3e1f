"""Repeats the checks during a rollout, and tells what changes from one time to the next."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from privatelink.escapes import console_line
from privatelink.verify.check import Check
from privatelink.verify.report import CAUSE, Finding, Report, shortened

PATH = "path"
"""Stands for all checks of a consumer in a line."""
EVERYONE = "all consumers"
ABSENT = "absent"
_OBSERVED = 200
"""Maximum number of characters of what was observed, in a line."""


class Clock(Protocol):
    """What the watch needs of the module `time`."""

    def monotonic(self) -> float:
        """Return a time in seconds that never goes back."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""


@dataclass(frozen=True)
class State:
    """The state of a check as a line shows it; `cause` is told, but its change alone is none."""

    text: str
    cause: str = ""


States = Mapping[tuple[str, str], State]
"""The last known state of each check, by consumer and check."""


def watch(
    verify: Callable[[], Report],
    seconds: float,
    say: Callable[[str], None],
    *,
    duration: float | None = None,
    on_report: Callable[[Report], None] = lambda _: None,
    clock: Clock = time,
) -> Report:
    """Repeat the checks until the time is over, and tell each change; return the last report.

    If the first time nothing can be checked, it ends: a wrong folder does not become right.

    Arguments:
        verify: makes the checks once.
        seconds: from the start of the checks to their next start; they never overlap.
        say: shows a line.
        duration: after so many seconds, no more checks start; None: they are repeated for ever.
        on_report: is called with each report.
        clock: measures the time, and waits.
    """
    begun = clock.monotonic()
    known: States = {}
    while True:
        started = clock.monotonic()
        report = verify()
        states = {**_kept(known, report), **_states(report)}
        lines = _changes(known, states) if known else _first(report)
        for line in lines:
            say(console_line(f"{_time(report.at)} {line}"))
        on_report(report)
        if report.error and not known:
            return report
        known = states
        pause = max(0.0, started + seconds - clock.monotonic())
        if duration is not None and clock.monotonic() + pause - begun > duration:
            return report
        clock.sleep(pause)


def _kept(known: States, report: Report) -> States:
    """Return the last known states of consumers that could not be checked this time."""
    unknown = {finding.consumer for finding in report.findings if finding.error}
    return {key: state for key, state in known.items() if report.error or key[0] in unknown}


def _states(report: Report) -> States:
    states: dict[tuple[str, str], State] = {}
    states[EVERYONE, PATH] = State(_checked(report.error))
    for finding in report.findings:
        states[finding.consumer, PATH] = State(_checked(finding.error))
        for check in finding.checks:
            states[finding.consumer, check.id] = _state(check)
    return states


def _checked(error: str) -> str:
    return f"could not be checked ({shortened(error, _OBSERVED)})" if error else "checked"


def _state(check: Check) -> State:
    if check.outcome == "holds":
        return State("holds")
    # What a failed check observes changes during a rollout: a target is `initial`, then `unhealthy`.
    return State(f"{check.outcome} ({shortened(check.observed, _OBSERVED)})", check.cause)


def _first(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield f"{finding.consumer}: {finding.headline}{_why(finding)}"


def _why(finding: Finding) -> str:
    if finding.error:
        return f" ({finding.error})"
    return f"; {CAUSE}: {finding.broken.cause}" if finding.broken else ""


def _changes(before: States, after: States) -> Iterator[str]:
    absent = State(ABSENT)
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key, absent), after.get(key, absent)
        if old.text != new.text:
            cause = f"; {CAUSE}: {new.cause}" if new.cause else ""
            yield f"{key[0]} {key[1]}: {old.text} → {new.text}{cause}"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
