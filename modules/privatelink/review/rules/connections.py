"""Changes of accepted connections."""

from collections.abc import Iterator

from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Thing, Worlds


def _accepter_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Where the endpoint goes too there is no one left to cut off."""
    for change in worlds.changes("aws_vpc_endpoint_connection_accepter"):
        accepter = worlds.before.same(change)
        if accepter is None or not (change.destroyed or change.replaced):
            continue
        endpoint = worlds.before.only(accepter, "vpc_endpoint_id")
        if isinstance(endpoint, Thing) and (endpoint.change.destroyed or endpoint.change.replaced):
            continue
        yield Hit(change, (*change.replaced_by, "vpc_endpoint_id")[0])


ACCEPTER_DESTROYED = Rule(
    id="accepter-destroyed",
    severity="blocking",
    title="accepter destroyed",
    consequence=(
        "destroying it rejects the connection: the consumer is cut off at once, and has to make a new "
        "endpoint or be accepted again"
    ),
    instead=(
        "to stop managing the connection without ending it: `terraform state rm`, or a `removed` block with "
        "`destroy = false`"
    ),
    page=pages.SERVICE,
    find=_accepter_destroyed,
)

RULES = (ACCEPTER_DESTROYED,)
