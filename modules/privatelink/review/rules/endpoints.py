"""Rules for interface endpoints and their VPCs."""

from collections.abc import Iterator

from privatelink.facts import PENDING_ACCEPTANCE
from privatelink.review.change import SIDES, Change, Side
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.shapes import UNKNOWN, items
from privatelink.review.world import Thing, Worlds
from privatelink.review.zones import zones_of

_KIND = "aws_vpc_endpoint"
_NOT_IN_PLANS = "the service is not in these plans: AWS allows this only if it does not require acceptance"


def _interface(worlds: Worlds) -> Iterator[Change]:
    for change in worlds.changes(_KIND):
        side: Side = "before" if change.exists("before") else "after"
        if change.value(side, "vpc_endpoint_type") == "Interface":
            yield change


def _endpoint_replaced(worlds: Worlds) -> Iterator[Hit]:
    """One finding for each attribute that forces the replacement."""
    for change in _interface(worlds):
        if change.replaced:
            yield from (Hit(change, name) for name in change.replaced_by or ("",))


ENDPOINT_REPLACED = Rule(
    id="endpoint-replaced",
    severity="blocking",
    title="interface endpoint replaced",
    consequence=(
        "clients in its VPC lose the service: the new endpoint has another ID, other IP addresses and "
        "other DNS names, and must be accepted if the service requires acceptance"
    ),
    instead=(
        "create a second endpoint, have it accepted, point the clients' DNS records to it, and only then "
        "remove this one"
    ),
    page=pages.ENDPOINT,
    find=_endpoint_replaced,
)


def _endpoint_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Does not block: it affects only the consumer that plans it."""
    for change in _interface(worlds):
        if change.destroyed and not change.deposed:
            yield Hit(change)


ENDPOINT_DESTROYED = Rule(
    id="endpoint-destroyed",
    severity="warning",
    title="interface endpoint destroyed",
    consequence="clients in its VPC lose the service; its IP addresses and DNS names cannot be restored",
    instead="check in its flow logs and CloudWatch metrics that no client uses it",
    page=pages.ENDPOINT_CHANGES,
    find=_endpoint_destroyed,
)


def _endpoint_loses_zone(worlds: Worlds) -> Iterator[Hit]:
    """Compares the zones, or the numbers of subnets where the plan does not show the zones."""
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
            yield Hit(change, "subnet_ids", because=f"removed: {', '.join(sorted(had.names - has.names))}")
        elif known and fewer and not (had.complete and has.complete):
            yield Hit(change, "subnet_ids", because="the plan does not show which zone")


ENDPOINT_LOSES_ZONE = Rule(
    id="endpoint-loses-zone",
    severity="blocking",
    title="zone removed from an interface endpoint",
    consequence=(
        "its IP address and zonal DNS name in that zone are removed; clients that use them fail until "
        "they resolve the regional name, and then connect across zones"
    ),
    instead="have the clients use the regional DNS name, wait for the TTL of 60 s, then remove the zone",
    page=pages.ENDPOINT_CHANGES,
    find=_endpoint_loses_zone,
)


def _endpoint_private_dns_off(worlds: Worlds) -> Iterator[Hit]:
    """In the endpoint itself, or in an aws_vpc_endpoint_private_dns."""
    for change in (*_interface(worlds), *worlds.changes("aws_vpc_endpoint_private_dns")):
        was, will = (change.value(side, "private_dns_enabled") for side in SIDES)
        if change.updated and was is True and will is False:
            yield Hit(change, "private_dns_enabled")


ENDPOINT_PRIVATE_DNS_OFF = Rule(
    id="endpoint-private-dns-off",
    severity="blocking",
    title="private DNS disabled",
    consequence=(
        "in this VPC, the private DNS name of the service no longer resolves to the endpoint: clients get "
        "its public address, or none"
    ),
    instead="first have the clients use the DNS name of the endpoint, or a record of your own",
    page=pages.DNS_NAMES,
    find=_endpoint_private_dns_off,
)


def _private_dns_before_acceptance(worlds: Worlds) -> Iterator[Hit]:
    """For a new endpoint, or one whose connection is pending."""
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
            yield Hit(change, "private_dns_enabled", "warning", _NOT_IN_PLANS)


PRIVATE_DNS_BEFORE_ACCEPTANCE = Rule(
    id="private-dns-before-acceptance",
    severity="blocking",
    title="private DNS enabled before the connection is accepted",
    consequence="AWS rejects this while the connection is pending: the apply fails halfway",
    instead=(
        "create the endpoint with private DNS disabled, have it accepted, then enable it with "
        "aws_vpc_endpoint_private_dns or a second apply"
    ),
    page=pages.DNS_NAMES,
    find=_private_dns_before_acceptance,
)


def _vpc_dns_off(worlds: Worlds) -> Iterator[Hit]:
    """For VPCs in these plans that have an interface endpoint in these plans."""
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
    title="DNS disabled in a VPC with an interface endpoint",
    consequence="private DNS names of endpoints no longer resolve in the whole VPC",
    instead="keep enable_dns_support and enable_dns_hostnames on while the VPC has an endpoint",
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
