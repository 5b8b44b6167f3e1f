"""Accepted findings: by rule and address, with a reason, until a day."""

from datetime import date

import pytest

from privatelink.review.findings import review
from privatelink.review.policy import Policy, PolicyError, read_policy
from privatelink.review.render_markdown import as_markdown
from tests.support.plan_facts import committed

A = "rule: path-broken, address: a"
TODAY = date(2026, 6, 15)
ACCEPTED = {"rule": "listener-destroyed", "address": "aws_lb_listener.https*", "reason": "no client left"}
PATH = {"rule": "path-broken", "address": "*", "reason": "no client left", "until": "2026-12-31"}


def reviewed_with(*accepted, **severity):
    policy = Policy.model_validate({"accepted": accepted, "severity": severity})
    return review([committed("listener-destroyed")], policy, TODAY)


@pytest.mark.parametrize(("until", "exit_code"), [("2026-06-14", 1), ("2026-06-15", 0), ("2027-01-01", 0)])
def test_an_acceptance_counts_until_its_day_and_then_no_longer(until, exit_code):
    found = reviewed_with(ACCEPTED | {"until": until}, PATH)

    assert found.exit_code == exit_code
    text = as_markdown(found)
    assert "no client left" in text
    assert (f"accepted until {until}" in text) == bool(exit_code)


@pytest.mark.parametrize(
    ("other", "holds"),
    [
        ({"address": "aws_lb_listener.https[0]"}, True),
        ({"address": "*listener*"}, True),
        ({"address": "aws_lb_listener.http"}, False),
        ({"rule": "listener-changed"}, False),
        ({"stack": "listener-destroyed"}, True),
        ({"stack": "another"}, False),
    ],
)
def test_an_acceptance_is_for_its_rule_address_and_stack_alone(other, holds):
    found = reviewed_with(ACCEPTED | {"until": "2027-01-01"} | other)

    assert ("listener-destroyed" in {each.rule.id for each in found.accepted}) == holds
    assert len(found.unused) == (0 if holds else 1)


def test_severity_can_be_lowered_and_raised():
    lowered = reviewed_with(**{"listener-destroyed": "note", "path-broken": "warning"})
    raised = review(
        [committed("principal-removed")],
        Policy.model_validate({"severity": {"principal-removed": "blocking"}}),
    )

    assert ([each.severity for each in lowered.findings], lowered.exit_code) == (["warning", "note"], 0)
    assert raised.exit_code == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("accepted: [{rule: listener-gone}]", 'accepted[0].rule: no such rule: "listener-gone"; did'),
        ("accepted: [{rule: path-broken}]", "accepted[0].address: missing; an acceptance needs"),
        (f"accepted: [{{{A}, reason: '', until: 2026-01-01}}]", "accepted[0].reason: empty"),
        (f"accepted: [{{{A}, reason: b, until: soon}}]", 'accepted[0].until: no day: "soon"'),
        ("accept: []", "accept: no such field"),
        ("severity: {path-broken: fatal}", 'severity.path-broken: no such severity: "fatal"'),
        ("severity: {nothing: note}", 'severity: no such rule: "nothing"'),
        ("- a", "file: "),
        ("a: [", "is not YAML"),
        ("\x00", "is not YAML"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_told_with_the_place(text, said, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(text)

    with pytest.raises(PolicyError) as error:
        read_policy(path)

    assert str(error.value).startswith(f"{path}: {said}"), error.value


def test_an_empty_policy_accepts_nothing(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("# nothing yet\n")

    assert read_policy(path) == Policy()
