"""One resource: its values on both sides, what is unknown, what differs, and what is never shown."""

import json

import pytest

from privatelink.review.change import SIDES
from privatelink.review.document import PlanError
from privatelink.review.plan import parse_plan
from privatelink.review.shapes import UNKNOWN
from tests.support.plan_facts import as_document, change, plan


def test_values_that_the_apply_will_tell_are_unknown_wherever_they_are():
    made = plan(
        change("a.b", {}, {"plain": 1, "items": ["x", None], "block": [{"id": None, "port": 1}]},
               unknown={"id": True, "items": [False, True], "block": [{"id": True}]})
    )  # fmt: skip
    (one,) = made.changes

    assert one.value("after", "id") is UNKNOWN
    assert one.value("after", "plain") == 1
    assert one.value("after", "items") == ["x", UNKNOWN]
    assert one.value("after", "block") == [{"id": UNKNOWN, "port": 1}]


def only_change(*arguments, configuration=None, **further):
    (one,) = plan(change(*arguments, **further), configuration=configuration).changes
    return one


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (["create"], {"created", "changes"}),
        (["delete"], {"destroyed", "changes"}),
        (["delete", "create"], {"replaced", "changes"}),
        (["create", "delete"], {"replaced", "changes"}),
        (["update"], {"updated", "changes"}),
        (["no-op"], set()),
        (["read"], set()),
        (["forget"], set()),
    ],
)
def test_terraforms_actions_in_words(actions, words):
    document = change("a.b", {"id": "x"}, {"id": "x"})
    document["change"]["actions"] = actions
    (one,) = plan(document).changes

    assert {w for w in ("created", "destroyed", "replaced", "updated", "changes") if getattr(one, w)} == words


def test_what_is_destroyed_keeps_its_values_and_what_is_created_had_none():
    gone, made = only_change("a.b", {"id": "x"}, None), only_change("a.b", None, {"id": "x"})

    assert [(gone.exists(side), gone.value(side, "id")) for side in SIDES] == [(True, "x"), (False, "x")]
    assert [(made.exists(side), made.value(side, "id")) for side in SIDES] == [(False, None), (True, "x")]


def test_a_deposed_object_is_there_only_before():
    one = only_change("a.b", {"id": "x"}, None, deposed="abc")

    assert (one.deposed, one.exists("before"), one.exists("after")) == (True, True, False)


@pytest.mark.parametrize(
    ("before", "after", "unknown", "differs"),
    [
        ({"a": 1}, {"a": 2}, {}, True),
        ({"a": 1}, {"a": 1}, {}, False),
        ({"a": None}, {"a": ""}, {}, False),
        ({"a": []}, {}, {}, False),
        ({"a": 1}, {}, {"a": True}, True),
        ({"a": 0}, {"a": None}, {}, True),
    ],
)
def test_an_attribute_differs_where_its_value_does_or_may(before, after, unknown, differs):
    one = only_change("a.b", before | {"z": 1}, after | {"z": 2}, unknown=unknown)

    assert one.differs("a") == differs
    assert list(one.differing()) == (["a", "z"] if differs else ["z"])


def test_of_what_is_created_or_destroyed_nothing_differs():
    assert not only_change("a.b", None, {"a": 1}).differs("a")
    assert not only_change("a.b", {"a": 1}, None).differs("a")


def test_everything_may_be_unknown_at_once():
    one = only_change("a.b", {"a": 1}, {}, unknown=True)

    assert one.value("after", "a") is UNKNOWN
    assert one.shown("after", "a") == "(known after apply)"
    assert one.value("before", "a") == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("text", "text"),
        ("", "(none)"),
        ([], "(none)"),
        (None, "(none)"),
        (True, "true"),
        (443, "443"),
        (["a", 1], "a, 1"),
        ({"a": 1, "b": None}, "a: 1"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_a_value_is_shown_in_short(value, shown):
    assert only_change("a.b", {"a": value}, {"a": value}).shown("before", "a") == shown


@pytest.mark.parametrize("marks", [True, {"a": True}, {"a": [False, True]}, {"a": {"b": [True]}}])
def test_a_value_that_is_marked_or_holds_one_is_hidden(marks):
    one = only_change("a.b", {"a": ["secret", "x"]}, {"a": ["secret", "x"]}, sensitive=marks)

    assert (one.hides("before", "a"), one.shown("after", "a")) == (True, "(sensitive)")


@pytest.mark.parametrize("marks", [False, {}, {"a": [False, {}]}, {"b": True}, None])
def test_a_value_that_is_not_marked_is_shown(marks):
    one = only_change("a.b", {"a": ["x"]}, {"a": ["x"]}, sensitive=marks)

    assert (one.hides("before", "a"), one.shown("after", "a")) == (False, "x")


def test_secrets_are_the_marked_values_long_enough_to_be_recognized():
    values = {"a": ["long-enough", "abc"], "b": {"c": "within"}, "d": "plain-value"}
    one = only_change("a.b", values, values, sensitive={"a": [True, True], "b": {"c": True}})

    assert set(one.secrets()) == {"long-enough", "within"}


def test_a_secret_of_one_side_alone_is_a_secret():
    document = change("a.b", {"a": "before-it"}, {"a": "after-it"})
    document["change"]["before_sensitive"] = {}
    document["change"]["after_sensitive"] = {"a": True}
    (one,) = plan(document).changes

    assert set(one.secrets()) == {"after-it"}


def test_what_one_resource_was_asked_for_is_there_for_the_others_too():
    changes = plan(*(change(f"a.b[{n}]", {"x": n, "y": n}, {"x": n, "y": n}) for n in range(3))).changes

    assert [one.value("before", "x") for one in changes] == [0, 1, 2]
    assert [one.value("after", "y") for one in changes] == [0, 1, 2]
    assert [one.value("before", "never") for one in changes] == [None] * 3


def test_identifiers_are_known_without_the_other_values():
    one = only_change("a.b", {"id": "i", "arn": "r", "x": 1}, {"arn": "r", "x": 2}, unknown={"id": True})

    assert (one.identifiers("before"), one.identifiers("after")) == (("i", "r"), (UNKNOWN, "r"))
    assert one.value("after", "x") == 2


def with_values(values):
    text = json.dumps(as_document(change("a.b", {"id": "PLACE"}, None)))
    return text.replace('{"id": "PLACE"}', values).encode()


@pytest.mark.parametrize("values", ["[1]", '"text"', "true", "-1"])
def test_values_of_a_wrong_type_are_refused_when_the_plan_is_read(values):
    with pytest.raises(PlanError, match=r"^stack: the values of a\.b cannot be read: .*the plan is damaged"):
        parse_plan(with_values(values), "plan.json", "stack")


def test_values_that_cannot_be_read_are_told_with_the_resource():
    (one,) = parse_plan(with_values('{"a": 1e999}'), "plan.json", "stack").changes

    with pytest.raises(PlanError, match=r"^stack: the values of a\.b cannot be read: .*the plan is damaged"):
        one.value("before", "id")
