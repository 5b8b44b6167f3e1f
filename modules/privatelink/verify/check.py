"""A check, what came of it, and which hop of the path is broken first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

Outcome = Literal["holds", "fails", "not checked"]
Hop = Literal[
    "connection",
    "endpoint",
    "dns",
    "endpoint security group",
    "load balancer security group",
    "targets",
    "backend",
    "internet",
    "further endpoints",
]
BESIDE: tuple[Hop, ...] = ("internet", "further endpoints")
"""What is no part of the private path."""
HOPS: tuple[Hop, ...] = get_args(Hop)
"""The hops of the private path, in the order a packet needs them; then what is beside it."""


@dataclass(frozen=True)
class Check:
    """One check.

    Arguments:
        id: stable name, such as `names-regional`.
        step: the walkthrough's step it stands for, such as `W10`; empty where there is none.
        expected: what should be.
        observed: what is; of a check that was not made, why not and what to do.
        outcome: whether it holds.
        hop: the hop of the path that is broken when it fails.
        cause: the likely cause and its fix, when it fails.
    """

    id: str
    step: str
    expected: str
    observed: str
    outcome: Outcome
    hop: Hop
    cause: str = ""


def compared(
    check_id: str, step: str, expected: str, observed: str, holds: bool, hop: Hop, cause: str = ""
) -> Check:
    """A check that was made; the cause is kept where it fails."""
    return Check(
        check_id, step, expected, observed, "holds" if holds else "fails", hop, "" if holds else cause
    )


def not_checked(check_id: str, step: str, expected: str, why: str, hop: Hop) -> Check:
    """A check that could not be made."""
    return Check(check_id, step, expected, why, "not checked", hop)


def first_broken(checks: Iterable[Check]) -> Check | None:
    """The failed check nearest to the start of the path; None when none failed."""
    failed = [check for check in checks if check.outcome == "fails"]
    return min(failed, key=lambda check: HOPS.index(check.hop), default=None)
