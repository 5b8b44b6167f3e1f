"""Rules between services and consumers, and between several of either."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, collapse_addresses

from privatelink.facts import EVERYONE, WITHOUT_CROSS_REGION
from privatelink.rule import KEY, Broken, Path, Rule
from privatelink.rule import Field as FieldName
from privatelink.topology.part import Account, same_account
from privatelink.topology.resolved import Consumer, Endpoint, Service, Topology
from privatelink.topology.rules.consumer import PRIVATE_DNS_NAME_OF_THE_ZONE, PRIVATE_DNS_TWICE
from privatelink.topology.rules.partitions import broken_partitions
from privatelink.topology.rules.probe import PROBE_SHUT_OUT
from privatelink.topology.types import zones as az
from privatelink.topology.types.arns import account_of, root_of
from privatelink.topology.types.load_balancer_names import broken_load_balancer_name
from privatelink.topology.types.service_domains import region_of
from privatelink.topology.types.tags import CASE_OF_A_ROLE, alike

NOTHING_DESCRIBED = Rule(
    "topology-empty",
    what="neither a service nor consumers",
    allowed="a service, consumers, or both",
    fix="add {.service}, {.services} or {.consumers}",
    why="Without a service and without consumers there is no resource to create.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html",
)
SERVICE_TWICE = Rule(
    "service-and-services",
    what="both {.service} and {.services}",
    allowed="one of the two",
    fix="move the service into {.services}, under a key",
    why="Several services are told apart by their keys, and a single one has no key.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html",
)
DEFAULT_NAME = Rule(
    "nlb-name-default",
    what="default name of a load balancer that AWS refuses",
    allowed="a name from which a load balancer name can be made",
    fix="choose another {.name}, or set {field}",
    why="A load balancer without a name is named after the topology, and AWS refuses some names.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
)
NAME_TAKEN = Rule(
    "nlb-name-twice",
    what="two load balancers of a Region with one name",
    allowed="a name of its own for each load balancer",
    fix="choose another name for one of the two",
    why="The name of a load balancer is unique within an account and a Region.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html",
)
ONE_SERVICE = Rule(
    "nlb-two-services",
    what="load balancer of two endpoint services",
    allowed="one endpoint service for each load balancer",
    fix="remove it from one of the two services",
    why="AWS associates a Network Load Balancer with one endpoint service only.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html"
    "#considerations-endpoint-services",
)
ZONE_NAME_TWICE = Rule(
    "hosted-zone-twice",
    what="second hosted zone of this name for a VPC, beside that of consumer {other}",
    allowed="one hosted zone of a name for each VPC",
    fix="give one of the two another name, or put the names of both into one of them",
    why="Route 53 refuses to associate a VPC with two hosted zones of one name.",
    page="https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html",
)
MANAGED = Rule(
    "acceptance-managed-consumers",
    what="managed acceptance without consumers",
    allowed="managed for consumers described here; otherwise manual or automatic",
    fix="add a consumer of this service to {.consumers}, or set {.acceptance=manual}",
    why="Terraform accepts the connections of the endpoints that it creates, and knows no others.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
    "#accept-reject-connection-requests",
)
ZONE_UNSERVED = Rule(
    "endpoint-zone-without-service",
    what="the service is not offered in this zone",
    allowed="zones of the service: {zones}",
    fix="add {zone} to the zones of the service, or remove it from those of the endpoint",
    why="An endpoint can only be in a zone in which the load balancer of the service is enabled.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"
    "#prerequisites-interface-endpoints",
)
PRINCIPAL_MISSING = Rule(
    "principal-of-consumer",
    what="no allowed principal covers the account of consumer {consumer}",
    allowed=f"{EVERYONE}, or an ARN in account {{account}}",
    fix="add {principal}",
    why="Only the service's own account can connect without permission; AWS refuses the endpoint of another.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
    "#add-remove-permissions",
)
CONSUMER_SHUT_OUT = Rule(
    "nlb-ingress-of-consumer",
    what="the load balancer refuses the traffic of consumer {consumer}",
    allowed="with {.enforce_private_link_ingress=true}, the CIDR of every consumer",
    fix="add {cidr}, or set {.enforce_private_link_ingress=false}",
    why="Where the load balancer's inbound rules apply to PrivateLink traffic, they must allow the private "
    "addresses of the consumers.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html",
)
CROSS_REGION_ZONE = Rule(
    "endpoint-cross-region-zone",
    what="zone without access to services in other Regions, and the service is in {region}",
    allowed=f"zones other than {', '.join(sorted(WITHOUT_CROSS_REGION))}",
    fix="remove it, or use another zone",
    why="PrivateLink does not support cross-Region access in these zones, and AWS refuses the endpoint.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html"
    "#endpoint-service-cross-region",
)
SERVICE_PARTITION = Rule(
    "endpoint-service-partition",
    what="service in another partition than the consumer",
    allowed="services in Regions of the partition {partition}",
    fix="use the service in a Region of the partition {partition}",
    why="AWS partitions are separate: an endpoint cannot connect to a service in another partition.",
    page="https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html",
)
RULES = (
    NOTHING_DESCRIBED,
    SERVICE_TWICE,
    DEFAULT_NAME,
    NAME_TAKEN,
    ONE_SERVICE,
    ZONE_NAME_TWICE,
    MANAGED,
    ZONE_UNSERVED,
    PRINCIPAL_MISSING,
    CONSUMER_SHUT_OUT,
    CROSS_REGION_ZONE,
    SERVICE_PARTITION,
)


def broken_between(topology: Topology) -> Iterator[Broken]:
    """Report the rules that services and consumers break together, each being right alone."""
    if not topology.services and not topology.consumers:
        yield NOTHING_DESCRIBED.broken()
    yield from _private_dns_twice(topology.consumers)
    yield from _hosted_zones(topology.consumers)
    yield from _load_balancers(topology.services)
    yield from broken_partitions(topology)
    if topology.creates_roles:
        for key, other in alike(topology.tags):
            yield CASE_OF_A_ROLE.broken(at=("tags", key, KEY), other=other)
    for consumer in topology.consumers:
        for broken in consumer.settings.network.of_other_regions(consumer.region):
            yield broken.below(*consumer.place)
        for endpoint in consumer.endpoints:
            for broken in _service_elsewhere(consumer, endpoint):
                yield broken.below(*consumer.place)
        for broken in _probe_shut_out(consumer):
            yield broken.below(*consumer.place)
    for service in topology.services:
        clients = topology.clients_of(service)
        if service.settings.acceptance == "managed" and not clients:
            yield MANAGED.broken(at=(*service.place, "acceptance"))
        for consumer in clients:
            for endpoint in consumer.endpoints_to(service):
                for broken in _zones_unserved(service, consumer, endpoint):
                    yield broken.below(*consumer.place)
            yield from _principal_missing(service, consumer)
            yield from _shut_out(service, consumer)


def _private_dns_twice(consumers: Iterable[Consumer]) -> Iterator[Broken]:
    first: dict[tuple[str | None, str | None], str] = {}
    for consumer in consumers:
        vpc_id = consumer.settings.network.vpc_id
        with_private_dns = [each for each in consumer.endpoints if each.settings.private_dns and vpc_id]
        for endpoint in with_private_dns:
            service = endpoint.service
            name = service.key if isinstance(service, Service) else service
            other = first.setdefault((vpc_id, name), consumer.key)
            if other != consumer.key:
                yield PRIVATE_DNS_TWICE.broken(
                    at=(*consumer.place, *endpoint.place, "private_dns"), other=f"consumer {other}"
                )


def _hosted_zones(consumers: Iterable[Consumer]) -> Iterator[Broken]:
    """Report the new hosted zones whose name a VPC has already: of another one, or of private DNS."""
    endpoints: dict[tuple[str, str | None], str] = {}
    for consumer in consumers:
        vpc = consumer.settings.network.vpc_id or consumer.key
        for endpoint in consumer.endpoints:
            name = f"consumers.{consumer.key}.{'.'.join(map(str, endpoint.place))}"
            endpoints.setdefault((vpc, endpoint.domain), name)
    zones: dict[tuple[str, str], str] = {}
    for consumer in consumers:
        zone = consumer.hosted_zone
        if zone is None or zone.settings.name is None:  # of an existing one, only AWS knows the name
            continue
        at: Path = (*consumer.place, "hosted_zone", "name")
        vpcs = [consumer.settings.network.vpc_id or consumer.key, *(vpc.vpc_id for vpc in zone.shared_with)]
        for vpc in vpcs:
            if (other := zones.setdefault((vpc, zone.settings.name), consumer.key)) != consumer.key:
                yield ZONE_NAME_TWICE.broken(at=at, other=other)
            if endpoint_there := endpoints.get((vpc, zone.settings.name)):
                yield PRIVATE_DNS_NAME_OF_THE_ZONE.broken(at=at, endpoint=endpoint_there)


def _service_elsewhere(consumer: Consumer, endpoint: Endpoint) -> Iterator[Broken]:
    """Report what does not fit the service of an endpoint in another Region."""
    region = endpoint.service_region
    if region is None or region == consumer.region:
        return
    ours = az.partition(consumer.region)
    if endpoint.key is not None and az.partition(region) != ours:
        field = "service_region" if region_of(str(endpoint.service)) is None else "service_name"
        yield SERVICE_PARTITION.broken(at=(*endpoint.place, field), partition=ours)
    for zone in endpoint.zones:
        if zone in WITHOUT_CROSS_REGION:
            yield CROSS_REGION_ZONE.broken(at=(*_zones_at(consumer, endpoint), zone, KEY), region=region)


def _probe_shut_out(consumer: Consumer) -> Iterator[Broken]:
    """Report the endpoints to Systems Manager that refuse a test instance without a public address."""
    probe, subnets = consumer.settings.probe, consumer.settings.network.subnets
    if probe is None or probe.public_address or not subnets:  # of an existing VPC, only AWS knows the CIDRs
        return
    subnet = subnets[consumer.probe_zone]
    for endpoint in consumer.endpoints_to_systems_manager:
        clients = endpoint.settings.allow_from
        # Of a prefix list, only AWS knows the CIDRs.
        if clients and not any(isinstance(each, str) or _covers(each, subnet) for each in clients):
            yield PROBE_SHUT_OUT.broken(at=(*endpoint.place, "allow_from"), given="", subnet=subnet)


def _covers(client: IPv4Network | IPv6Network, subnet: IPv4Network) -> bool:
    return isinstance(client, IPv4Network) and subnet.subnet_of(client)


def _zones_at(consumer: Consumer, endpoint: Endpoint) -> Path:
    """Return the place in the consumer that has the zones of an endpoint."""
    if endpoint.settings.zones:
        return (*endpoint.place, "zones")
    return ("network", consumer.settings.network.zones_field)


def _load_balancers(services: Iterable[Service]) -> Iterator[Broken]:
    named: dict[tuple[str, str], Path] = {}
    existing: dict[str, Path] = {}
    for service in services:
        for balancer in service.load_balancers:
            at: Path = (*service.place, *balancer.place, "name")
            given = f'"{balancer.name}"'
            if broken_load_balancer_name(balancer.name):  # a default one: one that was given is right already
                field = FieldName(".".join(map(str, at)))
                yield DEFAULT_NAME.broken(at=("name",), given=given, field=field)
            if named.setdefault((service.settings.region, balancer.name), at) != at:
                yield NAME_TAKEN.broken(at=at, given=given)
        for arn in service.settings.existing_load_balancers:
            at = (*service.place, "existing_load_balancers", arn)
            if existing.setdefault(arn, at) != at:
                yield ONE_SERVICE.broken(at=at)


def _zones_unserved(service: Service, consumer: Consumer, endpoint: Endpoint) -> Iterator[Broken]:
    # Names with AZ IDs, and the zones of existing load balancers, are compared by Terraform in the plan.
    zones, network = service.settings.zones, consumer.settings.network
    if not zones or az.is_zone_id(zones[0]) != network.by_zone_id:
        return
    if consumer.region != service.settings.region:  # across Regions, zones need not match
        return
    # One name is another zone in another account:
    # https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
    if not network.by_zone_id and not same_account(service.settings.account, consumer.settings.account):
        return
    for zone in endpoint.zones:
        if zone not in zones:
            at = (*_zones_at(consumer, endpoint), zone, KEY)
            yield ZONE_UNSERVED.broken(at=at, zones=zones, zone=zone)


def _principal_missing(service: Service, consumer: Consumer) -> Iterator[Broken]:
    ours, theirs = _account_number(service.settings.account), _account_number(consumer.settings.account)
    principals = service.settings.allowed_principals
    allowed = {arn if arn == EVERYONE else account_of(arn) for arn in principals}
    if ours and theirs and ours != theirs and not allowed & {EVERYONE, theirs}:
        yield PRINCIPAL_MISSING.broken(
            at=(*service.place, "allowed_principals"),
            given="",
            consumer=consumer.key,
            account=theirs,
            principal=root_of(theirs, az.partition(service.settings.region)),
        )


def _account_number(account: Account | None) -> str | None:
    return account.number if account else None


def _shut_out(service: Service, consumer: Consumer) -> Iterator[Broken]:
    cidr = consumer.settings.network.cidr
    if cidr is None:  # of an existing VPC, only AWS knows it
        return
    for balancer in service.load_balancers:
        allowed = collapse_addresses(balancer.settings.allow_from)
        if balancer.settings.enforce_private_link_ingress and not any(map(cidr.subnet_of, allowed)):
            allow_from = (*service.place, *balancer.place, "allow_from")
            yield CONSUMER_SHUT_OUT.broken(at=allow_from, given="", consumer=consumer.key, cidr=cidr)
