"""Rules for paths from a consumer to the targets of a service."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from privatelink.review.change import Change
from privatelink.review.hops.hop import Hop
from privatelink.review.reachability import Path, Port, deciding, paths
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Worlds

_SHOWN, _CHARACTERS = 3, 100
_Decided = tuple[Path, Hop]


def _path_broken(worlds: Worlds) -> Iterator[Hit]:
    """One finding for all zones of a port with the same broken hop.

    Another rule reports an endpoint or a service that is destroyed itself, and one that leaves a zone.
    """
    lost = [
        (path, path.after.deciding)
        for path in paths(worlds)
        if path.lost and path.after is not None and path.after.deciding is not None
    ]
    yield from _hits(worlds, lost, "broken")


PATH_BROKEN = Rule(
    id="path-broken",
    severity="blocking",
    title="clients lose access to the service",
    consequence="the path from the consumer to the targets has a broken hop after the apply",
    instead="fix the hop in the same change, or make the change later, when no client uses the path",
    page=pages.ENDPOINT_CHANGES,
    find=_path_broken,
)


def _path_not_determined(worlds: Worlds) -> Iterator[Hit]:
    """Not for a hop that was unknown before and is unknown after: the verdict counts its path."""
    hidden = [(path, found) for path in paths(worlds) if (found := path.hidden) is not None]
    yield from _hits(worlds, hidden, "unknown")


PATH_NOT_DETERMINED = Rule(
    id="path-not-determined",
    severity="warning",
    title="the plan does not show whether clients keep access to the service",
    consequence="a hop of the path from the consumer to the targets is open now, and unknown after the apply",
    instead=(
        "make the change in two applies, so that the second plan shows the values that are known only after "
        "the first, or check the hop by hand"
    ),
    page=pages.ENDPOINT_CHANGES,
    find=_path_not_determined,
)


def _hits(worlds: Worlds, decided: Iterable[_Decided], after: str) -> Iterator[Hit]:
    """One finding for each consumer, port and deciding hop, with its zones if other zones are as before."""
    zones = Counter((id(path.thing), path.port) for path in paths(worlds) if path.after)
    joined: dict[tuple[int, Port | None, str, str], list[_Decided]] = {}
    for path, hop in decided:
        why = re.sub(rf" in {re.escape(path.zone)}\b", "", hop.why)
        joined.setdefault((id(path.thing), path.port, hop.name, why), []).append((path, hop))
    for (consumer, port, _, _), same in joined.items():
        path, hop = same[0]
        before = "open" if any(each.state("before") == "open" for each, _ in same) else "unknown"
        some, here = len(same) < zones[consumer, port], [each.zone for each, _ in same]
        texts = [
            ": ".join(filter(None, (hop.name, hop.why))),
            f"only in {', '.join(here)}" if some and not all(zone in hop.why for zone in here) else "",
            ", ".join(map(_cause, path.causes(hop)[:_SHOWN])),
        ]
        yield Hit(
            path.thing.change,
            path.port_name,
            because="; ".join(filter(None, texts)),
            before=before,
            after=after,
            implied_by=() if (before, after) == ("open", "broken") else path.causes(hop),
        )


def _cause(change: Change) -> str:
    """The resource that changes, and how."""
    if not change.updated:
        done = "replaced" if change.replaced else ("destroyed" if change.destroyed else "created")
        return f"{change.address} is {done}"
    names = deciding(change)
    shown = [f"{name} {change.shown('before', name)} → {change.shown('after', name)}" for name in names]
    texts = [text if len(text) <= _CHARACTERS else name for name, text in zip(names, shown, strict=True)]
    return (
        f"{change.address} changes {' and '.join(texts[:_SHOWN])}" if texts else f"{change.address} changes"
    )


RULES = (PATH_BROKEN, PATH_NOT_DETERMINED)
