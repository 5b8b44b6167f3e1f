"""Tags of resources."""

from collections.abc import Iterable, Iterator
from typing import Annotated

from privatelink.facts import LONGEST_TAG_KEY, LONGEST_TAG_VALUE, MOST_TAGS
from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse
from privatelink.topology.types.patterns import TOO_LONG

ADDED = ("Name", "Topology")  # to each resource
MOST_GIVEN = MOST_TAGS - len(ADDED)
_TAGS = "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html"
_CHARACTERS = "letters, digits, spaces and any of _.:/=+-@"
_KEY_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_TAG_KEY)
_VALUE_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_TAG_VALUE)

RESERVED = Rule(
    "tag-key-aws",
    what="tag key that starts with aws:",
    allowed="a key with another start",
    fix="remove aws: from the start",
    why="AWS reserves this prefix for tags that it adds itself.",
    page=_TAGS,
)
KEY = Rule(
    "tag-key",
    what="malformed tag key",
    allowed=f"1 to {LONGEST_TAG_KEY} {_CHARACTERS}",
    fix="use one or more of these characters",
    why="These are the characters that all AWS services accept in a tag key.",
    page=_TAGS,
)
VALUE = Rule(
    "tag-value",
    what="malformed tag value",
    allowed=_CHARACTERS,
    fix="remove the other characters",
    why="These are the characters that all AWS services accept in a tag value.",
    page=_TAGS,
)
COUNT = Rule(
    "tags-count",
    what="{number} tags",
    allowed=f"at most {MOST_GIVEN}",
    fix="remove {excess}",
    why=f"AWS accepts {MOST_TAGS} tags on a resource, and the tags Name and Topology are added to these.",
    page=_TAGS,
)
CASE_OF_A_ROLE = Rule(
    "tag-key-case",
    what="tag key that differs from {other} by case only",
    allowed="keys that differ in more than case, also from Name and Topology, which every resource has",
    fix="remove it, or choose another key",
    why="This topology creates IAM roles, and IAM refuses two tag keys of a role that differ by case only.",
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating",
)
RULES = (RESERVED, KEY, VALUE, COUNT, CASE_OF_A_ROLE)


def alike(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Return each key that differs by case only from one that is added or before it, with that one."""
    first = {key.lower(): key for key in ADDED}
    for key in keys:
        if (other := first.setdefault(key.lower(), key)) != key:
            yield key, other


def _has_only_these_characters(text: str) -> bool:
    return all(character.isalnum() or character in " _.:/=+-@" for character in text)


def _check_key(key: str) -> str:
    if key.lower().startswith("aws:"):
        raise refuse(RESERVED.broken())
    if len(key) > LONGEST_TAG_KEY:
        raise refuse(_KEY_LENGTH.broken(length=len(key)))
    if not key or not _has_only_these_characters(key):
        raise refuse(KEY.broken())
    return key


def _check_value(value: str) -> str:
    if len(value) > LONGEST_TAG_VALUE:
        raise refuse(_VALUE_LENGTH.broken(length=len(value)))
    if not _has_only_these_characters(value):
        raise refuse(VALUE.broken())
    return value


def _check_tags(tags: dict[str, str]) -> dict[str, str]:
    if (number := len(tags)) > MOST_GIVEN:
        raise refuse(COUNT.broken(number=number, excess=number - MOST_GIVEN, given=""))
    return dict(sorted(tags.items()))


TagKey = Annotated[
    str,
    Check(_check_key, (RESERVED, _KEY_LENGTH, KEY), {"minLength": 1, "maxLength": LONGEST_TAG_KEY}),
]
TagValue = Annotated[str, Check(_check_value, (_VALUE_LENGTH, VALUE), {"maxLength": LONGEST_TAG_VALUE})]
Tags = Annotated[dict[TagKey, TagValue], Check(_check_tags, (COUNT,), {"maxProperties": MOST_GIVEN})]
