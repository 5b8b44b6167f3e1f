"""Changes of interface endpoints and of the VPC they are in."""

from collections.abc import Iterator

from privatelink.facts import PENDING_ACCEPTANCE
from privatelink.review.change import SIDES, Change, Side
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.shapes import UNKNOWN, items
from privatelink.review.world import Thing, Worlds
from privatelink.review.zones import zones_of

_KIND = "aws_vpc_endpoint"
_AUTOMATIC = "a service that accepts by itself, or AWS's own, takes it; any other refuses"


def _interface(worlds: Worlds) -> Iterator[Change]:
    for change in worlds.changes(_KIND):
        side: Side = "before" if change.exists("before") else "after"
        if change.value(side, "vpc_endpoint_type") == "Interface":
            yield change


def _endpoint_replaced(worlds: Worlds) -> Iterator[Hit]:
    """Which attribute forces it is Terraform's to say."""
    for change in _interface(worlds):
        if change.replaced:
            yield from (Hit(change, name) for name in change.replaced_by or ("",))


ENDPOINT_REPLACED = Rule(
    id="endpoint-replaced",
    severity="blocking",
    title="interface endpoint replaced",
    consequence=(
        "the clients of its VPC are cut off: the new endpoint has another id, other addresses and other "
        "names, and waits for acceptance where the service asks for it"
    ),
    instead=(
        "make a second endpoint beside it, have it accepted, move the clients' names to it, and only then "
        "remove this one"
    ),
    page=pages.ENDPOINT,
    find=_endpoint_replaced,
)


def _endpoint_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """A destroyed endpoint is one consumer's own affair, so it does not block."""
    for change in _interface(worlds):
        if change.destroyed and not change.deposed:
            yield Hit(change)


ENDPOINT_DESTROYED = Rule(
    id="endpoint-destroyed",
    severity="warning",
    title="interface endpoint destroyed",
    consequence="the clients of its VPC lose the service, and its addresses and names do not come back",
    instead="see in its flow logs and its CloudWatch metrics that no client uses it any more",
    page=pages.ENDPOINT_CHANGES,
    find=_endpoint_destroyed,
)


def _endpoint_loses_zone(worlds: Worlds) -> Iterator[Hit]:
    """Zones are compared, and where the plan does not know them, how many subnets there are."""
    for change in _interface(worlds):
        if not change.updated or not change.differs("subnet_ids"):
            continue
        before, after = worlds.before.same(change), worlds.after.same(change)
        if before is None or after is None:
            continue
        had, has = zones_of(worlds.before, before, "subnet_ids"), zones_of(worlds.after, after, "subnet_ids")
        fewer = len(items(after.value("subnet_ids"))) < len(items(before.value("subnet_ids")))
        known = after.value("subnet_ids") is not UNKNOWN
        if had.complete and has.complete and had.names - has.names:
            yield Hit(change, "subnet_ids", because=f"lost: {', '.join(sorted(had.names - has.names))}")
        elif known and fewer and not (had.complete and has.complete):
            yield Hit(change, "subnet_ids", because="which zone it is the plan does not know")


ENDPOINT_LOSES_ZONE = Rule(
    id="endpoint-loses-zone",
    severity="blocking",
    title="interface endpoint loses a zone",
    consequence=(
        "its address in that zone goes away with its zonal name; clients that hold either fail until they "
        "resolve again, and from then on cross zones"
    ),
    instead="move the clients off the zonal name, wait for its TTL of 60 s, then remove the zone",
    page=pages.ENDPOINT_CHANGES,
    find=_endpoint_loses_zone,
)


def _endpoint_private_dns_off(worlds: Worlds) -> Iterator[Hit]:
    """By the endpoint itself, or by the resource that switches it alone."""
    for change in (*_interface(worlds), *worlds.changes("aws_vpc_endpoint_private_dns")):
        was, will = (change.value(side, "private_dns_enabled") for side in SIDES)
        if change.updated and was is True and will is False:
            yield Hit(change, "private_dns_enabled")


ENDPOINT_PRIVATE_DNS_OFF = Rule(
    id="endpoint-private-dns-off",
    severity="blocking",
    title="private DNS switched off",
    consequence=(
        "the service's private name no longer leads to the endpoint in this VPC: clients that use it resolve "
        "the public name, or none"
    ),
    instead="give the clients the endpoint's own name, or a record of yours, before switching it off",
    page=pages.DNS_NAMES,
    find=_endpoint_private_dns_off,
)


def _private_dns_before_acceptance(worlds: Worlds) -> Iterator[Hit]:
    """On a new endpoint, or on one that is still pending."""
    for change in _interface(worlds):
        if change.value("after", "private_dns_enabled") is not True or not change.changes:
            continue
        pending = change.updated and change.value("before", "state") == PENDING_ACCEPTANCE
        if not pending and not (change.created or change.replaced):
            continue
        endpoint = worlds.after.same(change)
        if endpoint is None or endpoint.value("auto_accept") is True:
            continue
        service = worlds.after.only(endpoint, "service_name")
        if pending or (isinstance(service, Thing) and service.value("acceptance_required") is True):
            yield Hit(change, "private_dns_enabled")
        elif isinstance(service, str) and ".vpce-svc-" in service:
            yield Hit(
                change, "private_dns_enabled", "warning", f"the plan does not hold the service: {_AUTOMATIC}"
            )


PRIVATE_DNS_BEFORE_ACCEPTANCE = Rule(
    id="private-dns-before-acceptance",
    severity="blocking",
    title="private DNS on before the connection is accepted",
    consequence="AWS refuses it while the connection is pending: the apply fails half-way",
    instead=(
        "make the endpoint with private DNS off, have it accepted, and switch it on by "
        "aws_vpc_endpoint_private_dns or a second apply"
    ),
    page=pages.DNS_NAMES,
    find=_private_dns_before_acceptance,
)


def _vpc_dns_off(worlds: Worlds) -> Iterator[Hit]:
    """Of VPCs that the plans hold, with an endpoint that they hold."""
    for change in worlds.changes("aws_vpc"):
        vpc = worlds.before.same(change)
        if vpc is None or not change.updated:
            continue
        endpoints = worlds.before.leading_to(vpc, _KIND, "vpc_id")
        if not any(endpoint.value("vpc_endpoint_type") == "Interface" for endpoint in endpoints):
            continue
        for name in ("enable_dns_support", "enable_dns_hostnames"):
            if change.value("before", name) is True and change.value("after", name) is False:
                yield Hit(change, name)


VPC_DNS_OFF = Rule(
    id="vpc-dns-off",
    severity="blocking",
    title="DNS switched off in a VPC that has an endpoint",
    consequence="private DNS names of endpoints stop resolving in the whole VPC",
    instead="leave enable_dns_support and enable_dns_hostnames on while an endpoint is in the VPC",
    page=pages.VPC_DNS,
    find=_vpc_dns_off,
)

RULES = (
    ENDPOINT_REPLACED,
    ENDPOINT_DESTROYED,
    ENDPOINT_LOSES_ZONE,
    ENDPOINT_PRIVATE_DNS_OFF,
    PRIVATE_DNS_BEFORE_ACCEPTANCE,
    VPC_DNS_OFF,
)
