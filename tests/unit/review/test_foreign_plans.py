"""Plans that were not written for the review: dangerous changes, and what only looks like one."""

import pytest

from tests.support.foreign_plans import answer, cases, document
from tests.support.plan_facts import as_plan, reviewed

FITTING = {"pass": ("pass",), "warn": ("warn",), "block": ("block",), "warn+": ("warn", "block")}


@pytest.mark.parametrize("name", cases())
def test_the_review_answers_as_a_reviewer_would(name):
    case = cases()[name]
    found = reviewed(as_plan(document(case)))

    assert answer(found) in FITTING[case["expect"]], case["why"]


@pytest.mark.parametrize("base", ["vendor", "proxy", "scaled", "consumer", "application"])
def test_nothing_is_found_where_nothing_changes(base):
    found = reviewed(as_plan(document({"base": base, "edits": {}})))

    assert found.findings == []
    assert all(path.before and path.after and path.before.why == path.after.why for path in found.paths)


def test_both_answers_are_asked_for():
    expected = [case["expect"] for case in cases().values()]

    assert expected.count("pass") > 90
    assert expected.count("block") > 90
