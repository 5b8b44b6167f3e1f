"""One hop of a path, a path as its hops in order, and how alternatives join."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, NamedTuple

from privatelink.review.world import Thing

State = Literal["open", "broken", "unknown"]
_BY_WORTH: Final[tuple[State, ...]] = ("broken", "unknown", "open")


class Hop(NamedTuple):
    """One hop.

    Arguments:
        name: its name.
        holds: whether it is open; None if the plans do not show it.
        why: the reason why it is broken or unknown; empty for an open hop.
        things: the resources that decide it.
    """

    name: str
    holds: bool | None
    why: str = ""
    things: tuple[Thing, ...] = ()


def hop(name: str, holds: bool | None, *things: Thing, broken: str = "", unknown: str = "") -> Hop:
    """Return a hop with the reason that belongs to its state."""
    return Hop(name, holds, {True: "", False: broken, None: unknown}[holds], things)


@dataclass(frozen=True)
class Way:
    """A path on one side: its hops, in the order of a packet."""

    hops: Sequence[Hop]

    @cached_property
    def state(self) -> State:
        """Broken if one hop is broken, else unknown if one hop is unknown, else open."""
        return _state(self.hops)

    @property
    def why(self) -> str:
        """The deciding hop, in a few words; empty if the path is open."""
        hop = self.deciding
        return ": ".join(filter(None, (hop.name, hop.why))) if hop else ""

    @property
    def deciding(self) -> Hop | None:
        """The first hop with the state of the path; None if the path is open."""
        wanted = False if self.state == "broken" else None
        return None if self.state == "open" else next(hop for hop in self.hops if hop.holds is wanted)

    def unknown_since(self, before: "Way") -> Hop | None:
        """Return the first hop that is unknown here and was open before; None without one."""
        known = {hop.name for hop in before.hops if hop.holds is not True}
        return next((hop for hop in self.hops if hop.holds is None and hop.name not in known), None)


def _state(hops: Iterable[Hop]) -> State:
    found: State = "open"
    for hop in hops:
        if hop.holds is False:
            return "broken"
        if hop.holds is None:
            found = "unknown"
    return found


def best(ways: Iterable[Iterable[Hop]]) -> Sequence[Hop]:
    """Return the first open way, otherwise the best one: for traffic that takes any of them.

    Arguments:
        ways: at least one; those after the first open one are not looked at.
    """
    found: Sequence[Hop] = ()
    rank = (-1, 0)
    for way in ways:
        hops = tuple(way)
        state = _state(hops)
        if state == "open":
            return hops
        if (mine := (_BY_WORTH.index(state), len(hops))) > rank:
            found, rank = hops, mine
    return found


def worst(ways: Sequence[Sequence[Hop]]) -> Sequence[Hop]:
    """Return the worst way: for traffic that takes each of them."""
    return ways[0] if len(ways) == 1 else min(ways, key=lambda hops: _BY_WORTH.index(_state(hops)))
