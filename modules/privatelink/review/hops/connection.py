"""Whether the connection of an endpoint to a service is accepted."""

from privatelink.facts import AVAILABLE, EXPIRED, FAILED, REJECTED
from privatelink.review.hops.hop import Hop
from privatelink.review.world import Thing, World, remembered

ENDED = (REJECTED, FAILED, EXPIRED)
_NAME = "connection"
_ACCEPTER = "aws_vpc_endpoint_connection_accepter"


@remembered
def connection(world: World, endpoint: Thing, service: Thing) -> Hop:
    """Return whether the connection of an endpoint is accepted."""
    acceptance = service.value("acceptance_required")
    accepters = world.leading_to(endpoint, _ACCEPTER, "vpc_endpoint_id")
    if world.opposite is not None:
        before = world.opposite.same(endpoint.change)
        if before is not None and not endpoint.change.replaced:
            gone = world.opposite.leading_to(before, _ACCEPTER, "vpc_endpoint_id")
            if not accepters and any(each.change.destroyed for each in gone):
                return Hop(_NAME, False, f"destroying {gone[0].address} rejects it", tuple(gone))
        elif acceptance is True and not accepters and endpoint.value("auto_accept") is not True:
            return Hop(_NAME, False, "a new endpoint must be accepted", (endpoint,))
    state = endpoint.value("state")
    if accepters or state == AVAILABLE or acceptance is False:
        return Hop(_NAME, True, things=tuple(accepters))
    if state in ENDED:
        return Hop(_NAME, False, f"it is {state}", (endpoint,))
    return Hop(_NAME, None, "it was pending at the last refresh", (endpoint,))
