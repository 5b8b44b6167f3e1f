"""The result of a check, and the first broken hop of a path."""

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
    "listener",
    "targets",
    "backend",
    "internet",
    "further endpoints",
]
BESIDE: tuple[Hop, ...] = ("internet", "further endpoints")
"""Hops that are not part of the private path."""
HOPS: tuple[Hop, ...] = get_args(Hop)
"""The hops of the private path, in the order in which a packet needs them, then the other hops."""


@dataclass(frozen=True)
class Check:
    """One check.

    Arguments:
        id: a stable name, such as `names-regional`.
        step: the step of the walkthrough that it belongs to, such as `W10`; empty if none.
        expected: the expected result.
        observed: the observed result; if the check was not made, the reason and what to do.
        outcome: whether the observed result is the expected one.
        hop: the hop that is broken if the check fails.
        cause: the likely cause and its fix, if the check fails.
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
    """Return a check that was made; `cause` is used only if it fails."""
    return Check(
        check_id, step, expected, observed, "holds" if holds else "fails", hop, "" if holds else cause
    )


def not_checked(check_id: str, step: str, expected: str, why: str, hop: Hop) -> Check:
    """Return a check that could not be made, with the reason."""
    return Check(check_id, step, expected, why, "not checked", hop)


def first_broken(checks: Iterable[Check]) -> Check | None:
    """Return the failed check nearest to the start of the path; None if no check failed."""
    failed = [check for check in checks if check.outcome == "fails"]
    return min(failed, key=lambda check: HOPS.index(check.hop), default=None)
