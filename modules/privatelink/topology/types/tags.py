"""Tags of resources."""

from typing import Annotated

from privatelink.facts import LONGEST_TAG_KEY, LONGEST_TAG_VALUE, MOST_TAGS
from privatelink.topology.broken import Broken, Rule, refuse

MOST_GIVEN = MOST_TAGS - 2  # two are ours: Name and Topology


def _check_part(text: str, what: str, longest: int) -> None:
    allowed = f"at most {longest} letters, digits, spaces and any of _.:/=+-@"
    if len(text) > longest:
        raise refuse(Broken(f"{what} of {len(text)} characters", allowed, f"shorten it to {longest}"))
    if not all(character.isalnum() or character in " _.:/=+-@" for character in text):
        raise refuse(Broken(f"{what}", allowed, "remove the other characters"))


def _check_key(key: str) -> str:
    if not key:
        raise refuse(Broken("empty tag key", f"1 to {LONGEST_TAG_KEY} characters", "give the tag a key"))
    if key.lower().startswith("aws:"):
        raise refuse(
            Broken("tag key that starts with aws:", "any other start", "aws: is kept for AWS: choose another")
        )
    _check_part(key, "tag key", LONGEST_TAG_KEY)
    return key


def _check_value(value: str) -> str:
    _check_part(value, "tag value", LONGEST_TAG_VALUE)
    return value


def _check_tags(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > MOST_GIVEN:
        raise refuse(Broken(f"{len(tags)} tags", f"at most {MOST_GIVEN}", "remove some"))
    return dict(sorted(tags.items()))


TagKey = Annotated[str, Rule(_check_key, {"minLength": 1, "maxLength": LONGEST_TAG_KEY})]
TagValue = Annotated[str, Rule(_check_value, {"maxLength": LONGEST_TAG_VALUE})]
Tags = Annotated[dict[TagKey, TagValue], Rule(_check_tags, {"maxProperties": MOST_GIVEN})]
