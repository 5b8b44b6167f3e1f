"""Rules for the security groups of interface endpoints."""

from collections.abc import Iterator

from privatelink.review.admission import EVERYONE, Admissions, admissions, groups_of
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.world import Thing, Worlds


def _endpoints(worlds: Worlds) -> Iterator[tuple[Thing | None, Thing]]:
    """Each endpoint that exists after the apply: as it is now (if it exists), and after the apply."""
    for endpoint in worlds.after.interface_endpoints():
        yield worlds.before.same(endpoint.change), endpoint


def _endpoint_opened_to_everyone(worlds: Worlds) -> Iterator[Hit]:
    """By a new rule, or by a group that is added to the endpoint; one finding for each resource."""
    reported: set[int] = set()
    for before, after in _endpoints(worlds):
        had = [] if before is None else _ingress(worlds, before).by
        was = [admission for admission, _ in had]
        for admission, source in _ingress(worlds, after).by:
            if admission.peer not in EVERYONE or any(other.covers(admission) for other in was):
                continue
            change = source.change if source.change.changes else after.change
            if change.changes and id(change) not in reported:
                reported.add(id(change))
                yield Hit(change, _attribute(source, change))


ENDPOINT_OPENED_TO_EVERYONE = Rule(
    id="endpoint-opened-to-everyone",
    severity="warning",
    title="security group of an endpoint allows any address",
    consequence=(
        "every client that reaches the VPC, also over peering, a transit gateway or a VPN, can connect to "
        "the service"
    ),
    instead="allow the clients by security group, prefix list or CIDR",
    page=pages.GROUP_RULES,
    find=_endpoint_opened_to_everyone,
)


def _endpoint_closed_to_clients(worlds: Worlds) -> Iterator[Hit]:
    """Clients that were allowed and no longer are; silent where the plan does not show the new rules."""
    reported: set[int] = set()
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
            if change.changes and id(change) not in reported:
                reported.add(id(change))
                yield Hit(change, _attribute(source, change))


ENDPOINT_CLOSED_TO_CLIENTS = Rule(
    id="endpoint-closed-to-clients",
    severity="blocking",
    title="security group of an endpoint no longer allows clients",
    consequence="clients that the old rules allowed can no longer connect",
    instead="check in the flow logs that no client depends on the rule, or add its replacement first",
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
    """The attribute to show: of the endpoint, of a security group with inline rules, or of a rule."""
    if source.change is not change:
        return "security_group_ids"
    if source.change.type == "aws_security_group":
        return "ingress"
    for name in ("cidr_ipv4", "cidr_ipv6", "referenced_security_group_id", "prefix_list_id", "cidr_blocks"):
        if any(source.change.value(side, name) for side in ("before", "after")):
            return name
    return ""


RULES = (ENDPOINT_OPENED_TO_EVERYONE, ENDPOINT_CLOSED_TO_CLIENTS)
