"""Rules for Gateway Load Balancer endpoints; those for load balancers and services cover the other side."""

from collections.abc import Iterator

from privatelink.review.rule import Hit, Rule
from privatelink.review.services import ENDPOINT
from privatelink.review.shapes import mappings
from privatelink.review.world import Thing, World, Worlds

_TYPE = "GatewayLoadBalancer"
_PAGE = "https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html"


def _endpoints(worlds: Worlds) -> Iterator[Thing]:
    for endpoint in worlds.before.of(ENDPOINT):
        if endpoint.value("vpc_endpoint_type") == _TYPE and not endpoint.change.deposed:
            yield endpoint


def _replaced(worlds: Worlds) -> Iterator[Hit]:
    """One finding for each attribute that forces the replacement."""
    for endpoint in _endpoints(worlds):
        if endpoint.change.replaced:
            yield from (Hit(endpoint.change, name) for name in endpoint.change.replaced_by or ("",))


REPLACED = Rule(
    id="gateway-endpoint-replaced",
    severity="blocking",
    title="Gateway Load Balancer endpoint replaced",
    consequence=(
        "routes lead to the old endpoint until each of them is changed: their traffic is dropped, and the "
        "new endpoint must be accepted if the service requires acceptance"
    ),
    instead=(
        "create a second endpoint, have it accepted, point the routes to it, and destroy this one in a later "
        "apply"
    ),
    page=_PAGE,
    find=_replaced,
)


def _destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Blocks where a route in these plans still leads to it: AWS then drops its traffic."""
    for endpoint in _endpoints(worlds):
        if endpoint.change.destroyed:
            routes = [
                route.address
                for route in _routes(worlds.before, endpoint)
                if (after := worlds.after.same(route.change)) is not None and _leads_to(after, endpoint)
            ]
            because = f"{', '.join(routes)} still leads to it" if routes else ""
            yield Hit(endpoint.change, "", "blocking" if routes else None, because)


DESTROYED = Rule(
    id="gateway-endpoint-destroyed",
    severity="warning",
    title="Gateway Load Balancer endpoint destroyed",
    consequence="traffic no longer passes the appliances; a route that still leads to it drops traffic",
    instead="change the routes first, in an earlier apply, then destroy the endpoint",
    page=_PAGE,
    find=_destroyed,
)


def _routes(world: World, endpoint: Thing) -> list[Thing]:
    return [
        *world.leading_to(endpoint, "aws_route", "vpc_endpoint_id"),
        *world.leading_to(endpoint, "aws_route_table", "route", "vpc_endpoint_id"),
    ]


def _leads_to(route: Thing, endpoint: Thing) -> bool:
    """Whether a route, or one in a route table, still has the ID of an endpoint."""
    blocks = mappings(route.value("route")) if route.change.type == "aws_route_table" else []
    ids = [block.get("vpc_endpoint_id") for block in blocks] or [route.value("vpc_endpoint_id")]
    return endpoint.text("id") in ids


RULES = (REPLACED, DESTROYED)
