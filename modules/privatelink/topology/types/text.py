"""Text for people: what an instance answers, and why a warning is silenced."""

import re
from typing import Annotated

from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse
from privatelink.topology.types.patterns import TOO_LONG
from privatelink.topology.types.values import wrong_type

LONGEST_TEXT = 200
LONGEST_REASON = 200
# Not a number: zones that come and go would renumber the others, and another text replaces an instance.
PLACEHOLDER = "{zone}"

_USER_DATA = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"
_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_TEXT)
_REASON_LENGTH = TOO_LONG.with_fixed(longest=LONGEST_REASON)
EMPTY = Rule(
    "text-empty",
    what="empty text",
    allowed="one line of text",
    fix="write a text",
    why="A person reads this text, so it has to say something.",
    page=_USER_DATA,
)
UNPRINTABLE = Rule(
    "text-unprintable",
    what="text with the unprintable character {character}",
    allowed="one line of printable characters",
    fix="remove the character",
    why="A line break or another control character would change what the reader sees.",
    page=_USER_DATA,
)
PLACEHOLDER_UNKNOWN = Rule(
    "text-placeholder",
    what="unknown placeholder {placeholder}",
    allowed="{{zone}}, which stands for the instance's zone",
    fix="use {{zone}}, or give a text for each zone",
    why="The user data of an instance replaces {zone} only; clients would read any other placeholder.",
    page=_USER_DATA,
)
RULES = (EMPTY, UNPRINTABLE, PLACEHOLDER_UNKNOWN)


def check_text(text: object) -> None:
    """Refuse a text that an instance cannot answer with."""
    if not isinstance(text, str):
        raise refuse(wrong_type("text", text))
    if not text:
        raise refuse(EMPTY.broken(given=""))
    if len(text) > LONGEST_TEXT:
        raise refuse(_LENGTH.broken(length=len(text)))
    _check_printable(text)
    for found in re.findall(r"\{[a-z_]+\}", text):
        if found != PLACEHOLDER:
            raise refuse(PLACEHOLDER_UNKNOWN.broken(placeholder=found))


def _check_printable(text: str) -> None:
    if not text.isprintable():
        odd = next(character for character in text if not character.isprintable())
        raise refuse(UNPRINTABLE.broken(character=f"U+{ord(odd):04X}"))


def _check_reason(text: str) -> str:
    if not text.strip():
        raise refuse(EMPTY.broken(given=""))
    if len(text) > LONGEST_REASON:
        raise refuse(_REASON_LENGTH.broken(length=len(text)))
    _check_printable(text)
    return text


Reason = Annotated[
    str,
    Check(
        _check_reason,
        (EMPTY, _REASON_LENGTH, UNPRINTABLE),
        {"minLength": 1, "maxLength": LONGEST_REASON},
    ),
]
