"""Rules for endpoint services."""

from collections.abc import Iterator, Sequence

from privatelink.facts import DEFAULT_TCP_IDLE_TIMEOUT_SECONDS, EVERYONE
from privatelink.review.change import SIDES, Change
from privatelink.review.rule import Hit, Rule
from privatelink.review.rules import pages
from privatelink.review.services import LOAD_BALANCERS, services_of
from privatelink.review.shapes import UNKNOWN, Unknown, Value, items, text
from privatelink.review.world import Linked, Thing, World, Worlds
from privatelink.review.zones import zones_of

_KIND = "aws_vpc_endpoint_service"
_PRINCIPAL = "aws_vpc_endpoint_service_allowed_principal"


def open_to_everyone(world: World, service: Thing) -> bool:
    """Whether `*` is an allowed principal, in the service's own list or as a separate resource."""
    separate = world.leading_to(service, _PRINCIPAL, "vpc_endpoint_service_id")
    return EVERYONE in items(_inline(service)) or any(
        principal.value("principal_arn") == EVERYONE for principal in separate
    )


def _inline(service: Thing) -> Value:
    # An omitted list has the value of the last refresh, which includes principals of separate resources.
    if service.side == "after" and service.change.omits("allowed_principals"):
        return None
    return service.value("allowed_principals")


def _lost(change: Change, name: str) -> list[str]:
    """The items removed from a list; none where the new list is unknown."""
    after = change.value("after", name)
    if not change.updated or after is UNKNOWN or UNKNOWN in items(after) or not items(after):
        return []
    return sorted(
        {str(item) for item in items(change.value("before", name))} - {str(i) for i in items(after)}
    )


def _service_destroyed(worlds: Worlds) -> Iterator[Hit]:
    """Always blocks: a plan does not show which connections exist."""
    for change in worlds.changes(_KIND):
        if (change.destroyed or change.replaced) and not change.deposed:
            yield Hit(change)


SERVICE_DESTROYED = Rule(
    id="service-destroyed",
    severity="blocking",
    title="endpoint service destroyed",
    consequence=(
        "AWS rejects the deletion while a connection is available or pending; without connections, the "
        "service name is lost, and every consumer must create a new endpoint"
    ),
    instead=(
        "have the consumers delete their endpoints, or reject the connections (`privatelink connections` "
        "lists them), then destroy the service"
    ),
    page=pages.SERVICE_CREATION,
    find=_service_destroyed,
)


def _service_load_balancer_removed(worlds: Worlds) -> Iterator[Hit]:
    """A warning where other load balancers cover its zones.

    Other rules cover a load balancer that is replaced or destroyed.
    """
    for change in worlds.changes(_KIND):
        before, after = worlds.before.same(change), worlds.after.same(change)
        if not change.updated or before is None or after is None:
            continue
        for name in LOAD_BALANCERS:
            has = worlds.after.linked(after, name)
            if UNKNOWN in has:
                continue
            places = {lb.change if isinstance(lb, Thing) else lb for lb in has}
            for lb in worlds.before.linked(before, name):
                if isinstance(lb, Unknown) or (lb.change if isinstance(lb, Thing) else lb) in places:
                    continue
                if isinstance(lb, Thing) and (lb.change.destroyed or lb.change.replaced):
                    continue
                others = [each for each in has if not _of_another_service(worlds, each, before)]
                if isinstance(lb, Thing) and _covers(worlds, lb, others):
                    yield Hit(change, name, "warning", "other load balancers cover its zones")
                else:
                    elsewhere = len(others) < len(has)
                    yield Hit(change, name, because=_ANOTHER if elsewhere else "")


SERVICE_LOAD_BALANCER_REMOVED = Rule(
    id="service-load-balancer-removed",
    severity="blocking",
    title="load balancer removed from an endpoint service",
    consequence=(
        "connections through it break, and the service no longer offers the zones that only it covers"
    ),
    instead=(
        "cover its zones and listeners with another load balancer of the service, let its flows drain "
        f"({DEFAULT_TCP_IDLE_TIMEOUT_SECONDS} s idle), then remove it"
    ),
    page=pages.SERVICE,
    find=_service_load_balancer_removed,
)


_ANOTHER = "its consumers reach the targets of another service, which has this load balancer now"


def _of_another_service(worlds: Worlds, lb: Linked, service: Thing) -> bool:
    """Whether a load balancer is one of another endpoint service before the apply."""
    was = worlds.before.same(lb.change) if isinstance(lb, Thing) else None
    return was is not None and any(each is not service for each in services_of(worlds.before, was))


def _covers(worlds: Worlds, lb: Thing, others: Sequence[Linked]) -> bool:
    wanted = zones_of(worlds.before, lb, "subnets", "subnet_mapping.subnet_id")
    covered: set[str] = set()
    for other in others:
        if isinstance(other, Thing):
            covered |= zones_of(worlds.after, other, "subnets", "subnet_mapping.subnet_id").names
    return wanted.complete and wanted.names <= covered


def _acceptance_switched_off(worlds: Worlds) -> Iterator[Hit]:
    """With `*` as an allowed principal, a rule of higher severity reports it."""
    for change in worlds.changes(_KIND):
        if _switched_off(change):
            service = worlds.after.same(change)
            if service is not None and not open_to_everyone(worlds.after, service):
                yield Hit(change, "acceptance_required")


ACCEPTANCE_SWITCHED_OFF = Rule(
    id="acceptance-switched-off",
    severity="warning",
    title="acceptance no longer required",
    consequence="every allowed principal connects without approval; pending connections stay pending",
    instead=(
        "keep acceptance required and accept connections with Terraform, or check that every allowed "
        "principal may connect without approval"
    ),
    page=pages.SERVICE,
    find=_acceptance_switched_off,
)


def _switched_off(change: Change) -> bool:
    name = "acceptance_required"
    return change.updated and change.value("before", name) is True and change.value("after", name) is False


def _service_open_to_everyone(worlds: Worlds) -> Iterator[Hit]:
    """Only where these plans cause it."""
    for service in worlds.after.of(_KIND):
        if service.value("acceptance_required") is not False or not open_to_everyone(worlds.after, service):
            continue
        before = worlds.before.same(service.change)
        was = (
            before is not None
            and before.value("acceptance_required") is False
            and open_to_everyone(worlds.before, before)
        )
        if not was:
            yield Hit(service.change, "acceptance_required", because="`*` is an allowed principal")


SERVICE_OPEN_TO_EVERYONE = Rule(
    id="service-open-to-everyone",
    severity="blocking",
    title="any AWS account can connect without approval",
    consequence="`*` is an allowed principal and acceptance is not required: every AWS account can connect",
    instead="allow single accounts by their ARNs, or keep acceptance required",
    page=pages.SERVICE,
    find=_service_open_to_everyone,
)


def _principal_everyone_added(worlds: Worlds) -> Iterator[Hit]:
    """In the service's own list or as a separate resource.

    Without acceptance, a rule of higher severity reports it.
    """
    for service in worlds.after.of(_KIND):
        before = worlds.before.same(service.change)
        was = before is not None and open_to_everyone(worlds.before, before)
        if service.value("acceptance_required") is False or was:
            continue
        if EVERYONE in items(_inline(service)):
            yield Hit(service.change, "allowed_principals")
        for principal in worlds.after.leading_to(service, _PRINCIPAL, "vpc_endpoint_service_id"):
            if principal.value("principal_arn") == EVERYONE and principal.change.changes:
                yield Hit(principal.change, "principal_arn")


PRINCIPAL_EVERYONE_ADDED = Rule(
    id="principal-everyone-added",
    severity="warning",
    title="`*` added to the allowed principals",
    consequence="every AWS account can request a connection; only acceptance protects the service",
    instead="allow single accounts, roles or users by their ARNs",
    page=pages.SERVICE,
    find=_principal_everyone_added,
)


def _principal_removed(worlds: Worlds) -> Iterator[Hit]:
    """In the service's own list or as a separate resource; silent where the service is destroyed too."""
    for change in worlds.changes(_KIND):
        if not change.omits("allowed_principals") and _lost_principals(change):
            yield Hit(change, "allowed_principals")
    for change in worlds.changes(_PRINCIPAL):
        principal = worlds.before.same(change)
        if principal is None or not (change.destroyed or change.replaced) or change.deposed:
            continue
        service = worlds.before.only(principal, "vpc_endpoint_service_id")
        if isinstance(service, Thing) and (
            service.change.destroyed or _still_allowed(worlds, service, principal)
        ):
            continue
        yield Hit(change, "principal_arn")


PRINCIPAL_REMOVED = Rule(
    id="principal-removed",
    severity="warning",
    title="allowed principal removed",
    consequence="its existing connections stay; it can no longer create an endpoint, nor replace one",
    instead=(
        "to disconnect it, reject its connections as well: `privatelink connections SERVICE --reject "
        "ENDPOINT`"
    ),
    page=pages.SERVICE,
    find=_principal_removed,
)


def _lost_principals(change: Change) -> bool:
    before, after = change.value("before", "allowed_principals"), change.value("after", "allowed_principals")
    if not change.updated or after is UNKNOWN or UNKNOWN in items(after):
        return False
    return bool({str(item) for item in items(before)} - {str(item) for item in items(after)})


def _still_allowed(worlds: Worlds, service: Thing, principal: Thing) -> bool:
    """Whether another resource allows the same principal after the apply, such as one with a new address."""
    after = worlds.after.same(service.change)
    return after is not None and any(
        other.value("principal_arn") == principal.value("principal_arn")
        for other in worlds.after.leading_to(after, _PRINCIPAL, "vpc_endpoint_service_id")
    )


def _private_dns_name_changed(worlds: Worlds) -> Iterator[Hit]:
    """Not for the first name of a service."""
    for change in worlds.changes(_KIND):
        had = change.value("before", "private_dns_name")
        if change.updated and had and change.differs("private_dns_name"):
            yield Hit(change, "private_dns_name")


PRIVATE_DNS_NAME_CHANGED = Rule(
    id="private-dns-name-changed",
    severity="blocking",
    title="private DNS name changed",
    consequence=(
        "the old name no longer resolves to the endpoints, and consumers cannot use the new one until its "
        "domain is verified"
    ),
    instead=(
        "first have the clients use the DNS names of their endpoints, or records of their own; then "
        "change the name, and verify its domain with the TXT record"
    ),
    page=pages.DNS_NAMES,
    find=_private_dns_name_changed,
)


_KEPT = {
    _KIND: ("private_dns_name", "supported_regions", "allowed_principals"),
    "aws_vpc_endpoint": ("private_dns_enabled",),
    "aws_lb": ("security_groups",),
}


def _omitted_value_kept(worlds: Worlds) -> Iterator[Hit]:
    """On unchanged resources too: the plan shows no change, but the configuration has one."""
    for kind, names in _KEPT.items():
        for change in worlds.changes(kind):
            before = worlds.before.same(change)
            if before is None or not (change.updated or change.actions == ("no-op",)):
                continue
            for name in names:
                if before.value(name) and change.omits(name) and not _elsewhere(worlds, before, name):
                    kept = _unowned_principals(worlds, before) if name == "allowed_principals" else []
                    yield Hit(change, name, because=f"kept: {', '.join(kept)}" if kept else "")


OMITTED_VALUE_KEPT = Rule(
    id="omitted-value-kept",
    severity="warning",
    title="omitted attribute keeps its value",
    consequence=(
        "the provider does not change an attribute that the configuration omits: AWS keeps the old value, "
        "and no plan shows it"
    ),
    instead="set the attribute explicitly, even to an empty value or false",
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint_service",
    find=_omitted_value_kept,
)


def _unowned_principals(worlds: Worlds, service: Thing) -> list[str]:
    """The allowed principals of a service that no separate resource in these plans has."""
    owned = {
        principal.text("principal_arn")
        for world in (worlds.before, worlds.after)
        for found in [world.same(service.change)]
        if found is not None
        for principal in world.leading_to(found, _PRINCIPAL, "vpc_endpoint_service_id")
    }
    return sorted({*map(text, items(service.value("allowed_principals")))} - owned - {""})


def _elsewhere(worlds: Worlds, before: Thing, name: str) -> bool:
    """Whether another resource sets the attribute, or AWS has chosen its value."""
    if before.change.type == "aws_lb" and before.value("load_balancer_type") != "network":
        return True
    if name == "allowed_principals":
        return not _unowned_principals(worlds, before)
    if name == "supported_regions":
        # A service in a single Region always lists that one.
        return len(items(before.value(name))) < 2
    if name == "private_dns_enabled":
        return bool(worlds.after.leading_to(before, "aws_vpc_endpoint_private_dns", "vpc_endpoint_id"))
    return False


def _supported_region_removed(worlds: Worlds) -> Iterator[Hit]:
    """Only where the new list is known."""
    for change in worlds.changes(_KIND):
        if lost := _lost(change, "supported_regions"):
            yield Hit(change, "supported_regions", because=f"removed: {', '.join(lost)}")


SUPPORTED_REGION_REMOVED = Rule(
    id="supported-region-removed",
    severity="blocking",
    title="supported Region removed",
    consequence="consumers in that Region cannot create endpoints, and their existing ones lose the service",
    instead=(
        "check that no connection comes from the Region (`privatelink connections SERVICE` lists them), "
        "then remove it"
    ),
    page=pages.SHARING,
    find=_supported_region_removed,
)


_IP_TYPES = {"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}


def _ip_type_dropped(worlds: Worlds) -> Iterator[Hit]:
    """For a service, an endpoint, or the load balancer of a service."""
    for change in worlds.changes(_KIND):
        if lost := _lost(change, "supported_ip_address_types"):
            yield Hit(change, "supported_ip_address_types", because=f"removed: {', '.join(lost)}")
    for change in worlds.changes("aws_vpc_endpoint", "aws_lb"):
        had, has = (_IP_TYPES.get(text(change.value(side, "ip_address_type"))) for side in SIDES)
        if change.updated and had and has and had - has:
            yield Hit(change, "ip_address_type")


IP_TYPE_DROPPED = Rule(
    id="ip-type-dropped",
    severity="blocking",
    title="IP address type removed",
    consequence="clients that connect over that address type fail",
    instead="have the consumers change the IP address type and DNS records of their endpoints first",
    page=pages.SERVICE,
    find=_ip_type_dropped,
)


_MODIFYING = (
    "acceptance_required", "gateway_load_balancer_arns", "network_load_balancer_arns", "private_dns_name",
    "supported_ip_address_types", "supported_regions",
)  # fmt: skip
"""The attributes for which the provider calls ModifyVpcEndpointServiceConfiguration; not for tags."""


def _service_lacks_zone(worlds: Worlds) -> Iterator[Hit]:
    """Silent where the same plans change the service in a way that AWS reads its load balancers again."""
    for lb in worlds.before.network_load_balancers():
        after = worlds.after.same(lb.change)
        services = worlds.before.leading_to(lb, _KIND, "network_load_balancer_arns")
        if after is None or not lb.change.updated or not services:
            continue
        if any(service.change.differs(name) for service in services for name in _MODIFYING):
            continue
        paths = ("subnets", "subnet_mapping.subnet_id")
        had, has = zones_of(worlds.before, lb, *paths), zones_of(worlds.after, after, *paths)
        more = len(items(after.value("subnets"))) > len(items(lb.value("subnets")))
        if had.complete and has.names - had.names:
            added = ", ".join(sorted(has.names - had.names))
            yield Hit(lb.change, "subnets", because=f"added: {added}")
        elif more:
            yield Hit(lb.change, "subnets", because="the plan does not show which zone")


SERVICE_LACKS_ZONE = Rule(
    id="service-lacks-zone",
    severity="warning",
    title="zone added to the load balancer but not offered by the service",
    consequence=(
        "consumers cannot add the new zone to an endpoint: the service offers it only after a change of "
        "the service itself"
    ),
    instead=(
        "after the apply, run `aws ec2 modify-vpc-endpoint-service-configuration --service-id vpce-svc-…`: "
        "the service then has the zones of its load balancer; a change of its tags does not do that"
    ),
    page=pages.SERVICE,
    find=_service_lacks_zone,
)

RULES = (
    SERVICE_DESTROYED,
    SERVICE_LOAD_BALANCER_REMOVED,
    ACCEPTANCE_SWITCHED_OFF,
    SERVICE_OPEN_TO_EVERYONE,
    PRINCIPAL_EVERYONE_ADDED,
    PRINCIPAL_REMOVED,
    PRIVATE_DNS_NAME_CHANGED,
    OMITTED_VALUE_KEPT,
    SUPPORTED_REGION_REMOVED,
    IP_TYPE_DROPPED,
    SERVICE_LACKS_ZONE,
)
