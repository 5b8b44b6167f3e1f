"""The contents of a drawing and its texts, which are the same in every format."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from privatelink.facts import ANYWHERE, EVERYONE
from privatelink.topology import resolved
from privatelink.topology.model import Topology
from privatelink.topology.part import Account
from privatelink.topology.rules import service as service_rules
from privatelink.topology.rules.network import Network
from privatelink.topology.types.arns import account_of, load_balancer_name
from privatelink.topology.types.service_domains import is_custom_service

MOST_CONSUMERS = 12
"""Maximum number of consumers that are shown one by one."""
MOST_LISTED = 4
"""Maximum number of items of a list that are written out."""


@dataclass(frozen=True)
class Zone:
    """An Availability Zone of a VPC: its subnet, as a CIDR or an ID, and its contents."""

    name: str
    subnet: str
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vpc:
    """A VPC and its zones. `name` is its CIDR, or the ID of an existing VPC."""

    name: str
    zones: tuple[Zone, ...]


@dataclass(frozen=True)
class Endpoint:
    """An interface endpoint; `service` is the key of a service of the picture.

    `key` is None for the consumer's endpoint to the service. `zones` are those where it has an address: empty
    for a further endpoint, whose zones are in `notes`.
    """

    key: str | None
    notes: tuple[str, ...]
    zones: tuple[str, ...]
    service: str | None


@dataclass(frozen=True)
class Consumer:
    """A consumer: its Region and account, its VPC and its endpoints."""

    name: str
    place: str
    vpc: Vpc
    endpoints: tuple[Endpoint, ...]


@dataclass(frozen=True)
class Elsewhere:
    """Consumers that are not shown: there are too many, or they are not in this topology."""

    name: str
    notes: tuple[str, ...]
    services: tuple[str | None, ...]


@dataclass(frozen=True)
class Balancer:
    """A Network Load Balancer."""

    name: str
    notes: tuple[str, ...]
    internet_facing: bool = False


@dataclass(frozen=True)
class Service:
    """An endpoint service of the topology, with its load balancers and targets.

    `key` is None for the only one. Targets with a known zone are in the VPC's zones; `targets` has the
    others.
    """

    key: str | None
    place: str
    notes: tuple[str, ...]
    balancers: tuple[Balancer, ...]
    vpc: Vpc | None
    targets: tuple[str, ...]


@dataclass(frozen=True)
class OtherService:
    """A service that is not in the topology; only its name is known."""

    key: str
    kind: str
    name: str


@dataclass(frozen=True)
class Picture:
    """The contents of a drawing."""

    name: str
    summary: str
    consumers: tuple[Consumer, ...]
    elsewhere: Elsewhere | None
    services: tuple[Service, ...]
    others: tuple[OtherService, ...]


def picture_of(topology: Topology) -> Picture:
    """Return the contents of a topology's drawing."""
    meant = topology.resolve()
    consumers = tuple(map(_consumer, meant.consumers))
    shown = consumers[:MOST_CONSUMERS] if len(consumers) > MOST_CONSUMERS + 1 else consumers
    services = (endpoint.service for consumer in meant.consumers for endpoint in consumer.endpoints)
    names = {service for service in services if isinstance(service, str)}
    return Picture(
        name=meant.name,
        summary=_summary(meant),
        consumers=shown,
        elsewhere=_elsewhere(meant, consumers[len(shown) :]),
        services=tuple(map(_service, meant.services)),
        others=tuple(map(_other, sorted(names))),
    )


def counted(number: int, what: str) -> str:
    """Return a number with its noun, in the plural unless the number is one."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def some(items: Iterable[object]) -> list[str]:
    """Return items as texts; a long list ends with the number of the remaining items."""
    texts = [*map(str, items)]
    if len(texts) <= MOST_LISTED + 1:
        return texts
    return [*texts[:MOST_LISTED], f"and {len(texts) - MOST_LISTED} more"]


def listed(items: Iterable[object]) -> str:
    """Return items on one line."""
    return ", ".join(some(items))


def capitalized(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]


def _summary(topology: resolved.Topology) -> str:
    number = {
        "endpoint service": len(topology.services),
        "service consumer": len(topology.consumers),
    }
    return ", ".join(counted(count, what) for what, count in number.items() if count)


def _consumer(consumer: resolved.Consumer) -> Consumer:
    settings = consumer.settings
    inside = {consumer.endpoints[0].zones[0]: ("test instance",)} if settings.probe else {}
    return Consumer(
        name=consumer.key,
        place=_place(consumer.region, settings.account),
        vpc=_vpc(settings.network, inside),
        endpoints=tuple(map(_endpoint, consumer.endpoints)),
    )


def _endpoint(endpoint: resolved.Endpoint) -> Endpoint:
    settings, service = endpoint.settings, endpoint.service
    notes: list[str] = []
    if endpoint.key is not None:
        notes.append(counted(len(endpoint.zones), "zone"))
    if settings.ip_address_type != "ipv4":
        notes.append(settings.ip_address_type)
    notes += some(f"{name} in {zone}" if zone else name for name, zone in endpoint.names.items())
    if settings.private_dns:
        notes.append("private DNS name")
    return Endpoint(
        key=endpoint.key,
        notes=tuple(notes),
        zones=endpoint.zones if endpoint.key is None else (),
        service=service if isinstance(service, str) else service.key,
    )


def _service(service: resolved.Service) -> Service:
    settings = service.settings
    balancers = [
        *(_made(settings, balancer) for balancer in service.load_balancers),
        *(Balancer(load_balancer_name(arn), ("existing",)) for arn in settings.existing_load_balancers),
    ]
    return Service(
        key=service.key,
        place=_place(settings.region, settings.account),
        notes=tuple(_offered(settings)),
        balancers=tuple(balancers),
        vpc=_vpc(settings.network, _backends(settings)) if settings.network else None,
        targets=tuple(_existing_targets(settings)),
    )


def _offered(service: service_rules.Service) -> Iterator[str]:
    """Return the properties of a service that its consumers need."""
    yield _ports(service)
    if service.private_dns:
        yield service.private_dns.name
    yield f"acceptance: {service.acceptance}"
    if EVERYONE in service.allowed_principals:
        yield "any AWS account may connect"
    elif service.allowed_principals:
        yield f"allowed: {_accounts(service.allowed_principals)}"
    if service.ip_address_type != "ipv4":
        yield service.ip_address_type
    if service.supported_regions:
        yield f"also from {listed(service.supported_regions)}"


def _ports(service: service_rules.Service) -> str:
    return listed(f"{listener.protocol.replace('_', '/')} {listener.port}" for listener in service.listeners)


def _accounts(principals: Sequence[str]) -> str:
    accounts = sorted({account_of(principal) for principal in principals})
    if len(accounts) == 1:
        return f"account {accounts[0]}"
    return counted(len(accounts), "account")


def _made(service: service_rules.Service, balancer: resolved.LoadBalancer) -> Balancer:
    settings = balancer.settings
    notes: list[str] = [settings.scheme]
    if settings.allow_from and ANYWHERE not in settings.allow_from:
        notes.append(f"direct clients: {listed(settings.allow_from)}")
    moved = [
        f"{listener.port} → {service.target_port(listener)}"
        for listener in service.listeners
        if service.target_port(listener) != listener.port
    ]
    if moved:
        notes.append(f"port {listed(moved)}")
    if settings.cross_zone:
        notes.append("cross-zone")
    return Balancer(balancer.name, tuple(notes), not settings.internal)


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
    if service.targets.registered_elsewhere:
        yield "targets registered elsewhere"
        yield f"target type {service.targets.kind}"
        return
    if service.targets.application_load_balancer:
        yield "Application Load Balancer"
        yield load_balancer_name(service.targets.application_load_balancer)
        return
    if service.targets.auto_scaling_groups:
        yield "Auto Scaling groups"
    else:
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
    kind = "endpoint service of another account" if is_custom_service(name) else "AWS service"
    return OtherService(name, kind, name)


def _elsewhere(topology: resolved.Topology, hidden: Sequence[Consumer]) -> Elsewhere | None:
    if hidden:
        services = {each.service for consumer in hidden for each in consumer.endpoints}
        return Elsewhere(
            name=counted(len(hidden), "more consumer"),
            notes=(listed(consumer.name for consumer in hidden),),
            services=tuple(sorted(services, key=lambda service: service or "")),
        )
    if topology.consumers:
        return None
    keys = tuple(service.key for service in topology.services)
    return Elsewhere("consumers not in this topology", (), keys)
