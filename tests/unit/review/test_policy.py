"""Accepted findings: by rule and address, with a reason, until a day."""

import time
from datetime import date
from pathlib import Path

import pytest

from privatelink.review import policy
from privatelink.review.findings import review
from privatelink.review.policy import (
    LARGEST_FILE,
    Acceptance,
    Policy,
    PolicyError,
    read_policy,
    read_policy_at,
)
from privatelink.review.render_markdown import as_markdown
from tests.support.plan_facts import committed

A = "rule: path-broken, address: a"
TODAY = date(2026, 6, 15)
ACCEPTED = {"rule": "listener-destroyed", "address": "aws_lb_listener.https*", "reason": "no client left"}
PATH = {"rule": "path-broken", "address": "*", "reason": "no client left", "until": "2026-12-31"}


def reviewed_with(*accepted, **severity):
    made = Policy.model_validate({"accepted": accepted, "severity": severity})
    return review([committed("listener-destroyed")], made, TODAY)


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
        ("accepted: [{rule: listener-gone}]", '1:19: accepted[0].rule: unknown rule: "listener-gone"; did'),
        ("accepted: [{rule: path-broken}]", "1:12: accepted[0].address: missing; an acceptance needs"),
        (f"accepted: [{{{A}, reason: '', until: 2026-01-01}}]", "1:52: accepted[0].reason: empty"),
        (f"accepted: [{{{A}, reason: b, until: soon}}]", '1:62: accepted[0].until: not a date: "soon"'),
        (f"accepted: [{{{A}, reason: b, until: 2026-02-31}}]", '1:62: accepted[0].until: not a date: "2026-'),
        (f"accepted: [{{{A}, reason: b, until: 20261231}}]", '1:62: accepted[0].until: not a date: "2026123'),
        (f"accepted: [{{{A}, reason: yes}}]", '1:52: accepted[0].reason: must be text; write it'),
        (f"accepted: [{{{A}, reason: }}]", "1:52: accepted[0].reason: no value; set one, or remove"),
        ("accepted: [{rule: [a]}]", "1:19: accepted[0].rule: must be text"),
        ("accepted:\n- a", "2:3: accepted[0]: must be a mapping"),
        ("accepted: {}", "1:11: accepted: must be a list"),
        ("accept: []", "1:9: accept: unknown field; allowed: accepted, severity"),
        (
            f"accepted: [{{{A}, reason: b, until: 2026-12-31, why: c}}]",
            "1:79: accepted[0].why: unknown field; allowed: rule, address, stack, reason, until",
        ),
        ("accepted: [{rule: path-broken, address: ''}]", "1:41: accepted[0].address: empty"),
        ("severity: {path-broken: fatal}", '1:25: severity.path-broken: unknown severity: "fatal"'),
        ("severity: {nothing: note}", '1:11: severity: unknown rule: "nothing"'),
        ("severity: [path-broken]", "1:11: severity: must be a mapping of rules to severities"),
        ("- a", "1:1: file: must be a mapping"),
        ("a: [", "2:1: not YAML"),
        ("\x00", "1:1: not YAML"),
        ("!!bool x", "1:1: YAML tag: !!bool"),
        ("a: &a [x]\nb: *a", "2:4: YAML alias: *a"),
        ("a: 1\na: 2", "2:1: duplicate key, first in line 1: a"),
        ("[" * 50, "1:21: more than 20 levels deep (allowed: at most 20 levels"),
    ],
)  # fmt: skip
def test_a_wrong_policy_is_told_with_the_place(text, said, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(text)

    with pytest.raises(PolicyError) as error:
        read_policy(path)

    assert str(error.value).startswith(f"{path}:{said}"), error.value


@pytest.mark.parametrize(
    ("until", "latest"),
    [("2027-06-16", None), ("2027-06-17", "2027-06-16"), ("9999-12-31", "2027-06-16"), ("2000-01-01", None)],
)
def test_an_acceptance_ends_within_a_year(until, latest, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(
        f"accepted:\n- {{{A}, reason: b, until: 2026-12-31}}\n- {{{A}, reason: b, until: {until}}}\n"
    )

    if latest is None:
        assert str(read_policy(path, TODAY).accepted[1].until) == until
        return
    with pytest.raises(PolicyError) as error:
        read_policy(path, TODAY)
    assert str(error.value) == (
        f'{path}:3:53: accepted[1].until: more than a year ahead: "{until}"; allowed today: '
        f"at most {latest}; renew the acceptance when it ends"
    )


def test_an_error_is_one_line_that_a_terminal_and_a_log_show_as_text(tmp_path):
    path = tmp_path / "::error::\x1b[2J.yaml"
    path.write_text('accepted: [{rule: "##[add-mask]\u202ex"}]')

    with pytest.raises(PolicyError) as error:
        read_policy(path)

    assert all(line.isprintable() for line in str(error.value).splitlines())
    assert "##[" not in str(error.value)


def test_a_policy_is_read_from_another_commit(tmp_path, monkeypatch):
    files = {"base": b"severity: {path-broken: note}", "wrong": b"- a", "huge": b"#" * (LARGEST_FILE + 1)}
    monkeypatch.setattr(policy, "file_at", lambda ref, path, most: files.get(ref))

    assert read_policy_at("none", Path("p.yaml")) is None
    assert read_policy_at("base", Path("p.yaml")).severity == {"path-broken": "note"}
    with pytest.raises(PolicyError, match=r"wrong:p\.yaml:1:1: file: must be a mapping"):
        read_policy_at("wrong", Path("p.yaml"))
    with pytest.raises(PolicyError, match=r"huge:p\.yaml: too large"):
        read_policy_at("huge", Path("p.yaml"))


def test_all_that_is_wrong_is_told_at_once(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("accepted:\n  - rule: path-broken\n    address: 2026-01-01\n    until: never\n")

    with pytest.raises(PolicyError) as error:
        read_policy(path)

    places = [line.removeprefix(f"{path}:").split(": ")[0] for line in str(error.value).splitlines()]
    assert places == ["3:14", "2:5", "4:12"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: \xff", "not UTF-8 at byte 3"),
        (b"#" * (LARGEST_FILE + 1), f"too large: at most {LARGEST_FILE} bytes"),
        (None, "cannot be read: No such file or directory"),
    ],
    ids=["bytes", "size", "missing"],
)
def test_a_file_that_is_no_text_is_refused_as_a_whole(content, said, tmp_path):
    path = tmp_path / "policy.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(PolicyError) as error:
        read_policy(path)

    assert str(error.value).startswith(f"{path}: {said}")


def test_aliases_that_would_expand_without_end_are_refused_at_once(tmp_path):
    path = tmp_path / "policy.yaml"
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    path.write_text("\n".join(lines))

    with pytest.raises(PolicyError, match="YAML alias"):
        read_policy(path)


def test_a_day_may_be_in_quotes_and_a_file_may_be_marked_as_utf_8(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(
        f"\ufeffaccepted: [{{{A}, reason: b, until: '2026-12-31'}}, {{{A}, reason: c, until: 2026-12-31}}]"
    )

    assert [each.until for each in read_policy(path).accepted] == [date(2026, 12, 31)] * 2


@pytest.mark.parametrize(
    ("pattern", "address", "matches"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("*", "", True),
        ("a*", "a", True),
        ("a*a", "a", False),
        ("*b*", "abc", True),
        ("a*b*c", "a.b.c", True),
        ("a*b*c", "a.c.b", False),
        ("a*bc*c", "abc", False),
        ("module.*.aws_lb.b[*]", 'module.x["1"].aws_lb.b[0]', True),
        ("a.b", "axb", False),
        ("a*z", "a\nz", True),
    ],
)
def test_a_star_stands_for_any_characters(pattern, address, matches):
    acceptance = Acceptance.model_validate(ACCEPTED | {"address": pattern, "until": "2026-12-31"})

    assert acceptance.covers("listener-destroyed", address, "any") == matches


def test_a_pattern_with_many_stars_takes_no_time():
    acceptance = Acceptance.model_validate(ACCEPTED | {"address": "*a" * 2_000 + "b", "until": "2026-12-31"})

    began = time.process_time()
    assert not acceptance.covers("listener-destroyed", "a" * 20_000, "any")
    assert time.process_time() - began < 1


def test_an_empty_policy_accepts_nothing(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("# nothing yet\n")

    assert read_policy(path) == Policy()
