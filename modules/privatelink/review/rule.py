"""What a rule is, and where one was broken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from privatelink.review.change import Change
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
    """One rule: plain data; `catalogue` lists them all.

    Arguments:
        id: its name, an external contract: policies name it.
        severity: how grave it is, unless the place is milder or graver, or the policy says otherwise.
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
