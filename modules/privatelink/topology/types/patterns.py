"""The check that text matches a regular expression, which most kinds of text here have."""

import re

from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse

TOO_LONG = Rule(
    "text-length",
    what="text of {length} characters",
    allowed="at most {longest} characters",
    fix="shorten it to {longest} characters",
    why="AWS limits the length of names and texts, and refuses longer ones only during the apply.",
    page="https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html",
)
RULES = (TOO_LONG,)


def matches(pattern: str, rule: Rule, longest: int | None = None) -> Check:
    """Return the check that text matches a pattern and has at most `longest` characters."""
    rules: tuple[Rule, ...] = (rule,)
    if longest is not None:
        rules = (TOO_LONG.with_fixed(longest=longest), rule)

    def check(text: str) -> str:
        if longest is not None and len(text) > longest:
            raise refuse(rules[0].broken(length=len(text)))
        if not re.fullmatch(pattern, text):
            raise refuse(rule.broken())
        return text

    return Check(check, rules, {"pattern": pattern} | ({} if longest is None else {"maxLength": longest}))
