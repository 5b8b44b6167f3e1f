"""Tags."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.tags import Tags
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "tag of AWS": (
        "{team: platform}",
        '{"AWS:team": platform}',
        '"AWS:team"',
        'tags["AWS:team"]',
        ["starts with aws:"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


def test_tags_are_sorted():
    assert list(accepted(Tags, {"b": "1", "a": ""})) == ["a", "b"]


@pytest.mark.parametrize(
    ("key", "value"), [("팀", "플랫폼"), ("a:b/c=d+e-f@g.h_i", "x y"), ("k" * 128, "v" * 256)]
)
def test_tags_that_aws_takes(key, value):
    assert accepted(Tags, {key: value}) == {key: value}


CHARACTERS = "letters, digits, spaces and any of _.:/=+-@"
BROKEN_VALUES = {
    "empty key": ({"": "x"}, Broken("empty tag key", "1 to 128 characters", "give the tag a key")),
    "key of AWS": (
        {"Aws:x": "y"},
        Broken("tag key that starts with aws:", "any other start", "aws: is kept for AWS: choose another"),
    ),
    "key of 129": (
        {"k" * 129: "x"},
        Broken("tag key of 129 characters", f"at most 128 {CHARACTERS}", "shorten it to 128"),
    ),
    "key with a hash": (
        {"a#": "x"},
        Broken("tag key", f"at most 128 {CHARACTERS}", "remove the other characters"),
    ),
    "value of 257": (
        {"k": "v" * 257},
        Broken("tag value of 257 characters", f"at most 256 {CHARACTERS}", "shorten it to 256"),
    ),
    "value with a tab": (
        {"k": "\t"},
        Broken("tag value", f"at most 256 {CHARACTERS}", "remove the other characters"),
    ),
    "49 tags": (
        {f"k{number}": "" for number in range(49)},
        Broken("49 tags", "at most 48", "remove some"),
    ),
}


@pytest.mark.parametrize(("tags", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(tags, broken):
    assert broken_rule(Tags, tags) == broken


def test_aws_has_room_for_the_two_tags_made_here():
    assert len(accepted(Tags, {f"k{number}": "" for number in range(48)})) == 48
