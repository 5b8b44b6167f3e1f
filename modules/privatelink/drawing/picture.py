"""What a drawing of a topology shows, and in which words: the same in every format."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from privatelink.facts import ANYWHERE, EVERYONE
from privatelink.topology.model import Topology
from privatelink.topology.part import Account
from privatelink.topology.rules import consumer as consumer_rules
from privatelink.topology.rules import service as service_rules
from privatelink.topology.rules.endpoint import EndpointSettings, FurtherEndpoint
from privatelink.topology.rules.load_balancer import LoadBalancer
from privatelink.topology.rules.network import Network
from privatelink.topology.types.arns import account_of, load_balancer_name
from privatelink.topology.types.service_names import is_custom_service

MOST_CONSUMERS = 12
"""Consumers that are shown one by one."""
MOST_LISTED = 4
"""Items of one list that are written out."""


@dataclass(frozen=True)
class Zone:
    """An Availability Zone of a VPC: its subnet, as a CIDR or an id, and what is in it."""

    name: str
    subnet: str
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vpc:
    """A VPC and its zones. `name` is its CIDR, or the id of one that exists."""

    name: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class Endpoint:
    """An interface endpoint; `service` is the key of a service of the picture.

    `zones` are those where it has an address: empty for a further endpoint, whose zones are in `notes`.
    """

    name: str
    notes: tuple[str, ...]
    zones: tuple[str, ...]
    service: str


@dataclass(frozen=True)
class Consumer:
    """A consumer: where it is, its VPC and its endpoints."""

    name: str
    place: str
    vpc: Vpc
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Consumers that are not shown: too many, or in no topology of ours."""

    name: str
    notes: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True)
class Balancer:
    """A Network Load Balancer."""

    name: str
    notes: tuple[str, ...]
    internet_facing: bool = False


@dataclass(frozen=True)
class Service:
    """An endpoint service of the topology, and what is behind it.

    Targets of which the zone is known are in the VPC's zones; `targets` has the others, in their own words.
    """

    key: str
    name: str
    place: str
    notes: tuple[str, ...]
    balancers: tuple[Balancer, ...]
    vpc: Vpc | None
    targets: tuple[str, ...]


@dataclass(frozen=True)
class OtherService:
    """A service of someone else, of which only the name is known."""

    key: str
    kind: str
    name: str


@dataclass(frozen=True)
class Picture:
    """A topology as it is drawn."""

    name: str
    summary: str
    consumers: tuple[Consumer, ...]
    elsewhere: Elsewhere | None
    services: tuple[Service, ...]
    others: tuple[OtherService, ...]


def picture_of(topology: Topology) -> Picture:
    """Return what a drawing of a topology shows."""
    services = tuple(_service(key, service) for key, service in topology.every_service.items())
    consumers = tuple(_consumer(key, consumer) for key, consumer in topology.consumers.items())
    shown = consumers[:MOST_CONSUMERS] if len(consumers) > MOST_CONSUMERS + 1 else consumers
    known = {service.key for service in services}
    names = sorted({each.service for consumer in consumers for each in consumer.endpoints} - known)
    others = tuple(_other(name) for name in names)
    return Picture(
        name=topology.name,
        summary=_summary(topology),
        consumers=shown,
        elsewhere=_elsewhere(topology, consumers[len(shown) :]),
        services=services,
        others=others,
    )


def counted(number: int, what: str) -> str:
    """Return a number with its noun, in the plural unless it is one."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def some(items: Iterable[object]) -> list[str]:
    """Return items as texts; the end of a long list is counted."""
    texts = [*map(str, items)]
    if len(texts) <= MOST_LISTED + 1:
        return texts
    return [*texts[:MOST_LISTED], f"and {len(texts) - MOST_LISTED} more"]


def listed(items: Iterable[object]) -> str:
    """Return items on one line."""
    return ", ".join(some(items))


def capitalized(text: str) -> str:
    """Return a text as it starts a label or a sentence."""
    return text[:1].upper() + text[1:]


def _summary(topology: Topology) -> str:
    number = {
        "endpoint service": len(topology.every_service),
        "service consumer": len(topology.consumers),
    }
    return ", ".join(counted(count, what) for what, count in number.items() if count)


def _consumer(key: str, consumer: consumer_rules.Consumer) -> Consumer:
    probe_zone = consumer.endpoint_zones[0] if consumer.probe else ""
    endpoints = [
        _endpoint("", consumer.endpoint, consumer, consumer.service, consumer.service_name or ""),
        *(
            _endpoint(name, each, consumer, each.service, each.service_name or "")
            for name, each in consumer.further_endpoints.items()
        ),
    ]
    return Consumer(
        name=key,
        place=_place(consumer.region, consumer.account),
        vpc=_vpc(consumer.network, {probe_zone: ("test instance",)}),
        endpoints=tuple(endpoints),
    )


def _endpoint(
    name: str,
    endpoint: EndpointSettings,
    consumer: consumer_rules.Consumer,
    service: str | None,
    service_name: str,
) -> Endpoint:
    zones = endpoint.zones_in(consumer.network)
    notes: list[str] = []
    if isinstance(endpoint, FurtherEndpoint):
        notes.append(counted(len(zones), "zone"))
    if endpoint.ip_address_type != "ipv4":
        notes.append(endpoint.ip_address_type)
    notes += some(endpoint.names)
    if getattr(endpoint, "private_dns", False):
        notes.append("private DNS name")
    return Endpoint(
        name=name,
        notes=tuple(notes),
        zones=() if isinstance(endpoint, FurtherEndpoint) else zones,
        service=service_name if service is None else service,
    )


def _service(key: str, service: service_rules.Service) -> Service:
    balancers = [
        *(_made(service, balancer) for balancer in service.made_load_balancers.values()),
        *(Balancer(load_balancer_name(arn), ("exists already",)) for arn in service.existing_load_balancers),
    ]
    vpc = _vpc(service.network, _backends(service)) if service.network else None
    return Service(
        key=key,
        name=key,
        place=_place(service.region, service.account),
        notes=tuple(_offered(service)),
        balancers=tuple(balancers),
        vpc=vpc,
        targets=tuple(_existing_targets(service)),
    )


def _offered(service: service_rules.Service) -> Iterator[str]:
    """What a consumer wants to know of a service."""
    yield _ports(service)
    if service.private_dns:
        yield service.private_dns.name
    yield f"acceptance: {service.acceptance}"
    if EVERYONE in service.allowed_principals:
        yield "any AWS account may connect"
    elif service.allowed_principals:
        yield f"allowed: {_admitted(service.allowed_principals)}"
    if service.ip_address_type != "ipv4":
        yield service.ip_address_type
    if service.supported_regions:
        yield f"also from {listed(service.supported_regions)}"


def _ports(service: service_rules.Service) -> str:
    return listed(f"{listener.protocol.replace('_', '/')} {listener.port}" for listener in service.listeners)


def _admitted(principals: Sequence[str]) -> str:
    accounts = sorted({account_of(principal) for principal in principals})
    if len(accounts) == 1:
        return f"account {accounts[0]}"
    return counted(len(accounts), "account")


def _made(service: service_rules.Service, balancer: LoadBalancer) -> Balancer:
    notes: list[str] = [balancer.scheme]
    if balancer.allow_from and ANYWHERE not in balancer.allow_from:
        notes.append(f"direct clients: {listed(balancer.allow_from)}")
    moved = [
        f"{listener.port} → {service.target_port(listener)}"
        for listener in service.listeners
        if service.target_port(listener) != listener.port
    ]
    if moved:
        notes.append(f"port {listed(moved)}")
    if balancer.cross_zone:
        notes.append("cross-zone")
    return Balancer(balancer.name, tuple(notes), not balancer.internal)


def _backends(service: service_rules.Service) -> dict[str, tuple[str, ...]]:
    if service.backends is None:
        return {}
    scaling = service.backends.auto_scaling
    what = "EC2 instance"
    if scaling:
        number = str(scaling.min) if scaling.min == scaling.max else f"{scaling.min} to {scaling.max}"
        what = f"{number} EC2 instance{'' if scaling.max == 1 else 's'}"
    return {zone: (what, f"“{text}”") for zone, text in service.backend_texts.items()}


def _existing_targets(service: service_rules.Service) -> Iterator[str]:
    if service.targets is None:
        return
    if service.targets.application_load_balancer:
        yield "Application Load Balancer"
        yield load_balancer_name(service.targets.application_load_balancer)
        return
    yield "EC2 instances" if service.targets.kind == "instance" else "IP addresses"
    yield from some(f"{key}: {value}" for key, value in service.targets.ids.items())


def _vpc(network: Network, inside: Mapping[str, tuple[str, ...]]) -> Vpc:
    subnets: Mapping[str, object] = network.subnet_ids if network.vpc_id else network.subnets
    return Vpc(
        name=network.vpc_id or str(network.cidr),
        zones=tuple(Zone(zone, str(subnet), inside.get(zone, ())) for zone, subnet in subnets.items()),
    )


def _place(region: str, account: Account | None) -> str:
    if account is None:
        return region
    return f"{region}, {f'account {account.number}' if account.number else f'profile {account.profile}'}"


def _other(name: str) -> OtherService:
    kind = "endpoint service of another owner" if is_custom_service(name) else "AWS service"
    return OtherService(name, kind, name)


def _elsewhere(topology: Topology, hidden: Sequence[Consumer]) -> Elsewhere | None:
    if hidden:
        return Elsewhere(
            name=counted(len(hidden), "more consumer"),
            notes=(listed(consumer.name for consumer in hidden),),
            services=tuple(sorted({each.service for consumer in hidden for each in consumer.endpoints})),
        )
    if topology.consumers:
        return None
    return Elsewhere("consumers elsewhere", (), tuple(topology.every_service))
