"""Rules for names that lead to endpoints: records, hosted zones, resolver rules and DHCP options."""

import re
from collections.abc import Iterator

from privatelink.review.change import Change
from privatelink.review.rule import Hit, Rule, Severity
from privatelink.review.rules import pages
from privatelink.review.services import ENDPOINT, SERVICE, has_privatelink
from privatelink.review.shapes import UNKNOWN, Unknown, items, mappings, text
from privatelink.review.world import Thing, World, Worlds, remembered

_RECORD, _ZONE, _ASSOCIATION = "aws_route53_record", "aws_route53_zone", "aws_route53_zone_association"
_RULE, _RULE_ASSOCIATION = "aws_route53_resolver_rule", "aws_route53_resolver_rule_association"
_DHCP, _DHCP_ASSOCIATION = "aws_vpc_dhcp_options", "aws_vpc_dhcp_options_association"
AMAZON_DNS = "AmazonProvidedDNS"
_ENDPOINT_NAME = re.compile(r"(?:^|\.)(vpce-[0-9a-z]+)-[0-9a-z]+(?:-[0-9a-z-]+)?\.")
"""The DNS names of an endpoint begin with its ID: regional, zonal, or below a wildcard."""
_VALUES = (("records",), ("alias", "name"))


def zones_of_vpc(world: World, vpc: Thing) -> list[Thing]:
    """Return the private hosted zones in the plans that are associated with a VPC."""
    separate = [
        zone
        for association in world.leading_to(vpc, _ASSOCIATION, "vpc_id")
        for zone in world.linked(association, "zone_id")
    ]
    found = [*world.leading_to(vpc, _ZONE, "vpc", "vpc_id"), *separate]
    return [zone for zone in dict.fromkeys(found) if isinstance(zone, Thing)]


def _record_lost(worlds: Worlds) -> Iterator[Hit]:
    """Silent where the name leads to an endpoint of the same service, and where the endpoint goes too."""
    for change in worlds.changes(_RECORD):
        before = worlds.before.same(change)
        if before is None or not change.changes or change.deposed:
            continue
        led = _leads_to(worlds.before, before) or set()
        staying = {each for each in led if not _is_destroyed(worlds, each)}
        leads = _name_leads_to(worlds.after, _full_name(worlds.before, before))
        if not staying or leads is None or leads & staying:
            continue
        had, has = _services(worlds.before, staying), _services(worlds.after, leads)
        if leads and had & has:
            continue
        severity: Severity | None = "warning" if leads else None
        because = "the name leads to an endpoint of another service" if leads else ""
        name = "alias" if mappings(change.value("before", "alias")) else "records"
        yield Hit(change, name, severity, because or f"the name is {_full_name(worlds.before, before)}")


RECORD_LOST = Rule(
    id="dns-record-lost",
    severity="blocking",
    title="DNS record of an endpoint removed, or pointed elsewhere",
    consequence="clients that use the name no longer reach the endpoint, once the TTL has passed",
    instead=(
        "have the clients use another name of the endpoint first, and watch the query log of the hosted zone "
        "(or of the resolver) until nobody asks for this one"
    ),
    page="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-vpc-interface-endpoint.html",
    find=_record_lost,
)


@remembered
def _leads_to(world: World, record: Thing) -> set[str] | None:
    """The endpoints, by ID or address, that a record leads to; None if unknown."""
    found: set[str] = set()
    for path in _VALUES:
        for value in world.linked(record, *path):
            if value is UNKNOWN:
                return None
            if isinstance(value, Thing):
                found |= {value.identity} if value.change.type == ENDPOINT else set()
            elif isinstance(value, str):
                if match := _ENDPOINT_NAME.search(value.lower()):
                    found.add(match[1])
                elif endpoint := _endpoints_by_address(world).get(value):
                    found.add(endpoint.identity)
    return found


@remembered
def _endpoints_by_address(world: World) -> dict[str, Thing]:
    """The endpoints by their private IP addresses."""
    return {
        address: endpoint
        for endpoint in world.of(ENDPOINT)
        for each in mappings(endpoint.value("subnet_configuration"))
        for name in ("ipv4", "ipv6")
        if (address := text(each.get(name)))
    }


def _is_destroyed(worlds: Worlds, endpoint: str) -> bool:
    thing = worlds.before.find(endpoint)
    return thing is not None and thing.change.destroyed


def _name_leads_to(world: World, name: str) -> set[str] | None:
    """The endpoints that a name leads to, also by a wildcard; None if unknown."""
    found: set[str] = set()
    for each in (name, f"*.{name.partition('.')[2]}"):
        for record in _records_by_name(world).get(each, ()):
            leads = _leads_to(world, record)
            if leads is None:
                return None
            found |= leads
    return found


@remembered
def _records_by_name(world: World) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {}
    for record in world.of(_RECORD):
        found.setdefault(_full_name(world, record), []).append(record)
    return found


def _full_name(world: World, record: Thing) -> str:
    name = (record.text("fqdn") or record.text("name")).lower().rstrip(".")
    zone = world.only(record, "zone_id")
    domain = zone.text("name").lower().rstrip(".") if isinstance(zone, Thing) else ""
    below = not domain or name == domain or name.endswith(f".{domain}")
    return name if below else f"{name}.{domain}".lstrip(".")


def _services(world: World, endpoints: set[str]) -> set[str]:
    """The names of the services of endpoints, as far as the plans show them."""
    found = (world.find(each) or _by_identity(world).get(each) for each in endpoints)
    return {endpoint.text("service_name") for endpoint in found if endpoint is not None} - {""}


@remembered
def _by_identity(world: World) -> dict[str, Thing]:
    return {endpoint.identity: endpoint for endpoint in world.of(ENDPOINT)}


def _zone_left_vpc(worlds: Worlds) -> Iterator[Hit]:
    """By the zone itself or a separate association; silent where no record of the zone leads to an endpoint.

    Blocking for the VPC of an endpoint, which has its clients; a warning for any other VPC.
    """
    for zone in worlds.before.of(_ZONE):
        after = worlds.after.same(zone.change)
        associations = worlds.before.leading_to(zone, _ASSOCIATION, "zone_id")
        if after is None or not any(each.change.changes for each in (zone, *associations)):
            continue
        led = zone_leads_to(worlds.before, zone)
        if not led:
            continue
        had, has = _vpcs(worlds.before, zone) or {}, _vpcs(worlds.after, after)
        if has is None:
            continue
        if not zone.change.differs("vpc"):
            # The zone still has the VPCs of the last refresh, also those of associations that are destroyed.
            gone = {vpc for vpc, change in had.items() if change.destroyed}
            has = {vpc: change for vpc, change in has.items() if change is not zone.change or vpc not in gone}
        homes = {
            vpc.identity
            for each in led
            for endpoint in [worlds.before.find(each)]
            if endpoint is not None
            for vpc in worlds.before.linked(endpoint, "vpc_id")
            if isinstance(vpc, Thing)
        }
        for vpc, change in had.items():
            cause = next((each for each in (change, zone.change) if each.changes), None)
            if vpc in has or cause is None:
                continue
            known = worlds.before.find(vpc)
            if known is not None and known.change.destroyed:
                continue
            yield Hit(
                cause,
                "vpc" if cause is zone.change else "vpc_id",
                None if vpc in homes else "warning",
                f"{known.address if known else vpc} no longer resolves {zone.text('name')}",
            )


ZONE_LEFT_VPC = Rule(
    id="hosted-zone-left-vpc",
    severity="blocking",
    title="private hosted zone no longer associated with a VPC",
    consequence="clients in the VPC no longer resolve the names in the zone that lead to endpoints",
    instead=(
        "associate the zone with every VPC that has clients: with `vpc` blocks in the zone, or with "
        "aws_route53_zone_association and `ignore_changes = [vpc]` in the zone; the two remove each other's "
        "associations"
    ),
    page="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_zone",
    find=_zone_left_vpc,
)


def zone_leads_to(world: World, zone: Thing) -> set[str]:
    """Return the endpoints, by ID or address, that the records of a private hosted zone lead to."""
    return {
        endpoint
        for record in world.leading_to(zone, _RECORD, "zone_id")
        for endpoint in _leads_to(world, record) or ()
    }


def _vpcs(world: World, zone: Thing) -> dict[str, Change] | None:
    """The VPCs of a zone by ID or address, each with the resource that associates it; None if unknown."""
    found: dict[str, Change] = {}
    for change, linked in (
        *((zone.change, each) for each in world.linked(zone, "vpc", "vpc_id")),
        *(
            (association.change, each)
            for association in world.leading_to(zone, _ASSOCIATION, "zone_id")
            for each in world.linked(association, "vpc_id")
        ),
    ):
        if isinstance(linked, Unknown):
            return None
        found[linked.identity if isinstance(linked, Thing) else linked] = change
    return found


def _resolver_rule_lost(worlds: Worlds) -> Iterator[Hit]:
    """Only for domains that have a name of an endpoint, and for rules whose domain the plans do not show."""
    if not has_privatelink(worlds):
        return
    for change in worlds.changes(_RULE, _RULE_ASSOCIATION):
        before = worlds.before.same(change)
        if before is None or not change.changes or change.deposed:
            continue
        names = _endpoint_names(worlds.before)
        is_rule = change.type == _RULE
        rule = before if is_rule else worlds.before.only(before, "resolver_rule_id")
        domain = rule.text("domain_name").lower().strip(".") if isinstance(rule, Thing) else None
        if domain and not any(name == domain or name.endswith(f".{domain}") for name in names):
            continue
        if isinstance(rule, Thing) and rule.value("rule_type") == "SYSTEM":
            continue
        because = (
            f"for {domain or 'all domains'}" if domain is not None else "the plans do not show its domain"
        )
        if change.destroyed or change.replaced:
            if not _still_forwarded(worlds, change, before):
                yield Hit(change, (*change.replaced_by, "")[0], because=because)
        elif is_rule and change.updated and change.differs("target_ip"):
            yield Hit(change, "target_ip", because=because)


RESOLVER_RULE_LOST = Rule(
    id="resolver-rule-lost",
    severity="warning",
    title="resolver rule removed, or forwarding elsewhere",
    consequence="clients in its VPCs ask another DNS server for the names that lead to endpoints",
    instead=(
        "query the names at the new DNS servers first, from a client's subnet; associate the new rule with "
        "the VPC before this one goes"
    ),
    page="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-rules-managing.html",
    find=_resolver_rule_lost,
)


def _still_forwarded(worlds: Worlds, change: Change, before: Thing) -> bool:
    """Whether another association of the same VPC has the same rule, such as one with a new address."""
    return change.type == _RULE_ASSOCIATION and any(
        other.value("vpc_id") == before.value("vpc_id")
        and other.value("resolver_rule_id") == before.value("resolver_rule_id")
        for other in worlds.after.of(_RULE_ASSOCIATION)
    )


@remembered
def _endpoint_names(world: World) -> set[str]:
    """The names that lead to endpoints: records, private DNS names, and the endpoints' own names."""
    names = {_full_name(world, record) for record in world.of(_RECORD) if _leads_to(world, record)}
    names |= {service.text("private_dns_name").lower() for service in world.of(SERVICE)}
    for endpoint in world.of(ENDPOINT):
        names |= {text(entry.get("dns_name")).lower() for entry in mappings(endpoint.value("dns_entry"))}
    return names - {""}


def _vpc_resolver_changed(worlds: Worlds) -> Iterator[Hit]:
    """For VPCs with an interface endpoint, or with a private hosted zone that leads to one."""
    for vpc in worlds.before.of("aws_vpc"):
        after = worlds.after.same(vpc.change)
        associations = [
            each
            for world, thing in ((worlds.before, vpc), (worlds.after, after))
            if thing is not None
            for each in world.leading_to(thing, _DHCP_ASSOCIATION, "vpc_id")
        ]
        if after is None or not associations or not _has_names(worlds.before, vpc):
            continue
        had, has = _servers(worlds.before, vpc), _servers(worlds.after, after)
        if had is None or has is None or had == has:
            continue
        cause = next((each.change for each in associations if each.change.changes), None)
        if cause is None:
            options = (each for one in associations for each in worlds.before.linked(one, "dhcp_options_id"))
            cause = next((each.change for each in options if isinstance(each, Thing)), associations[0].change)
        yield Hit(
            cause,
            "dhcp_options_id" if cause.type == _DHCP_ASSOCIATION else "domain_name_servers",
            before=", ".join(had),
            after=", ".join(has),
        )


VPC_RESOLVER_CHANGED = Rule(
    id="vpc-resolver-changed",
    severity="warning",
    title="DNS servers of a VPC with endpoints changed",
    consequence=(
        "private DNS names and private hosted zones resolve only at the VPC's own resolver "
        f"({AMAZON_DNS}); other servers must forward these names to it"
    ),
    instead=(
        f"keep {AMAZON_DNS} and forward other domains with resolver rules, or have the new servers forward "
        "to a resolver inbound endpoint first"
    ),
    page=pages.VPC_DNS,
    find=_vpc_resolver_changed,
)


def _has_names(world: World, vpc: Thing) -> bool:
    inside = world.leading_to(vpc, ENDPOINT, "vpc_id")
    return any(each.value("vpc_endpoint_type") == "Interface" for each in inside) or any(
        zone_leads_to(world, zone) for zone in zones_of_vpc(world, vpc)
    )


def _servers(world: World, vpc: Thing) -> list[str] | None:
    """The DNS servers of a VPC; its own resolver without options in the plans; None if unknown."""
    associations = world.leading_to(vpc, _DHCP_ASSOCIATION, "vpc_id")
    if not associations:
        return [AMAZON_DNS]
    options = world.only(associations[0], "dhcp_options_id")
    if options == "default":
        return [AMAZON_DNS]
    found = items(options.value("domain_name_servers")) if isinstance(options, Thing) else []
    return sorted(map(text, found)) if found and UNKNOWN not in found else None


RULES = (RECORD_LOST, ZONE_LEFT_VPC, RESOLVER_RULE_LOST, VPC_RESOLVER_CHANGED)
