"""Texts of instances, and reasons."""

import pytest

from privatelink.topology.broken import Broken, broken_in
from privatelink.topology.types.text import Reason, check_text
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "text of two lines": (
        '"SVR {zone}"',
        '"a\\nb"',
        '"a\\nb"',
        "service.backends.text",
        ["unprintable", "one line"],
    ),
    "text too long": (
        '"SVR {zone}"',
        "x" * 201,
        "x" * 201,
        "service.backends.text",
        ["201 characters", "1 to 200"],
    ),
    "unknown placeholder": (
        "SVR {zone}",
        "SVR#{n}",
        '"SVR#{n}"',
        "service.backends.text",
        ["unknown placeholder {n}", "use {zone}, or give a text for each zone"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


ALLOWED = "one line of 1 to 200 printable characters, in which {zone} is replaced"


@pytest.mark.parametrize("text", ["x", "서버 {zone}", "x" * 200, "{Name} {1}", "a { b }"])
def test_text_that_an_instance_can_answer(text):
    check_text(text)


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        (7, "must be text", "write it in quotes"),
        ("", "text of 0 characters", "give a text"),
        ("x" * 201, "text of 201 characters", "shorten it"),
        ("a\tb", "text with the unprintable character '\\t'", "remove it"),
        ("a{name}", "unknown placeholder {name}", "use {zone}, or give a text for each zone"),
    ],
)
def test_text_that_it_cannot(text, what, fix):
    assert broken_in(check_text, text, ()) == [Broken(what, ALLOWED, fix)]


@pytest.mark.parametrize("reason", ["a trial", "x" * 200])
def test_reasons(reason):
    assert accepted(Reason, reason) == reason


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("", "no reason"),
        ("  ", "no reason"),
        ("x" * 201, "malformed reason"),
        ("a\nb", "malformed reason"),
    ],
)
def test_no_reasons(reason, what):
    assert broken_rule(Reason, reason) == Broken(what, "one line of 1 to 200 characters", "say why")
