"""Changes of the security groups of interface endpoints."""

from collections.abc import Iterator

from privatelink.review.admission import EVERYONE, Admissions, admissions, groups_of
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Thing, Worlds


def _endpoints(worlds: Worlds) -> Iterator[tuple[Thing | None, Thing]]:
    """Every endpoint that exists afterwards, and as it is now."""
    for endpoint in worlds.after.interface_endpoints():
        yield worlds.before.same(endpoint.change), endpoint


def _endpoint_opened_to_everyone(worlds: Worlds) -> Iterator[Hit]:
    """By a rule, or by a group that the endpoint gets; told once for each resource that does it."""
    told: set[int] = set()
    for before, after in _endpoints(worlds):
        had = [] if before is None else _ingress(worlds, before).by
        was = [admission for admission, _ in had]
        for admission, source in _ingress(worlds, after).by:
            if admission.peer not in EVERYONE or any(other.covers(admission) for other in was):
                continue
            change = source.change if source.change.changes else after.change
            if change.changes and id(change) not in told:
                told.add(id(change))
                yield Hit(change, _attribute(source, change))


ENDPOINT_OPENED_TO_EVERYONE = Rule(
    id="endpoint-opened-to-everyone",
    severity="warning",
    title="security group of an endpoint opened to everyone",
    consequence=(
        "whatever reaches the VPC, over peering, transit gateway or VPN too, may connect to the service"
    ),
    instead="admit the clients by their security group, prefix list or CIDR",
    page=pages.GROUP_RULES,
    find=_endpoint_opened_to_everyone,
)


def _endpoint_closed_to_clients(worlds: Worlds) -> Iterator[Hit]:
    """What was admitted and is not any more; silent where the plan does not know what will be admitted."""
    told: set[int] = set()
    for before, after in _endpoints(worlds):
        if before is None or after.change.replaced:
            continue
        has = _ingress(worlds, after)
        if any(admission.peer is None for admission, _ in has.by) or _partly_unknown(worlds, after):
            continue
        for admission, source in _ingress(worlds, before).by:
            if admission.peer is None or any(other.covers(admission) for other, _ in has.by):
                continue
            change = source.change if source.change.changes else after.change
            if change.changes and id(change) not in told:
                told.add(id(change))
                yield Hit(change, _attribute(source, change))


ENDPOINT_CLOSED_TO_CLIENTS = Rule(
    id="endpoint-closed-to-clients",
    severity="blocking",
    title="security group of an endpoint closed to clients",
    consequence="clients that were admitted no longer are: their connections are dropped",
    instead=(
        "see in the flow logs that no client comes by the rule, or add the rule that takes its place first"
    ),
    page=pages.GROUP_RULES,
    find=_endpoint_closed_to_clients,
)


def _ingress(worlds: Worlds, endpoint: Thing) -> Admissions:
    world = worlds.before if endpoint.side == "before" else worlds.after
    return admissions(world, groups_of(world, endpoint, "security_group_ids"), "ingress")


def _partly_unknown(worlds: Worlds, endpoint: Thing) -> bool:
    groups = groups_of(worlds.after, endpoint, "security_group_ids")
    return any(not isinstance(group, Thing | str) for group in groups)


def _attribute(source: Thing, change: object) -> str:
    """The attribute to look at: of the endpoint, of a group with blocks, or of a rule."""
    if source.change is not change:
        return "security_group_ids"
    if source.change.type == "aws_security_group":
        return "ingress"
    for name in ("cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "prefix_list_id", "cidr_blocks"):
        if any(source.change.value(side, name) for side in ("before", "after")):
            return name
    return ""


RULES = (ENDPOINT_OPENED_TO_EVERYONE, ENDPOINT_CLOSED_TO_CLIENTS)
