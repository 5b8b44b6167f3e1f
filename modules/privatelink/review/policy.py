"""The policy file: accepted findings, each with a reason and an end, and changed severities."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from privatelink.errors import UserError
from privatelink.escapes import console_line
from privatelink.review.catalogue import RULES, nearest_rule
from privatelink.review.git import file_at
from privatelink.review.rule import SEVERITIES, Severity
from privatelink.topology.yaml_document import (
    DATE,
    NOTHING,
    Document,
    NotReadableError,
    Position,
    Unquoted,
    read,
)

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LARGEST_FILE = 1024 * 1024  # bytes
LONGEST_SHOWN = 80  # characters of one value
LONGEST = timedelta(days=366)
"""The longest time for which a finding can be accepted, so that someone looks at it again."""
_EXPECTED = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of rules to severities",
    "model_type": "a mapping",
}


class PolicyError(UserError):
    """The policy file has errors; each line has the place, the value given and what is allowed."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(map(console_line, lines)))


def _known(rule: str) -> str:
    if rule not in {each.id for each in RULES}:
        meant = nearest_rule(rule)
        hint = f'; did you mean "{meant}"?' if meant else ""
        raise ValueError(f'unknown rule: "{rule}"{hint} (docs/review.md lists all rules)')
    return rule


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    written = value.text if isinstance(value, Unquoted) and value.kind == DATE else value
    try:
        if isinstance(written, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
            return date.fromisoformat(written)
    except ValueError:
        pass  # as the 31st of February
    raise ValueError("not a date")


class Acceptance(BaseModel):
    """An acceptance of findings until a day.

    Arguments:
        rule: the rule's ID.
        address: the resource's address; `*` matches any characters.
        stack: the name of the plan; default: any.
        reason: why the findings are accepted.
        until: the last day on which it applies, such as 2026-12-31.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    address: str = Field(min_length=1)
    stack: str | None = None
    reason: str = Field(min_length=1)
    until: Annotated[date, BeforeValidator(_day)]

    _rule_is_known = field_validator("rule")(_known)

    def covers(self, rule: str, address: str, stack: str) -> bool:
        """Whether it matches a finding, expired or not."""
        return self.rule == rule and self.stack in (None, stack) and _matches(self.address, address)

    def holds(self, today: date) -> bool:
        """Whether it has not expired."""
        return today <= self.until


class Policy(BaseModel):
    """A policy file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accepted: tuple[Acceptance, ...] = ()
    severity: dict[str, Severity] = Field(default_factory=dict)

    @field_validator("severity")
    @classmethod
    def _rules_are_known(cls, value: dict[str, Severity]) -> dict[str, Severity]:
        for rule in value:
            _known(rule)
        return value


def read_policy(path: Path, today: date | None = None) -> Policy:
    """Read a policy file.

    Arguments:
        path: the file.
        today: the day from which the longest time of an acceptance counts; default: the current day.

    Raises:
        PolicyError: the file cannot be read, or has errors.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror or error}") from error
    return _parsed(content, str(path), today or date.today())


def read_policy_at(ref: str, path: Path, today: date | None = None) -> Policy | None:
    """Read a policy file as it is in a commit; return None if the commit does not have it.

    A pull request can change the policy together with what the policy accepts. The policy in the commit that
    it is merged into is one that was reviewed before.

    Arguments:
        ref: the commit, such as the branch origin/main.
        path: the file.
        today: as in `read_policy`.

    Raises:
        GitError: Git cannot read the commit.
        PolicyError: the file has errors.
    """
    content = file_at(ref, path, LARGEST_FILE + 1)
    return None if content is None else _parsed(content, f"{ref}:{path}", today or date.today())


def _parsed(content: bytes, name: str, today: date) -> Policy:
    if len(content) > LARGEST_FILE:
        raise PolicyError(f"{name}: too large: at most {LARGEST_FILE} bytes; is this the policy file?")
    try:
        document = read(content.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError as error:
        raise PolicyError(f"{name}: not UTF-8 at byte {error.start}; save the file as UTF-8") from error
    except NotReadableError as error:
        raise PolicyError(
            *(f"{_place(name, position)}: {broken}" for position, broken in error.problems)
        ) from None
    try:
        policy = Policy.model_validate({} if _is_nothing(document.value) else document.value)
    except ValidationError as error:
        raise PolicyError(*_lines(name, document, error)) from None
    if late := [*_too_late(name, document, policy, today + LONGEST)]:
        raise PolicyError(*late)
    return policy


def _too_late(name: str, document: Document, policy: Policy, latest: date) -> Iterator[str]:
    for number, each in enumerate(policy.accepted):
        if each.until > latest:
            loc = ("accepted", number, "until")
            yield (
                f"{_place(name, _position(document, loc))}: {_dotted(loc)}: more than a year ahead: "
                f'"{each.until}"; allowed today: at most {latest}; renew the acceptance when it ends'
            )


def _matches(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern, in which `*` matches any characters.

    Not a regular expression: patterns come with pull requests, and a regular expression may take forever.
    """
    first, *others = pattern.split("*")
    if not others:
        return text == pattern
    *between, last = others
    place, end = len(first), len(text) - len(last)
    if place > end or not text.startswith(first) or not text.endswith(last):
        return False
    for part in between:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def _lines(name: str, document: Document, error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False):
        loc = each["loc"]
        words = _words(each, document.sources.get(loc, "")[:LONGEST_SHOWN])
        yield f"{_place(name, _position(document, loc))}: {_dotted(loc)}: {words}"


def _position(document: Document, loc: tuple[int | str, ...]) -> Position:
    """The position of a value, or of the closest mapping or list around it."""
    for length in range(len(loc), 0, -1):
        for positions in (document.values, document.keys):
            if loc[:length] in positions:
                return positions[loc[:length]]
    return document.values.get((), Position())


def _place(name: str, position: Position) -> str:
    return f"{name}:{position.line}:{position.column}"


def _dotted(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".") or "file"


def _words(error: "ErrorDetails", given: str) -> str:
    if _is_nothing(error["input"]):
        return "no value; set one, or remove the line"
    match error["type"]:
        case "missing":
            return "missing; an acceptance needs rule, address, reason and until"
        case "extra_forbidden":
            allowed = ", ".join((Acceptance if len(error["loc"]) > 1 else Policy).model_fields)
            return f"unknown field; allowed: {allowed}"
        case "literal_error":
            return f'unknown severity: "{given}"; allowed: {", ".join(SEVERITIES)}'
        case "string_too_short":
            return "empty; write a value"
        case "value_error" if error["loc"][-1] == "until":
            return f'not a date: "{given}"; write it as 2026-12-31'
        case "value_error":
            return str(error["ctx"]["error"])
        case "string_type" if given:
            return f'must be text; write it in quotes: "{given}"'
    return f"must be {_EXPECTED.get(error['type'], 'another value')}"


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, Unquoted) and value.kind == NOTHING)
