"""All checks, in parallel."""

import threading
import time

import pytest

from privatelink.doctor.examination import SECONDS, checks, examine
from privatelink.doctor.finding import Finding


def test_findings_are_in_the_order_of_the_checks() -> None:
    def slow() -> Finding:
        time.sleep(0.1)
        return Finding("slow", "ok", "")

    found = examine({"slow": slow, "quick": lambda: Finding("quick", "ok", "")})
    assert [each.name for each in found] == ["slow", "quick"]


def test_checks_run_at_once() -> None:
    both = threading.Barrier(2)

    def check() -> Finding:
        both.wait(5)
        return Finding("met", "ok", "")

    assert [each.state for each in examine({"one": check, "other": check}, 5)] == ["ok", "ok"]


def test_a_check_that_never_answers_is_a_warning() -> None:
    forever = threading.Event()

    def check() -> Finding:
        forever.wait()
        return Finding("x", "ok", "")

    found = examine({"stuck": check, "fine": lambda: Finding("fine", "ok", "")}, 0.05)
    forever.set()
    assert found == [Finding("stuck", "warning", "no answer within 0.05 s"), Finding("fine", "ok", "")]


def test_a_fault_of_ours_is_raised() -> None:
    def faulty() -> Finding:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        examine({"faulty": faulty})


def test_what_a_newcomer_needs_first_is_first() -> None:
    names = [*checks({"synth": ("jsii",)}, {"synth": ("synth",)})]
    assert names[0] == "Python"
    assert names[-1] == "AWS account"
    assert "extra: synth" in names
    assert SECONDS <= 3
