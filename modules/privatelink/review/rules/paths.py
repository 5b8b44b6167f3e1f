"""What the changes together do to a path."""

from collections.abc import Iterator

from privatelink.review.reachability import paths
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Worlds


def _path_broken(worlds: Worlds) -> Iterator[Hit]:
    """An endpoint that goes away itself is another rule's."""
    for path in paths(worlds):
        if path.lost and path.after is not None:
            yield Hit(
                path.endpoint.change,
                f"port {path.port}",
                because=path.after.why,
                before="open",
                after="broken",
            )


PATH_BROKEN = Rule(
    id="path-broken",
    severity="blocking",
    title="clients that reach the service now no longer do",
    consequence="from the endpoint to its targets nothing stood in the way, and afterwards a hop is broken",
    instead="mend the hop in the same change, or make it in a second change once no client uses the path",
    page=pages.ENDPOINT_CHANGES,
    find=_path_broken,
)

RULES = (PATH_BROKEN,)
