"""A rule, what it found, and the list of all rules."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from privatelink.review.plan import Change
from privatelink.review.world import Worlds

Severity = Literal["blocking", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the gravest to the mildest."""


@dataclass(frozen=True, eq=False)
class Hit:
    """Where a rule was broken.

    Arguments:
        change: the resource that the reviewer looks at.
        attribute: what changes; empty where it is the whole resource.
        severity: another one than the rule's.
        because: what is particular to this place, after the rule's own consequence.
        before, after: what to show of the attribute; by default its values.
    """

    change: Change
    attribute: str = ""
    severity: Severity | None = None
    because: str = ""
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule.

    Arguments:
        id: its name, an external contract: policies name it.
        title: what happens, in a few words.
        consequence: what that does to consumers.
        instead: the safe way to do it.
        page: where AWS or the provider documents it.
        find: looks for it.
    """

    id: str
    severity: Severity
    title: str
    consequence: str
    instead: str
    page: str
    find: Callable[[Worlds], Iterator[Hit]]


_rules: list[Rule] = []


def rule(
    rule_id: str, severity: Severity, title: str, *, consequence: str, instead: str, page: str
) -> Callable[[Callable[[Worlds], Iterator[Hit]]], Callable[[Worlds], Iterator[Hit]]]:
    """Add a function that yields hits to the list of rules."""

    def add(find: Callable[[Worlds], Iterator[Hit]]) -> Callable[[Worlds], Iterator[Hit]]:
        _rules.append(Rule(rule_id, severity, title, consequence, instead, page, find))
        return find

    return add


def all_rules() -> Sequence[Rule]:
    """Every rule, in the order of the files that hold them."""
    import privatelink.review.rules  # noqa: F401 - importing them adds them

    return tuple(_rules)


def nearest_rule(wanted: str) -> str:
    """The id that a wrong one was probably meant to be; empty where none is near."""
    return next(iter(difflib.get_close_matches(wanted, [each.id for each in all_rules()], 1)), "")
