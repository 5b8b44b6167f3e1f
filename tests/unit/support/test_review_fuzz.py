"""A few of the mutated plans and policies that `make fuzz` tries in thousands."""

from tests.support import review_fuzz
from tests.support.review_fuzz import tried


def test_mutated_plans_and_policies_are_reviewed_or_refused():
    counts, failures = tried(range(100))

    assert [failure.reason for failure in failures] == []
    assert counts["refused"] > 10
    assert counts["blocked"] > 10


def test_a_case_that_fails_is_kept_with_its_files(monkeypatch):
    def fail(*_):
        raise RuntimeError("no review")

    monkeypatch.setattr(review_fuzz, "review", fail)
    counts, failures = tried(range(20))

    assert failures[0].plan
    assert {"no review" in failure.reason for failure in failures} == {True}
    assert counts.keys() == {"refused"}


def test_a_review_that_takes_too_long_fails(monkeypatch):
    monkeypatch.setattr(review_fuzz, "MOST_SECONDS", 0.0)

    _, failures = tried(range(1))
    assert "seconds for one review" in failures[0].reason
