"""What a topology file means: each part with its key, and with every default that comes from another part.

`Topology.resolve()` of the file returns these (docs/adr/0015). `settings` is the part as the file has it; the
attributes beside it have a value even where the file leaves it out. A key is that of one part among several;
it is None for the only one, which the file has without a key. Terraform knows a part by its first key,
which stays when the file renames it (docs/adr/0018).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from privatelink.rule import Path
from privatelink.topology.part import Account
from privatelink.topology.rules import consumer as consumer_rules
from privatelink.topology.rules import endpoint as endpoint_rules
from privatelink.topology.rules import hosted_zone as hosted_zone_rules
from privatelink.topology.rules import load_balancer as load_balancer_rules
from privatelink.topology.rules import service as service_rules
from privatelink.topology.rules.backend import Backend
from privatelink.topology.rules.network import Network
from privatelink.topology.types.ports import PortRange
from privatelink.topology.types.service_domains import aws_domain, is_custom_service, region_of
from privatelink.topology.types.service_names import systems_manager


def suffixed(name: str, key: str | None) -> str:
    """Return a name with a key as suffix; without a key, the name itself."""
    return name if key is None else f"{name}-{key}"


def first_key(key: str | None, renamed_from: str | None, field: str) -> str | None:
    """Return the key in names and addresses: the former one, or else the present one.

    Arguments:
        key: the present key; None for the only part.
        renamed_from: the former key, if the file has one.
        field: the field of an only part, which stands for no key.
    """
    if renamed_from is None:
        return key
    return None if renamed_from == field else renamed_from


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A Network Load Balancer that Terraform creates.

    Attributes:
        key: its key in `load_balancers`; None for `load_balancer`.
        first_key: its key in names and addresses.
        name: its name.
        settings: the part of the file.
    """

    key: str | None
    first_key: str | None
    name: str
    settings: load_balancer_rules.LoadBalancer

    @property
    def place(self) -> Path:
        """The place in the service."""
        return service_rules.load_balancer_at(self.key)


@dataclass(frozen=True, slots=True)
class Service:
    """An endpoint service and its load balancers.

    Attributes:
        key: its key in `services`; None for `service`.
        first_key: its key in names and addresses.
        settings: the part of the file.
        load_balancers: those that Terraform creates, sorted by first key.
        security_group_rules: quota of rules of a security group.
    """

    key: str | None
    first_key: str | None
    settings: service_rules.Service
    load_balancers: tuple[LoadBalancer, ...]
    security_group_rules: int

    @property
    def place(self) -> Path:
        """The place in the file."""
        return ("service",) if self.key is None else ("services", self.key)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An interface endpoint of a consumer.

    Attributes:
        key: its key in `endpoints`; None for `endpoint`.
        first_key: its key in names and addresses.
        settings: the part of the file.
        service: the service of this topology that it connects to, or the service name of any other.
        zones: the zones of its network interfaces, sorted.
        ports: the TCP ports of the service, and ranges of them, sorted.
        udp_ports: the UDP ports of the service, and ranges of them, sorted.
        names: its DNS names in the hosted zone, sorted, each with the zone of the endpoint that it resolves
            to; None for all zones.
    """

    key: str | None
    first_key: str | None
    settings: endpoint_rules.Endpoint | endpoint_rules.FurtherEndpoint
    service: Service | str
    zones: tuple[str, ...]
    ports: tuple[int | PortRange, ...]
    udp_ports: tuple[int | PortRange, ...]
    names: Mapping[str, str | None]

    @property
    def place(self) -> Path:
        """The place in the consumer."""
        return ("endpoint",) if self.key is None else ("endpoints", self.key)

    @property
    def port_tests(self) -> dict[str, object]:
        """How ports are tested, by port."""
        tests = self.settings.verify if isinstance(self.settings, endpoint_rules.Endpoint) else ()
        return {test.key_of(test.port): test.as_output for test in tests}

    @property
    def service_region(self) -> str | None:
        """The Region of the service; None if that is the consumer's, because the file has no other."""
        if isinstance(self.service, Service):
            return self.service.settings.region
        settings = self.settings
        given = settings.service_region if isinstance(settings, endpoint_rules.FurtherEndpoint) else None
        return region_of(self.service) or given

    @property
    def domain(self) -> str | None:
        """The domain of the endpoint's private DNS, without a wildcard; None if it is not known, or off."""
        if not self.settings.private_dns:
            return None
        if isinstance(self.service, str):
            return aws_domain(self.service)
        private_dns = self.service.settings.private_dns
        return private_dns.name.removeprefix("*.") if private_dns else None

    @property
    def to_aws(self) -> bool:
        """Whether the service is AWS's own, which requires no acceptance."""
        return isinstance(self.service, str) and not is_custom_service(self.service)


@dataclass(frozen=True, slots=True)
class SharedVpc:
    """Another VPC that is associated with a hosted zone.

    Attributes:
        key: its key in `shared_with`.
        vpc_id: its ID.
        region: its Region.
        account: its account; None for the consumer's.
    """

    key: str
    vpc_id: str
    region: str
    account: Account | None


@dataclass(frozen=True, slots=True)
class HostedZone:
    """The private hosted zone of a consumer.

    Attributes:
        settings: the part of the file.
        shared_with: the other VPCs associated with it, sorted by key.
    """

    settings: hosted_zone_rules.HostedZone
    shared_with: tuple[SharedVpc, ...]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A service consumer: a VPC with interface endpoints.

    Attributes:
        key: its key in `consumers`.
        first_key: its key in names and addresses.
        settings: the part of the file.
        region: the Region of the VPC.
        endpoint: the endpoint of the field `endpoint`; None if there are only others.
        further_endpoints: the endpoints of the field `endpoints`, sorted by key.
        hosted_zone: the private hosted zone for their names.
        security_group_rules: quota of rules of a security group.
    """

    key: str
    first_key: str
    settings: consumer_rules.Consumer
    region: str
    endpoint: Endpoint | None
    further_endpoints: tuple[Endpoint, ...]
    hosted_zone: HostedZone | None
    security_group_rules: int

    @property
    def place(self) -> Path:
        """The place in the file."""
        return ("consumers", self.key)

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """All endpoints."""
        return (*filter(None, [self.endpoint]), *self.further_endpoints)

    @property
    def probed(self) -> tuple[Endpoint, ...]:
        """The endpoints that a test instance tests: the main one, or without it all."""
        return (self.endpoint,) if self.endpoint else self.endpoints

    @property
    def probe_zone(self) -> str:
        """The zone of the test instance: the first one of the endpoints that it tests, by the former form."""
        return min(self.probed[0].zones, key=self.settings.network.first_zone)

    @property
    def endpoints_to_systems_manager(self) -> tuple[Endpoint, ...]:
        """The endpoints of the file through which the VPC reaches Systems Manager."""
        domains = {aws_domain(name) for name in systems_manager(self.region)}
        return tuple(endpoint for endpoint in self.endpoints if endpoint.domain in domains)

    @property
    def probe_endpoints(self) -> Mapping[str, str]:
        """The endpoints that only the test instance needs, to Systems Manager: service names by key.

        A new VPC without an internet gateway has no other way there. An endpoint of the file with private DNS
        to the service serves the test instance as well, and so does a hosted zone of the service's domain: a
        VPC has one of the two. An existing VPC keeps its own ways: private DNS would lead its other instances
        to an endpoint that refuses them.
        """
        probe = self.settings.probe
        if probe is None or probe.public_address or self.settings.network.vpc_id:
            return {}
        served = {endpoint.domain for endpoint in self.endpoints_to_systems_manager}
        if self.hosted_zone:
            served.add(self.hosted_zone.settings.name)
        return {
            name.rpartition(".")[2]: name
            for name in systems_manager(self.region)
            if aws_domain(name) not in served
        }

    @property
    def services(self) -> tuple[Service, ...]:
        """The services of this topology that the endpoints connect to, each once, sorted by key."""
        services = (each.service for each in self.endpoints)
        found = {service.key: service for service in services if isinstance(service, Service)}
        return tuple(found[key] for key in sorted(found, key=lambda key: key or ""))

    def endpoints_to(self, service: Service) -> tuple[Endpoint, ...]:
        """Return the endpoints that connect to a service of this topology."""
        return tuple(
            each
            for each in self.endpoints
            if isinstance(each.service, Service) and each.service.key == service.key
        )

    @property
    def private_dns_after_acceptance(self) -> tuple[Endpoint, ...]:
        """The endpoints whose private DNS AWS refuses until the connection is accepted."""
        return tuple(each for each in self.endpoints if each.settings.private_dns and not each.to_aws)


@dataclass(frozen=True, slots=True)
class Topology:
    """Endpoint services and their consumers.

    Attributes:
        name: prefix of the names of stacks and resources.
        tags: tags of every resource.
        backend: where Terraform stores the states; None for local files beside the output folder.
        services: the services, sorted by key.
        consumers: the consumers, sorted by key.
    """

    name: str
    tags: Mapping[str, str]
    backend: Backend | None
    services: tuple[Service, ...]
    consumers: tuple[Consumer, ...]

    @property
    def creates_roles(self) -> bool:
        """Whether Terraform creates IAM roles: for flow logs, or for a test instance."""
        networks = [
            *(service.settings.network for service in self.services),
            *(consumer.settings.network for consumer in self.consumers),
        ]
        probes = (consumer.settings.probe for consumer in self.consumers)
        return any(probes) or any(network.flow_logs for network in networks if network)

    def clients_of(self, service: Service) -> tuple[Consumer, ...]:
        """Return the consumers with an endpoint to a service."""
        return tuple(consumer for consumer in self.consumers if consumer.endpoints_to(service))


def resolve_service(
    topology: str, key: str | None, settings: service_rules.Service, *, security_group_rules: int
) -> Service:
    """Resolve a service.

    Arguments:
        topology: name of the topology.
        key: key of the service.
        settings: the service in the file.
        security_group_rules: quota of rules of a security group.
    """
    first = first_key(key, settings.renamed_from, "service")
    default_name = f"{suffixed(topology, first)}-nlb"
    load_balancers = [
        _load_balancer(balancer_key, balancer, default_name)
        for balancer_key, balancer in settings.made_load_balancers.items()
    ]
    # In this order they are in the endpoint service.
    load_balancers.sort(key=lambda balancer: balancer.first_key or "")
    return Service(key, first, settings, tuple(load_balancers), security_group_rules)


def _load_balancer(
    key: str | None, settings: load_balancer_rules.LoadBalancer, default_name: str
) -> LoadBalancer:
    first = first_key(key, settings.renamed_from, "load_balancer")
    return LoadBalancer(key, first, settings.name or suffixed(default_name, first), settings)


def resolve_consumer(
    key: str,
    settings: consumer_rules.Consumer,
    services: Mapping[str | None, Service],
    *,
    security_group_rules: int,
) -> Consumer:
    """Resolve a consumer that fits the services.

    Arguments:
        key: key of the consumer.
        settings: the consumer in the file.
        services: the services of the topology, by key.
        security_group_rules: quota of rules of a security group.
    """
    network, zone = settings.network, settings.hosted_zone
    settings_of_services = {service_key: service.settings for service_key, service in services.items()}
    region = settings.region or settings.regions_of_services(settings_of_services).pop()
    main = settings.main_endpoint(services)
    return Consumer(
        key=key,
        first_key=settings.renamed_from or key,
        settings=settings,
        region=region,
        endpoint=_endpoint(None, main, _service(settings, services), network) if main else None,
        further_endpoints=tuple(
            _endpoint(endpoint_key, endpoint, _service(endpoint, services), network)
            for endpoint_key, endpoint in settings.further_endpoints.items()
        ),
        hosted_zone=_hosted_zone(zone, region) if zone else None,
        security_group_rules=security_group_rules,
    )


def _service(
    part: consumer_rules.Consumer | endpoint_rules.FurtherEndpoint, services: Mapping[str | None, Service]
) -> Service | str:
    return part.service_name or services[part.service]


def _endpoint(
    key: str | None,
    settings: endpoint_rules.Endpoint | endpoint_rules.FurtherEndpoint,
    service: Service | str,
    network: Network,
) -> Endpoint:
    if isinstance(service, Service):
        ports: tuple[int | PortRange, ...] = service.settings.ports_of("tcp")
        udp_ports: tuple[int | PortRange, ...] = service.settings.ports_of("udp")
    else:
        ports, udp_ports = settings.ports or (), settings.udp_ports or ()
    zones = settings.zones_in(network)
    names = {each.name: each.zone_among(zones) for each in settings.names}
    first = first_key(key, settings.renamed_from, "endpoint")
    return Endpoint(key, first, settings, service, zones, ports, udp_ports, names)


def _hosted_zone(settings: hosted_zone_rules.HostedZone, region: str) -> HostedZone:
    shared_with = tuple(
        SharedVpc(key, vpc.vpc_id, vpc.region or region, vpc.account)
        for key, vpc in sorted(settings.shared_with.items())
    )
    return HostedZone(settings, shared_with)
