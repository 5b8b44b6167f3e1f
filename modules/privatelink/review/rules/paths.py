"""Rules for paths from an endpoint to the targets of its service."""

from collections.abc import Iterator

from privatelink.review.reachability import paths
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Worlds


def _path_broken(worlds: Worlds) -> Iterator[Hit]:
    """Another rule reports an endpoint that is destroyed itself."""
    for path in paths(worlds):
        if path.lost and path.after is not None:
            yield Hit(
                path.thing.change,
                path.name,
                because=path.after.why,
                before="open",
                after="broken",
            )


PATH_BROKEN = Rule(
    id="path-broken",
    severity="blocking",
    title="clients lose access to the service",
    consequence="the path from the endpoint to the targets is open now, and has a broken hop after the apply",
    instead="fix the hop in the same change, or make the change later, when no client uses the path",
    page=pages.ENDPOINT_CHANGES,
    find=_path_broken,
)

RULES = (PATH_BROKEN,)
