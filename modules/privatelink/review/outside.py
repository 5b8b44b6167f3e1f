"""What stands on a path from a consumer to a target and lies outside the plans.

A review says so each time: nothing in a plan shows it, so a verdict does not cover it.
"""

from collections.abc import Iterator

from privatelink.review.shapes import items
from privatelink.review.world import Thing, World

_MOST = 3  # names in one line


def outside(world: World) -> tuple[str, ...]:
    """Return what these plans do not show, one line for each kind; nothing without PrivateLink."""
    return tuple(_outside(world))


def _outside(world: World) -> Iterator[str]:
    services = world.of("aws_vpc_endpoint_service")
    if services:
        yield "endpoint connections: a plan does not list who is connected"
    named = [each.value("service_name") for each in world.interface_endpoints()]
    elsewhere = dict.fromkeys(
        name for name in named if isinstance(name, str) and not isinstance(world.find(name), Thing)
    )
    if elsewhere:
        yield f"endpoint services of other workspaces: {_some(list(elsewhere))}"
    balancers = dict.fromkeys(
        arn
        for service in services
        for arn in items(service.value("network_load_balancer_arns"))
        if isinstance(arn, str) and world.find(arn) is None
    )
    if balancers:
        yield f"load balancers of other workspaces: {_some([arn.rpartition('/')[0] for arn in balancers])}"


def _some(names: list[str]) -> str:
    more = len(names) - _MOST
    return ", ".join(names[:_MOST]) + (f" and {more} more" if more > 0 else "")
