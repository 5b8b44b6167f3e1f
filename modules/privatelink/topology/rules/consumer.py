"""The service consumer: a VPC with interface endpoints."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Self

from pydantic import Field, model_validator

from privatelink.facts import ENDPOINT_TYPES
from privatelink.rule import Broken, Path, Rule
from privatelink.rule import Field as FieldName
from privatelink.topology.broken import refuse_any
from privatelink.topology.part import KMS_KEY_DESCRIPTION, Account, KmsKey, Part
from privatelink.topology.rules.endpoint import PORTS_MISSING, Endpoint, EndpointSettings, FurtherEndpoint
from privatelink.topology.rules.hosted_zone import HostedZone
from privatelink.topology.rules.network import Network
from privatelink.topology.rules.probe import ProbeOrBoolean
from privatelink.topology.rules.service import Service
from privatelink.topology.rules.verify import TEST_OF_OWN_SERVICE
from privatelink.topology.types import zones as az
from privatelink.topology.types.names import ConsumerKey, FormerKey
from privatelink.topology.types.service_domains import region_of
from privatelink.topology.types.service_names import SERVICE_NAME_ALLOWED, ServiceName
from privatelink.topology.types.zones import Region

_PRIVATE_DNS = "https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html"
_PRIVATE_ZONES = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zones-private.html"
_CREATE_ENDPOINT = "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"

NAME_WITHOUT_A_ZONE = Rule(
    "hosted-zone-missing",
    what="DNS name without a hosted zone",
    allowed="only with {.hosted_zone}",
    fix="add {.hosted_zone}, or remove the name",
    why="The name becomes a record in a private hosted zone.",
    page=_PRIVATE_ZONES,
)
NAME_OUTSIDE_THE_ZONE = Rule(
    "hosted-zone-name-outside",
    what="DNS name outside the hosted zone",
    allowed="{zone}, and names that end with .{zone}",
    fix="correct the name, or use the hosted zone of its domain",
    why="A hosted zone has records of its own domain only.",
    page=_PRIVATE_ZONES,
)
NAME_OF_TWO_ENDPOINTS = Rule(
    "hosted-zone-name-twice",
    what="DNS name of two endpoints",
    allowed="each name for one endpoint",
    fix="choose another name for one of the two",
    why="A name has one alias record in a hosted zone, and the record refers to one endpoint.",
    page=_PRIVATE_ZONES,
)
ZONE_WITHOUT_A_NAME = Rule(
    "hosted-zone-empty",
    what="hosted zone without DNS names",
    allowed="only with {.names} of at least one endpoint",
    fix="add {.names} to an endpoint, or remove {.hosted_zone}",
    why="A hosted zone without records resolves no name, and Route 53 charges for it.",
    page=_PRIVATE_ZONES,
)
PRIVATE_DNS_TWICE = Rule(
    "private-dns-name-twice",
    what="private DNS of the same service as {other}, in the same VPC",
    allowed="one endpoint of a VPC with private DNS for a service",
    fix="remove one of the two",
    why="AWS creates a hidden private hosted zone for the name, and a VPC has one hosted zone for a name.",
    page=_PRIVATE_DNS,
)
NAME_OF_OWN_SERVICE = Rule(
    "service-name-unused",
    what="{.service_name}, although this topology has the service",
    allowed="only for a service outside this topology",
    fix="remove it",
    why="AWS generates the service name when it creates the service; the consumer's stack reads it there.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html",
)
SERVICE_MISSING = Rule(
    "consumer-service-missing",
    what="{.service} is missing",
    allowed="a key of {.services}: {keys}",
    fix="add {.service} with the key of the service that the endpoint connects to",
    why="An endpoint connects to one service, and this topology has several.",
    page=_CREATE_ENDPOINT,
)
SERVICE_UNKNOWN = Rule(
    "consumer-service-unknown",
    what="unknown service",
    allowed="a key of {.services}: {keys}",
    fix="correct the key, or remove it",
    why="The key refers to a service of this topology.",
    page=_CREATE_ENDPOINT,
)
PORTS_OF_OWN_SERVICE = Rule(
    "endpoint-ports-unused",
    what="ports of the service, although this topology has the service",
    allowed="the ports of its listeners, {ports}",
    fix="remove them",
    why="The endpoint's security group allows the ports of the service's listeners.",
    page=_CREATE_ENDPOINT,
)
PRIVATE_DNS_NAME_MISSING = Rule(
    "private-dns-name-missing",
    what="private DNS, although the service has no private DNS name",
    allowed="only for a service with {name}",
    fix="add {name} to the service, or remove it here",
    why="Private DNS resolves the private DNS name of the service to the endpoint.",
    page=_PRIVATE_DNS,
    fixed={"name": FieldName("private_dns")},
)
PRIVATE_DNS_NAME_UNVERIFIED = Rule(
    "private-dns-name-unverified",
    what="private DNS, although {name} is not verified",
    allowed="only for a service whose TXT record exists",
    fix="add {.private_dns.zone_id} or {.private_dns.record_exists=true} to the service, or remove it here",
    why="AWS verifies the name by a TXT record, and refuses private DNS for a name that is not verified.",
    page=_PRIVATE_DNS,
)
PRIVATE_DNS_NAME_OF_THE_ZONE = Rule(
    "hosted-zone-private-dns",
    what="hosted zone with a name that private DNS of {endpoint} has in the same VPC",
    allowed="one of the two",
    fix="choose another name for the hosted zone, or remove {.private_dns} of the endpoint",
    why="AWS creates a hidden private hosted zone for the name, and a VPC has one hosted zone for a name.",
    page=_PRIVATE_DNS,
)
REGION_UNSUPPORTED = Rule(
    "consumer-region-unsupported",
    what="Region that the service does not support",
    allowed="{regions}",
    fix="add it to {.supported_regions} of the service, or correct it",
    why="A consumer in another Region can connect only if the service supports that Region.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html"
    "#endpoint-service-cross-region",
)
TYPE_UNSUPPORTED = Rule(
    "endpoint-ip-address-type",
    what="IP address type that a service of type {service_type} does not support",
    allowed="{types}",
    fix="correct {.ip_address_type} of the endpoint or of the service",
    why="An endpoint has only addresses of types that the service supports.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-endpoint-service.html",
)
SERVICE_NAME_MISSING = Rule(
    "service-name-missing",
    what="consumer without a service",
    allowed=SERVICE_NAME_ALLOWED,
    fix="add {.service_name}, or the service itself; for endpoints to other services alone, set {.endpoints} "
    "and remove {.endpoint}",
    why="An endpoint connects to a service of this topology, or to another one by its name.",
    page=_CREATE_ENDPOINT,
)
REGION_MISSING = Rule(
    "consumer-region-missing",
    what="consumer without a Region, and its services have {regions}",
    allowed="the Region of the VPC",
    fix="add {.region}",
    why="The Region of a VPC is that of its services only if they have one Region.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
)
PARTITION_OF_THE_SERVICE = Rule(
    "consumer-region-partition",
    what="Region in another partition than the service",
    allowed="Regions of the partition {partition}",
    fix="correct it, or remove it",
    why="AWS partitions are separate: an endpoint cannot connect to a service in another partition.",
    page="https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html",
)
RULES = (
    NAME_WITHOUT_A_ZONE,
    NAME_OUTSIDE_THE_ZONE,
    NAME_OF_TWO_ENDPOINTS,
    ZONE_WITHOUT_A_NAME,
    PRIVATE_DNS_TWICE,
    NAME_OF_OWN_SERVICE,
    SERVICE_MISSING,
    SERVICE_UNKNOWN,
    PORTS_OF_OWN_SERVICE,
    PRIVATE_DNS_NAME_MISSING,
    PRIVATE_DNS_NAME_UNVERIFIED,
    PRIVATE_DNS_NAME_OF_THE_ZONE,
    REGION_UNSUPPORTED,
    TYPE_UNSUPPORTED,
    SERVICE_NAME_MISSING,
    REGION_MISSING,
    PARTITION_OF_THE_SERVICE,
)


class Consumer(Part):
    """A service consumer: a VPC with interface endpoints.

    https://docs.aws.amazon.com/vpc/latest/privatelink/concepts.html
    """

    region: Region | None = Field(
        default=None, description="Region of the VPC; default: the Region of the services of its endpoints"
    )
    account: Account | None = Field(
        default=None, description="Account of the consumer; default: the account that Terraform runs in"
    )
    network: Network = Field(description="VPC of the endpoints")
    kms_key: KmsKey = Field(default="aws", description=KMS_KEY_DESCRIPTION)
    probe: ProbeOrBoolean = Field(
        default=None,
        description="Test instance for `privatelink verify`: `true` for one with the default settings; "
        "default: none",
    )
    service: ConsumerKey | None = Field(
        default=None,
        description="Key of the service in `services`; required if there are `services`, unless the consumer "
        "has only `endpoints`",
    )
    service_name: ServiceName | None = Field(
        default=None, description="Service name of a service outside this topology; required for one"
    )
    endpoint: Endpoint | None = Field(
        default=None,
        description="Interface endpoint that connects to the service; default: one with default settings, or "
        "none if a consumer has `endpoints` and the topology has no single `service`",
    )
    endpoints: dict[ConsumerKey, FurtherEndpoint] = Field(
        default={},
        description="Interface endpoints to other services, also to AWS services, each under a short key",
    )
    hosted_zone: HostedZone | None = Field(
        default=None,
        description="Private hosted zone for the `names` of the endpoints; default: AWS's DNS names only",
    )

    renamed_from: FormerKey | None = Field(
        default=None,
        description="Former key of the consumer: its stack, its state and the names of its resources keep it",
    )

    @property
    def further_endpoints(self) -> dict[str, FurtherEndpoint]:
        """The endpoints to other services, sorted by key."""
        return dict(sorted(self.endpoints.items()))

    @property
    def every_endpoint(self) -> dict[Path, EndpointSettings]:
        """All endpoints, by their places in the file."""
        found: dict[Path, EndpointSettings] = {("endpoint",): self.endpoint} if self.endpoint else {}
        return found | {("endpoints", key): further for key, further in self.further_endpoints.items()}

    def main_endpoint(self, services: Iterable[str | None]) -> Endpoint | None:
        """Return the endpoint of the field `endpoint`, or its default; None if there are only `endpoints`.

        Arguments:
            services: the keys of the topology's services.
        """
        if self.endpoint or self.service or self.service_name or not self.endpoints or None in services:
            return self.endpoint or Endpoint()
        return None

    def regions_of_services(self, services: Mapping[str | None, Service]) -> set[str]:
        """Return the Regions of the services that the endpoints connect to; `endpoint` counts alone.

        Arguments:
            services: the topology's services, by key.
        """
        found: set[str] = set()
        for each in [self] if self.main_endpoint(services) else self.endpoints.values():
            if each.service_name and (region := region_of(each.service_name)):
                found.add(region)
            elif each.service_name is None and each.service in services:
                found.add(services[each.service].region)
        return found

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        for at, endpoint in self.every_endpoint.items():
            for broken in endpoint.broken_in(self.network):
                yield broken.below(*at)
        yield from self._names()
        first: dict[str | None, str] = {}
        for key, endpoint in self.further_endpoints.items():
            service = endpoint.service_name or endpoint.service
            if endpoint.private_dns and (other := first.setdefault(service, key)) != key:
                yield PRIVATE_DNS_TWICE.broken(
                    at=("endpoints", key, "private_dns"), other=f"endpoint {other}"
                )

    def _names(self) -> Iterator[Broken]:
        named: dict[str, Path] = {}
        for at, endpoint in self.every_endpoint.items():
            for name, zone in ((each.name, each.zone) for each in endpoint.names):
                place: Path = (*at, "names", ("name", name) if zone else name)
                if self.hosted_zone is None:
                    yield NAME_WITHOUT_A_ZONE.broken(at=place)
                elif not self.hosted_zone.contains(name):
                    yield NAME_OUTSIDE_THE_ZONE.broken(at=place, zone=self.hosted_zone.name)
                if named.setdefault(name, place) != place:
                    yield NAME_OF_TWO_ENDPOINTS.broken(at=place)
        if self.hosted_zone and not named:
            yield ZONE_WITHOUT_A_NAME.broken(at=("hosted_zone",))

    def broken_beside(self, services: Mapping[str | None, Service]) -> Iterator[Broken]:
        """Report the settings that do not fit the topology's services, given by key."""
        if services:
            yield from self._beside(services)
        else:
            yield from self._alone()
        if self.region is None and self.main_endpoint(services) is None:
            regions = self.regions_of_services(services)
            if len(regions) != 1:
                yield REGION_MISSING.broken(at=("region",), regions=sorted(regions) or "none")

    def _beside(self, services: Mapping[str | None, Service]) -> Iterator[Broken]:
        if self.service_name:
            yield NAME_OF_OWN_SERVICE.broken(at=("service_name",))
        if main := self.main_endpoint(services):
            if self.service in services:
                yield from self._of_service(main, services[self.service], ("endpoint",))
            elif self.service is None:
                yield SERVICE_MISSING.broken(at=("service",), keys=services)
            else:
                yield _unknown(services, ("service",))
        for key, endpoint in self.endpoints.items():
            if endpoint.service is None:
                continue
            at: Path = ("endpoints", key)
            if endpoint.service in services:
                yield from self._of_service(endpoint, services[endpoint.service], at)
            else:
                yield _unknown(services, (*at, "service"))

    def _of_service(
        self, endpoint: Endpoint | FurtherEndpoint, service: Service, at: Path
    ) -> Iterator[Broken]:
        for field in ("ports", "udp_ports"):
            if getattr(endpoint, field):
                yield PORTS_OF_OWN_SERVICE.broken(at=(*at, field), ports=service.ports)
        if isinstance(endpoint, Endpoint) and endpoint.verify:
            yield TEST_OF_OWN_SERVICE.broken(at=(*at, "verify"), given="")
        if endpoint.private_dns:
            yield from self._private_dns(service, (*at, "private_dns"))
        if self.region and self.region not in service.every_supported_region:
            yield REGION_UNSUPPORTED.broken(at=("region",), regions=service.every_supported_region)
        types = ENDPOINT_TYPES[service.ip_address_type]
        if endpoint.ip_address_type not in types:
            yield TYPE_UNSUPPORTED.broken(
                at=(*at, "ip_address_type"), service_type=service.ip_address_type, types=types
            )

    def _private_dns(self, service: Service, at: Path) -> Iterator[Broken]:
        if not service.private_dns:
            yield PRIVATE_DNS_NAME_MISSING.broken(at=at)
            return
        if not service.private_dns.verified:
            yield PRIVATE_DNS_NAME_UNVERIFIED.broken(at=at, name=service.private_dns.name)

    def _alone(self) -> Iterator[Broken]:
        main = self.main_endpoint(())
        if main and not self.service_name:
            yield SERVICE_NAME_MISSING.broken(at=("service_name",))
        elif self.service_name and self.region:
            partition = az.partition(region_of(self.service_name) or "")
            if az.partition(self.region) != partition:
                yield PARTITION_OF_THE_SERVICE.broken(at=("region",), partition=partition)
        if main and not main.ports and not main.udp_ports:
            yield PORTS_MISSING.broken(at=("endpoint", "ports"))
        for key, endpoint in self.endpoints.items():
            if endpoint.service is not None:
                yield _unknown({}, ("endpoints", key, "service"))


def _unknown(services: Mapping[str | None, Service], at: Path) -> Broken:
    return SERVICE_UNKNOWN.broken(at=at, keys=[key for key in services if key is not None] or "none")
