"""Types of values."""

import pytest

from privatelink.rule import YAML
from privatelink.topology.types.values import wrong_type
from privatelink.topology.yaml_document import Unquoted
from tests.support.rules import breaks, wrong

# The value, the type of the field, the rule, what the message has to name.
WRONG = {
    "number for text": (80, "text", "value-type", "must be text, not a number", "write it in quotes"),
    "truth for text": (True, "text", "value-type", "not true or false"),
    "fraction for text": (Unquoted("1.5", "a number with a fraction"), "text", "value-type", "a fraction"),
    "mapping for text": ({}, "text", "value-type", "not a mapping", "give text"),
    "text for a list": ("a", "a list", "value-type", "must be a list, not text", "write it as a list"),
    "mapping for a list": ({}, "a list", "value-type", "not a mapping", "give a list"),
    "octal for a number": (
        Unquoted("012", "a number not in plain digits"),
        "a whole number",
        "value-type",
        "decimal digits, without a leading zero",
    ),
    "text of digits for a number": ("80", "a whole number", "value-type", "remove the quotes"),
    "text for a number": ("a", "a whole number", "value-type", "give a whole number"),
    "text of a truth": ("true", "true or false", "value-type", "remove the quotes"),
    "nothing": (Unquoted("~", "nothing"), "a mapping", "value-missing", "no value", "a mapping"),
}


@pytest.mark.parametrize(("value", "expected", "rule", "words"), wrong(WRONG))
def test_wrong_type(value, expected, rule, words):
    broken = wrong_type(expected, value)
    assert broken.rule.id == rule
    for word in words:
        assert word in str(broken.message(YAML))


@breaks("value-type")
@pytest.mark.parametrize(
    ("expected", "value", "written", "fix"),
    [
        ("text", True, "yes", 'write it in quotes: "yes"'),
        ("a list", "a", "a", "write it as a list: [a]"),
        ("a whole number", "80", "80", "remove the quotes: 80"),
    ],
)
def test_the_fix_shows_the_value_as_it_is_written(expected, value, written, fix):
    assert wrong_type(expected, value, written).message(YAML).fix == fix
