"""Text that people read: what an instance answers, why a warning is silenced."""

import re
from typing import Annotated

from privatelink.topology.broken import Broken, Rule, refuse

LONGEST_TEXT = 200
LONGEST_REASON = 200
# Not a number: zones that come and go would renumber the others, and another text replaces an instance.
PLACEHOLDER = "{zone}"


def check_text(text: object) -> None:
    """Refuse what an instance cannot answer."""
    allowed = f"one line of 1 to {LONGEST_TEXT} printable characters, in which {PLACEHOLDER} is replaced"
    if not isinstance(text, str):
        raise refuse(Broken("must be text", allowed, "write it in quotes"))
    if not text or len(text) > LONGEST_TEXT:
        raise refuse(
            Broken(f"text of {len(text)} characters", allowed, "shorten it" if text else "give a text")
        )
    if not text.isprintable():
        odd = next(character for character in text if not character.isprintable())
        raise refuse(Broken(f"text with the unprintable character {odd!r}", allowed, "remove it"))
    for found in re.findall(r"\{[a-z_]+\}", text):
        if found != PLACEHOLDER:
            fix = f"use {PLACEHOLDER}, or give a text for each zone"
            raise refuse(Broken(f"unknown placeholder {found}", allowed, fix))


def _check_reason(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_REASON or not text.isprintable():
        allowed = f"one line of 1 to {LONGEST_REASON} characters"
        raise refuse(Broken("no reason" if not text.strip() else "malformed reason", allowed, "say why"))
    return text


Reason = Annotated[str, Rule(_check_reason, {"minLength": 1, "maxLength": LONGEST_REASON})]
