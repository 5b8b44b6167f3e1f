"""A rule, and a place that breaks it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from privatelink.review.change import Change
from privatelink.review.world import Worlds

Severity = Literal["blocking", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the highest to the lowest."""


@dataclass(frozen=True, eq=False)
class Hit:
    """A place that breaks a rule.

    Arguments:
        change: the resource.
        attribute: the attribute that changes; empty for the whole resource.
        severity: a severity that differs from the rule's.
        because: details of this place, added to the rule's consequence.
        before, after: the texts to show; default: the attribute's values.
        implied_by: resources of which a blocking finding says the same: this one is left out then.
    """

    change: Change
    attribute: str = ""
    severity: Severity | None = None
    because: str = ""
    before: str | None = None
    after: str | None = None
    implied_by: Sequence[Change] = ()


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule; `catalogue` lists all of them.

    Arguments:
        id: its name, an external contract: policy files use it.
        severity: its severity, unless the place or the policy has another one.
        title: the change, in a few words.
        consequence: the effect on consumers.
        instead: the safe way to make the change.
        page: the page of AWS or the provider that documents it.
        find: yields the places that break it.
    """

    id: str
    severity: Severity
    title: str
    consequence: str
    instead: str
    page: str
    find: Callable[[Worlds], Iterator[Hit]]
