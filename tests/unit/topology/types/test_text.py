"""Texts of instances, and reasons."""

import pytest

from privatelink.rule import YAML
from privatelink.topology.broken import broken_in
from privatelink.topology.types.text import Reason, check_text
from tests.support.rules import keeps, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "text of two lines": (
        ('"SVR {zone}"', '"a\\nb"', '"a\\nb"'),
        "service.backends.text",
        "text-unprintable",
        "U+000A",
        "one line",
    ),
    "text too long": (
        ('"SVR {zone}"', "x" * 201, "x" * 201),
        "service.backends.text",
        "text-length",
        "201 characters",
        "at most 200",
    ),
    "unknown placeholder": (
        ("SVR {zone}", "SVR#{n}", '"SVR#{n}"'),
        "service.backends.text",
        "text-placeholder",
        "unknown placeholder {n}",
        "use {zone}, or give a text for each zone",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


@keeps("text-empty", "text-length", "text-unprintable", "text-placeholder", "value-type")
@pytest.mark.parametrize("text", ["x", "서버 {zone}", "x" * 200, "{Name} {1}", "a { b }"])
def test_text_that_an_instance_can_answer(text):
    check_text(text)


# The text, its check, the rule, what the message has to name.
BROKEN_TEXTS = {
    "number": (7, check_text, "value-type", "must be text, not a number", "write it in quotes"),
    "empty": ("", check_text, "text-empty", "write a text"),
    "201 characters": ("x" * 201, check_text, "text-length", "201 characters", "shorten it to 200"),
    "tab": ("a\tb", check_text, "text-unprintable", "U+0009", "remove the character"),
    "placeholder": (
        "a{name}",
        check_text,
        "text-placeholder",
        "{name}",
        "use {zone}, or give a text for each",
    ),
}


@pytest.mark.parametrize(("text", "check", "rule", "words"), wrong(BROKEN_TEXTS))
def test_text_that_it_cannot(text, check, rule, words):
    (broken,) = broken_in(check, text, ())
    assert broken.rule.id == rule
    for word in words:
        assert word in str(broken.message(YAML))


@keeps("text-empty", "text-length", "text-unprintable")
@pytest.mark.parametrize("reason", ["a trial", "x" * 200])
def test_reasons(reason):
    assert accepted(Reason, reason) == reason


# The value, its kind, the rule, what the message has to name.
BROKEN_REASONS = {
    "empty": ("", Reason, "text-empty", "one line of text"),
    "spaces": ("  ", Reason, "text-empty"),
    "201 characters": ("x" * 201, Reason, "text-length", "at most 200"),
    "two lines": ("a\nb", Reason, "text-unprintable", "U+000A"),
}


@pytest.mark.parametrize(("reason", "kind", "rule", "words"), wrong(BROKEN_REASONS))
def test_reasons_that_are_refused(reason, kind, rule, words):
    check_value_broken(kind, reason, rule, words)
