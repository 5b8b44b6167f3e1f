"""Repeated checks: when they are made, and what is told of a change."""

from dataclasses import replace
from datetime import timedelta

import pytest

from privatelink.verify.check import compared, not_checked
from privatelink.verify.report import Finding, Report
from privatelink.verify.watch import watch
from tests.support.hostile_text import check_console
from tests.support.verify_reports import AT, HOSTILE

HOLDING = compared("targets", "", "2 targets", "2 targets", True, "targets")
FAILING = compared("targets", "", "2 targets", "1 target", False, "targets", "register one")
OTHER = compared("targets", "", "2 targets", "no target", False, "targets", "register one")
UNSEEN = not_checked("targets", "", "2 targets", "no provider", "targets")
NAMES = compared("names", "W10", "an address", "10.20.0.4", True, "dns")


class FakeClock:
    """A time that passes only while someone waits or works."""

    def __init__(self):
        self.now, self.slept = 100.0, []

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def watched(*rounds, seconds=10, works=0.0, **arguments):
    """Watch these rounds, each a second of the report's time apart; what was said, and the clock."""
    clock, said, reports = FakeClock(), [], []

    def verify():
        clock.now += works
        number = len(reports)
        found = rounds[number]
        made = found if isinstance(found, Report) else Report(AT, [Finding("client", found)])
        return replace(made, at=AT + timedelta(seconds=number))

    last = watch(
        verify,
        seconds,
        said.append,
        duration=(len(rounds) - 1) * max(seconds, works),
        on_report=reports.append,
        clock=clock,
        **arguments,
    )
    assert len(reports) == len(rounds)
    assert last is reports[-1]
    return said, clock


def test_first_the_state_of_each_path_then_only_changes():
    said, _ = watched(
        [HOLDING, NAMES], [HOLDING, NAMES], [FAILING, NAMES], [FAILING, NAMES], [HOLDING, NAMES]
    )

    assert said == [
        "2026-05-04T03:02:01Z client: works: 2 passed",
        "2026-05-04T03:02:03Z client targets: holds → fails (1 target); likely cause and fix: register one",
        "2026-05-04T03:02:05Z client targets: fails (1 target) → holds",
    ]


def test_a_path_that_is_broken_at_first_has_its_cause():
    said, _ = watched([FAILING])

    assert said == [
        "2026-05-04T03:02:01Z client: broken at targets: 0 passed, 1 failed; "
        "likely cause and fix: register one"
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (FAILING, OTHER, "fails (1 target) → fails (no target); likely cause and fix: register one"),
        (UNSEEN, HOLDING, "not checked (no provider) → holds"),
        (HOLDING, UNSEEN, "holds → not checked (no provider)"),
        (HOLDING, replace(HOLDING, observed="3 targets"), None),
        (FAILING, replace(FAILING, cause="another"), None),
    ],
)
def test_a_change_is_another_outcome_or_another_failure(before, after, told):
    said, _ = watched([before], [after])

    assert said[1:] == ([f"2026-05-04T03:02:02Z client targets: {told}"] if told else [])


def test_checks_and_consumers_come_and_go():
    more = Report(AT, [Finding("client", [HOLDING]), Finding("other", [NAMES])])
    said, _ = watched([HOLDING, NAMES], [HOLDING], more, [HOLDING])

    assert [line.partition(" ")[2] for line in said[1:]] == [
        "client names: holds → absent",
        "other path: absent → checked",
        "other names: absent → holds",
        "other path: checked → absent",
        "other names: holds → absent",
    ]


@pytest.mark.parametrize(
    ("unknown", "who"),
    [
        (Report(AT, [Finding("client", error="the probe is stopped")]), "client"),
        (Report(AT, error="the probe is stopped"), "all consumers"),
    ],
    ids=["one", "all"],
)
def test_what_could_not_be_checked_for_a_while_keeps_its_state(unknown, who):
    said, _ = watched([HOLDING, NAMES], unknown, unknown, [FAILING, NAMES])

    assert sorted(line.partition(" ")[2] for line in said[1:]) == sorted(
        [
            f"{who} path: checked → could not be checked (the probe is stopped)",
            f"{who} path: could not be checked (the probe is stopped) → checked",
            "client targets: holds → fails (1 target); likely cause and fix: register one",
        ]
    )


def test_it_ends_if_nothing_can_be_checked_at_first():
    said, clock = watched(Report(AT, error="no generated Terraform"))

    assert (said, clock.slept) == ([], [])


def test_checks_start_at_regular_times_and_never_overlap():
    _, quick = watched([HOLDING], [HOLDING], [HOLDING], seconds=10, works=4)
    _, slow = watched([HOLDING], [HOLDING], [HOLDING], seconds=10, works=25)

    assert quick.slept == [6, 6]
    assert slow.slept == [0, 0]


def test_it_ends_before_a_round_that_would_start_too_late():
    clock, reports = FakeClock(), []
    watch(
        lambda: Report(AT, [Finding("client", [HOLDING])]),
        10,
        lambda _: None,
        duration=25,
        on_report=reports.append,
        clock=clock,
    )

    assert (len(reports), clock.now) == (3, 120)


def test_an_interrupt_is_passed_on():
    class Interrupted(FakeClock):
        def sleep(self, seconds):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        watch(lambda: Report(AT, [Finding("client", [HOLDING])]), 10, lambda _: None, clock=Interrupted())


def test_no_text_of_a_server_is_more_than_text():
    hostile = replace(HOSTILE, error="")
    said, _ = watched([HOLDING], hostile, HOSTILE, [HOLDING])
    first, _ = watched(hostile)

    assert len(said) > 5
    for line in (*said, *first):
        assert "\n" not in line
        check_console(line)
        assert len(line) < 5000
