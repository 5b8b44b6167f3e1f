"""The rule that text matches a regular expression, which most kinds of text here have."""

import re

from privatelink.topology.broken import Broken, Rule, refuse


def matches(pattern: str, what: str, allowed: str, fix: str, longest: int | None = None) -> Rule:
    """Make the rule that text matches a pattern and has at most `longest` characters."""

    def check(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise refuse(Broken(f"{what} of {len(text)} characters", allowed, f"shorten it to {longest}"))
        if not re.fullmatch(pattern, text):
            raise refuse(Broken(f"malformed {what}", allowed, fix))
        return text

    return Rule(check, {"pattern": pattern} | ({} if longest is None else {"maxLength": longest}))
