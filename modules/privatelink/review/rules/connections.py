"""Rules for accepted endpoint connections."""

from collections.abc import Iterator

from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Thing, Worlds


def _accepter_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Silent where the endpoint is destroyed or replaced too: its clients lose the service anyway."""
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
    title="connection accepter destroyed",
    consequence=(
        "destroying it rejects the endpoint connection: the consumer loses the service at once, and must "
        "create a new endpoint or be accepted again"
    ),
    instead=(
        "to stop managing the connection but keep it, use `terraform state rm`, or a `removed` block with "
        "`destroy = false`"
    ),
    page=pages.SERVICE,
    find=_accepter_destroyed,
)

RULES = (ACCEPTER_DESTROYED,)
