"""Rules for interface endpoints and their VPCs."""

import re
from collections.abc import Iterator, Sequence

from privatelink.facts import PENDING_ACCEPTANCE
from privatelink.review.change import SIDES, Change, Side
from privatelink.review.hops.client import zones_of_endpoint
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.rules.names import zone_leads_to, zones_of_vpc
from privatelink.review.services import SUBNET_ASSOCIATION, endpoint_subnets, endpoints
from privatelink.review.shapes import UNKNOWN, mappings, text
from privatelink.review.world import Linked, Thing, World, Worlds
from privatelink.review.zones import Zones, zones_of_subnets

_KIND = "aws_vpc_endpoint"
# vpce-0123-4567-eu-west-1a.vpce-svc-0123.eu-west-1.vpce.amazonaws.com
_ZONAL_NAME = re.compile(r"vpce-[^-.]+-[^-.]+-([^.]+)\.")
_AZ_ID = re.compile(r"[a-z0-9-]+-az\d+")
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
    """Compares the zones, or the subnets where the plan does not show the zones."""
    for before, after in endpoints(worlds, "Interface"):
        if before is None or after.change.replaced:
            continue
        old, new = endpoint_subnets(worlds.before, before), endpoint_subnets(worlds.after, after)
        associations = worlds.before.leading_to(before, SUBNET_ASSOCIATION, "vpc_endpoint_id")
        causes = [each.change for each in associations if each.change.changes]
        if after.change.differs("subnet_ids"):
            causes.insert(0, after.change)
        if not causes or UNKNOWN in new:
            continue
        name = "subnet_ids" if causes[0] is after.change else "subnet_id"
        gone = _zones_lost(before, zones_of_subnets(old), zones_of_subnets(new))
        if gone:
            yield Hit(causes[0], name, because=f"removed: {', '.join(sorted(gone))}")
        elif gone is None and len(new) < len(old):
            yield Hit(causes[0], name, because="the plan does not show which zone")
        elif gone is None and (removed := _ids(old) - _ids(new)):
            because = f"the plan does not show the zone of {', '.join(sorted(removed))}"
            yield Hit(causes[0], name, "warning", because)


ENDPOINT_LOSES_ZONE = Rule(
    id="endpoint-loses-zone",
    severity="blocking",
    title="zone removed from an interface endpoint",
    consequence=(
        "its IP address and zonal DNS name in that zone are removed; clients that use them fail until "
        "they resolve the regional name, and then connect across zones"
    ),
    instead=(
        "have the clients use the regional DNS name, wait for the TTL of 60 s, then remove the subnet from "
        "the endpoint in one apply, and destroy the subnet in a later one: Terraform destroys it first, and "
        "AWS refuses that while the endpoint has a network interface in it"
    ),
    page=pages.ENDPOINT_CHANGES,
    find=_endpoint_loses_zone,
)


def _zones_lost(endpoint: Thing, had: Zones, has: Zones) -> set[str] | None:
    """Return the zones that an endpoint loses; None if the plan does not show them.

    A plan does not have the data source of a subnet that the configuration no longer reads; the endpoint's
    DNS names have its zones too.

    Arguments:
        endpoint: the endpoint before the apply.
        had: the zones of its subnets before the apply.
        has: those after the apply.
    """
    if not has.complete:
        return None
    if had.complete:
        return had.names - has.names
    names = (text(entry.get("dns_name")) for entry in mappings(endpoint.value("dns_entry")))
    zones = {found[1] for name in names if (found := _ZONAL_NAME.match(name))}
    by_id = any(_AZ_ID.fullmatch(zone) for zone in zones)  # in another Region than that of the service
    if not zones or (by_id and not all(has.by_name.values())):
        return None
    return zones - (has.ids if by_id else has.names)


def _ids(subnets: Sequence[Linked]) -> set[str]:
    found = (each.identity if isinstance(each, Thing) else each for each in subnets)
    return {each for each in found if isinstance(each, str)}


def _endpoint_address_changed(worlds: Worlds) -> Iterator[Hit]:
    """In a zone that the endpoint stays in; subnets that are replaced are reported by another rule."""
    for before, after in endpoints(worlds, "Interface"):
        if before is None or not after.change.updated:
            continue
        old, new = zones_of_endpoint(worlds.before, before)[0], zones_of_endpoint(worlds.after, after)[0]
        stays = {subnet.change for _, subnet in new}
        into = {str(zone): subnet for zone, subnet in new}
        for zone, subnet in old:
            if subnet.change not in stays and str(zone) in into:
                because = f"another subnet in {zone}: {into[str(zone)].address} instead of {subnet.address}"
                yield Hit(after.change, "subnet_ids", because=because)
        had, has = _addresses(before), _addresses(after)
        if moved := [subnet for subnet in had if has.get(subnet, had[subnet]) != had[subnet]]:
            because = ", ".join(f"{has[subnet]} instead of {had[subnet]}" for subnet in moved)
            yield Hit(after.change, "subnet_configuration", because=because)


ENDPOINT_ADDRESS_CHANGED = Rule(
    id="endpoint-address-changed",
    severity="warning",
    title="IP address of an interface endpoint changed",
    consequence=(
        "clients that use the old address, also from a cache or a firewall rule, lose the service in that "
        "zone; AWS may refuse a second subnet in the same zone (DuplicateSubnetsInSameZone)"
    ),
    instead=(
        "have the clients use the regional DNS name, remove the old subnet from the endpoint in one apply, "
        "and add the new one in the next"
    ),
    page=pages.ENDPOINT_CHANGES,
    find=_endpoint_address_changed,
)


def _addresses(endpoint: Thing) -> dict[str, str]:
    """The IPv4 addresses of an endpoint by subnet, as far as the plan shows them."""
    return {
        text(each.get("subnet_id")): address
        for each in mappings(endpoint.value("subnet_configuration"))
        if (address := text(each.get("ipv4")))
    }


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
    """For VPCs with an interface endpoint, or with a private hosted zone whose records lead to one.

    Only names in private hosted zones, which AWS also uses for private DNS, need DNS hostnames.
    """
    for change in worlds.changes("aws_vpc"):
        vpc = worlds.before.same(change)
        if vpc is None or not change.updated:
            continue
        inside = [
            endpoint
            for endpoint in worlds.before.leading_to(vpc, _KIND, "vpc_id")
            if endpoint.value("vpc_endpoint_type") == "Interface"
        ]
        private = any(_has_private_dns(worlds.before, endpoint) for endpoint in inside) or bool(
            inside and zones_of_vpc(worlds.before, vpc)
        )
        for name, matters in (("enable_dns_support", bool(inside)), ("enable_dns_hostnames", private)):
            if matters and change.value("before", name) is True and change.value("after", name) is False:
                yield Hit(change, name)
        if not inside:
            yield from _zones_off(worlds.before, vpc)


def _zones_off(world: World, vpc: Thing) -> Iterator[Hit]:
    """For a VPC without endpoints: private hosted zones need both attributes."""
    zones = [zone.text("name") for zone in zones_of_vpc(world, vpc) if zone_leads_to(world, zone)]
    names = ("enable_dns_support", "enable_dns_hostnames")
    if not zones or any(vpc.value(name) is not True for name in names):
        return
    for name in names:
        if vpc.change.value("after", name) is False:
            because = f"{vpc.address} no longer resolves {', '.join(zones)}, which leads to endpoints"
            yield Hit(vpc.change, name, "warning", because)


def _has_private_dns(world: World, endpoint: Thing) -> bool:
    separate = world.leading_to(endpoint, "aws_vpc_endpoint_private_dns", "vpc_endpoint_id")
    return any(each.value("private_dns_enabled") is True for each in (endpoint, *separate))


VPC_DNS_OFF = Rule(
    id="vpc-dns-off",
    severity="blocking",
    title="DNS disabled in a VPC with an interface endpoint",
    consequence="the names of endpoints no longer resolve in the whole VPC",
    instead="keep enable_dns_support and enable_dns_hostnames on while the VPC has an endpoint",
    page=pages.VPC_DNS,
    find=_vpc_dns_off,
)

RULES = (
    ENDPOINT_REPLACED,
    ENDPOINT_DESTROYED,
    ENDPOINT_LOSES_ZONE,
    ENDPOINT_ADDRESS_CHANGED,
    ENDPOINT_PRIVATE_DNS_OFF,
    PRIVATE_DNS_BEFORE_ACCEPTANCE,
    VPC_DNS_OFF,
)
