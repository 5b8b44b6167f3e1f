"""Rules for Gateway Load Balancer endpoints; those for load balancers and services cover the other side."""

from collections.abc import Iterable, Iterator

from privatelink.review.rule import Hit, Rule
from privatelink.review.services import ENDPOINT
from privatelink.review.shapes import Value, mappings, text
from privatelink.review.world import Thing, World, Worlds

_TYPE = "GatewayLoadBalancer"
_TABLES = ("aws_route_table", "aws_default_route_table")
_ROUTES = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
_BLOCKS = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
"""The attributes with the destination, of a route and of a block of a route table."""
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


def _route_lost(worlds: Worlds) -> Iterator[Hit]:
    """For endpoints that stay; silent where the destination leads to another one."""
    for endpoint in _endpoints(worlds):
        if endpoint.change.destroyed or endpoint.change.replaced:
            continue
        for route in _routes(worlds.before, endpoint):
            if not route.change.changes:
                continue
            for table, destination in _destinations(worlds.before, route, endpoint):
                if not any(_is_led(worlds.after, each, table, destination) for each in _after(worlds)):
                    because = f"{destination or 'a destination'} no longer leads to {endpoint.address}"
                    name = "route" if "route_table" in route.change.type else "vpc_endpoint_id"
                    yield Hit(route.change, name, because=because)


ROUTE_LOST = Rule(
    id="gateway-route-lost",
    severity="warning",
    title="route no longer leads to a Gateway Load Balancer endpoint",
    consequence=(
        "the traffic goes around the appliances that inspect it, or is dropped if no other route has its "
        "destination"
    ),
    instead="check that the traffic needs no inspection, or lead it to another endpoint of the service",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-gateway-load-balancer-endpoint-service.html",
    find=_route_lost,
)


def _after(worlds: Worlds) -> list[Thing]:
    """The Gateway Load Balancer endpoints after the apply."""
    return [each for each in worlds.after.of(ENDPOINT) if each.value("vpc_endpoint_type") == _TYPE]


def _is_led(world: World, endpoint: Thing, table: str, destination: str) -> bool:
    return any(
        (table, destination) in _destinations(world, route, endpoint) for route in _routes(world, endpoint)
    )


def _destinations(world: World, route: Thing, endpoint: Thing) -> list[tuple[str, str]]:
    """The destinations that a route, or those in a route table, lead to an endpoint, each with its table."""
    if route.change.type in _TABLES:
        led = [
            each
            for each in mappings(route.value("route"))
            if each.get("vpc_endpoint_id") == endpoint.text("id")
        ]
        return [(route.identity, _first(each.get(name) for name in _BLOCKS)) for each in led]
    table = world.only(route, "route_table_id")
    identity = table.identity if isinstance(table, Thing) else text(table if isinstance(table, str) else "")
    return [(identity, _first(route.value(name) for name in _ROUTES))]


def _first(values: Iterable[Value]) -> str:
    return next(filter(None, map(text, values)), "")


def _routes(world: World, endpoint: Thing) -> list[Thing]:
    return [
        *world.leading_to(endpoint, "aws_route", "vpc_endpoint_id"),
        *(each for kind in _TABLES for each in world.leading_to(endpoint, kind, "route", "vpc_endpoint_id")),
    ]


def _leads_to(route: Thing, endpoint: Thing) -> bool:
    """Whether a route, or one in a route table, still has the ID of an endpoint."""
    blocks = mappings(route.value("route")) if route.change.type in _TABLES else []
    ids = [block.get("vpc_endpoint_id") for block in blocks] or [route.value("vpc_endpoint_id")]
    return endpoint.text("id") in ids


RULES = (REPLACED, DESTROYED, ROUTE_LOST)
