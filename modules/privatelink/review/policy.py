"""The team's own word on findings: accepted ones, each with its reason and its end, and other severities."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from privatelink.errors import UserError
from privatelink.review.catalogue import RULES, nearest_rule
from privatelink.review.rule import SEVERITIES, Severity


class PolicyError(UserError):
    """The policy file is wrong; the message says where, what is given, and what is allowed."""


def _known(rule: str) -> str:
    if rule not in {each.id for each in RULES}:
        meant = nearest_rule(rule)
        hint = f'; did you mean "{meant}"?' if meant else ""
        raise ValueError(f'no such rule: "{rule}"{hint} (docs/review.md lists them)')
    return rule


class Acceptance(BaseModel):
    """Findings that are accepted until a day.

    Arguments:
        rule: the rule's id.
        address: the resource's address; `*` stands for any characters.
        stack: the plan's name, where it is not any.
        reason: why, for those who read it later.
        until: the last day it holds, as 2026-12-31.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    address: str = Field(min_length=1)
    stack: str | None = None
    reason: str = Field(min_length=1)
    until: date

    _rule_is_known = field_validator("rule")(_known)

    def covers(self, rule: str, address: str, stack: str) -> bool:
        """Whether it speaks of a finding, expired or not."""
        pattern = ".*".join(re.escape(part) for part in self.address.split("*"))
        return (
            self.rule == rule
            and self.stack in (None, stack)
            and re.fullmatch(pattern, address, re.DOTALL) is not None
        )

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


def read_policy(path: Path) -> Policy:
    """Read a policy file; raises `PolicyError`."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise PolicyError(f"{path}: is not YAML: {' '.join(str(error).split())[:200]}") from error
    try:
        return Policy.model_validate({} if document is None else document)
    except ValidationError as error:
        raise PolicyError("\n".join(f"{path}: {line}" for line in _lines(error))) from None


def _lines(error: ValidationError) -> Sequence[str]:
    return [f"{_place(each['loc'])}: {_words(each)}" for each in error.errors(include_url=False)]


def _place(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".") or "file"


def _words(error: Any) -> str:  # noqa: ANN401 - pydantic's own
    given = str(error["input"])[:80]
    match error["type"]:
        case "missing":
            return "missing; an acceptance needs rule, address, reason and until"
        case "extra_forbidden":
            allowed = ", ".join((Acceptance if len(error["loc"]) > 1 else Policy).model_fields)
            return f"no such field; allowed: {allowed}"
        case "literal_error":
            return f'no such severity: "{given}"; allowed: {", ".join(SEVERITIES)}'
        case "string_too_short":
            return "empty; say it in a few words"
        case "value_error":
            return str(error["ctx"]["error"])
        case kind if kind.startswith("date"):
            return f'no day: "{given}"; write it as 2026-12-31'
    return f'{error["msg"][:1].lower()}{error["msg"][1:]}; given: "{given}"'
