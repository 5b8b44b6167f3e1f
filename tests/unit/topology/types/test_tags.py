"""Tags."""

import pytest

from privatelink.topology.types.tags import Tags, alike
from tests.support.rules import keeps, wrong
from tests.support.topology_cases import FILE, accepted, broken_rule, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "tag of AWS": (
        ("{team: platform}", '{"AWS:team": platform}', '"AWS:team"'),
        'tags["AWS:team"]',
        "tag-key-aws",
        "starts with aws:",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


def test_tags_are_sorted():
    assert list(accepted(Tags, {"b": "1", "a": ""})) == ["a", "b"]


@keeps("tag-key", "tag-value", "tag-key-aws", "text-length")
@pytest.mark.parametrize(
    ("key", "value"), [("팀", "플랫폼"), ("a:b/c=d+e-f@g.h_i", "x y"), ("k" * 128, "v" * 256)]
)
def test_tags_that_aws_accepts(key, value):
    assert accepted(Tags, {key: value}) == {key: value}


CHARACTERS = "letters, digits, spaces and any of _.:/=+-@"
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "empty key": ({"": "x"}, Tags, "tag-key", "1 to 128", "one or more of these characters"),
    "key of AWS": ({"Aws:x": "y"}, Tags, "tag-key-aws", "remove aws: from the start"),
    "key of 129": ({"k" * 129: "x"}, Tags, "text-length", "129 characters", "shorten it to 128"),
    "key with a hash": ({"a#": "x"}, Tags, "tag-key", f"1 to 128 {CHARACTERS}"),
    "value of 257": ({"k": "v" * 257}, Tags, "text-length", "257 characters", "shorten it to 256"),
    "value with a tab": ({"k": "\t"}, Tags, "tag-value", CHARACTERS, "remove the other characters"),
    "49 tags": (
        {f"k{number}": "" for number in range(49)},
        Tags,
        "tags-count",
        "49 tags",
        "at most 48",
        "remove 1",
    ),
}


@pytest.mark.parametrize(("tags", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(tags, kind, rule, words):
    check_value_broken(kind, tags, rule, words)


def test_the_number_of_tags_is_all_that_is_shown_of_them():
    assert broken_rule(Tags, {f"k{number}": "" for number in range(49)}).given == ""


@keeps("tags-count")
def test_aws_has_room_for_the_two_tags_that_are_added():
    assert len(accepted(Tags, {f"k{number}": "" for number in range(48)})) == 48


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (["team", "Name", "Topology"], []),
        (["name"], [("name", "Name")]),
        (["TOPOLOGY"], [("TOPOLOGY", "Topology")]),
        (["TEAM", "Team", "team"], [("Team", "TEAM"), ("team", "TEAM")]),
    ],
)
def test_keys_that_differ_by_case_only(keys, found):
    assert list(alike(keys)) == found
