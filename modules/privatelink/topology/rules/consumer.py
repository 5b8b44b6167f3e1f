"""A consumer's side."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Self

from pydantic import Field, model_validator

from privatelink.facts import ENDPOINT_TYPES
from privatelink.topology.broken import Broken, Path, refuse_any
from privatelink.topology.part import Account, Part, filled_in_above
from privatelink.topology.rules.endpoint import Endpoint, EndpointSettings, FurtherEndpoint
from privatelink.topology.rules.hosted_zone import HostedZone
from privatelink.topology.rules.network import Network
from privatelink.topology.rules.service import Service
from privatelink.topology.types import zones as az
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.service_names import SERVICE_NAME_ALLOWED, ServiceName, region_of
from privatelink.topology.types.zones import Region


class Consumer(Part):
    """One consumer: a network with an interface endpoint in it."""

    region: Region = Field(default_factory=filled_in_above, description="Region; default: the service's")
    account: Account | None = Field(
        default=None, description="The consumer's account; default: the one that Terraform runs with"
    )
    network: Network = Field(description="The consumer's VPC")
    probe: bool = Field(default=False, description="Make an instance to test the path from")
    service: ConsumerKey | None = Field(
        default=None, description="Key of the service in `services`; always where there are such"
    )
    service_name: ServiceName | None = Field(
        default=None,
        description="Name of the service; always when the service is not in this file, never when it is",
    )
    endpoint: Endpoint = Field(default_factory=Endpoint, description="The interface endpoint to the service")
    endpoints: dict[ConsumerKey, FurtherEndpoint] = Field(
        default={},
        description="Interface endpoints to other services, AWS's own among them, by a short name of each",
    )
    hosted_zone: HostedZone | None = Field(
        default=None,
        description="A private Route 53 zone for the `names` of the endpoints; default: AWS's names only",
    )

    @property
    def endpoint_zones(self) -> tuple[str, ...]:
        """The zones where the endpoint to the service has an address, sorted."""
        return self.endpoint.zones_in(self.network)

    @property
    def endpoint_ports(self) -> tuple[int, ...]:
        """The TCP ports of the service, sorted."""
        return self.endpoint.ports or ()

    @property
    def endpoint_udp_ports(self) -> tuple[int, ...]:
        """The UDP ports of the service, sorted."""
        return self.endpoint.udp_ports or ()

    @property
    def further_endpoints(self) -> dict[str, FurtherEndpoint]:
        """The endpoints to other services, sorted by key."""
        return dict(sorted(self.endpoints.items()))

    @property
    def every_endpoint(self) -> dict[Path, EndpointSettings]:
        """All endpoints, by their places in the file."""
        found: dict[Path, EndpointSettings] = {("endpoint",): self.endpoint}
        return found | {("endpoints", key): further for key, further in self.further_endpoints.items()}

    @model_validator(mode="after")
    def _check(self) -> Self:
        refuse_any(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        named: dict[str, Path] = {}
        for at, endpoint in self.every_endpoint.items():
            for broken in endpoint.broken_in(self.network):
                yield replace(broken, at=(*at, *broken.at))
            for name in endpoint.names:
                there: Path = (*at, "names", name)
                if self.hosted_zone is None:
                    yield Broken(
                        "name without a zone for it", "with hosted_zone", "add `hosted_zone:`", there
                    )
                elif not self.hosted_zone.holds(name):
                    allowed = f"names of {self.hosted_zone.name}"
                    yield Broken("name outside the hosted zone", allowed, "correct one of the two", there)
                if named.setdefault(name, there) != there:
                    yield Broken("name of two endpoints", "each once", "choose another", there)
        if self.hosted_zone and not named:
            what, fix = "hosted zone without a name in it", "give an endpoint its `names`"
            yield Broken(what, "names for one endpoint at least", fix, ("hosted_zone",), "")
        led: dict[str | None, str] = {}
        for key, endpoint in self.further_endpoints.items():
            # Two endpoints of a VPC cannot have the same private DNS name:
            # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
            service = endpoint.service_name or endpoint.service
            if endpoint.private_dns and led.setdefault(service, key) != key:
                what = f"private DNS name that endpoints.{led[service]} has"
                allowed = "one endpoint of a VPC with it"
                yield Broken(what, allowed, "remove one of the two", ("endpoints", key, "private_dns"))

    @property
    def services(self) -> tuple[str, ...]:
        """The keys of this file's services that the endpoints lead to, sorted; that of `service` is empty."""
        found = {endpoint.service for endpoint in self.endpoints.values()} | {self.service}
        return tuple(sorted(key for key in found if key is not None))

    def endpoints_to(self, service: str) -> dict[str, EndpointSettings]:
        """Give the endpoints to one of this file's services, by key; that of `endpoint` is empty."""
        own: dict[str, EndpointSettings] = {"": self.endpoint} if self.service == service else {}
        return own | {key: found for key, found in self.further_endpoints.items() if found.service == service}

    @property
    def switched_by_name(self) -> tuple[str, ...]:
        """The keys of the endpoints whose private DNS comes after acceptance; that of `endpoint` is empty."""
        further = [key for key, found in self.further_endpoints.items() if found.private_dns and found.custom]
        return (*([""] if self.endpoint.private_dns else []), *further)

    def of(self, services: Mapping[str, Service]) -> Self:
        """Fill in what the services decide; refuse what is theirs to say, and the lack of what they cannot.

        `services` are those of the file by key; that of the field `service` has the empty key.
        """
        refuse_any(self._beside(services) if services else self._alone())
        endpoints = {
            key: endpoint.model_copy(update=_listened_on(services[endpoint.service]))
            if endpoint.service is not None
            else endpoint
            for key, endpoint in self.endpoints.items()
        }
        if not services:
            region = self.region or region_of(self.service_name or "")
            return self.model_copy(update={"region": region, "endpoints": endpoints})
        service = services[self.service or ""]
        return self.model_copy(
            update={
                "service": self.service or "",
                "region": self.region or service.region,
                "endpoint": self.endpoint.model_copy(update=_listened_on(service)),
                "endpoints": endpoints,
            }
        )

    def _beside(self, services: Mapping[str, Service]) -> Iterator[Broken]:
        if self.service_name:
            what = "service name, though the service is in this file"
            yield Broken(what, "only without `service`", "remove it", ("service_name",))
        yield from self._unknown(self.service, services, ("service",))
        if (self.service or "") in services:
            yield from self._of_service(self.endpoint, services[self.service or ""], ("endpoint",))
        for key, endpoint in self.endpoints.items():
            at: Path = ("endpoints", key)
            if endpoint.service is not None:
                yield from self._unknown(endpoint.service, services, (*at, "service"))
                if endpoint.service in services:
                    yield from self._of_service(endpoint, services[endpoint.service], at)

    @staticmethod
    def _unknown(key: str | None, services: Mapping[str, Service], at: Path) -> Iterator[Broken]:
        known = [known for known in services if known]
        if key is None and known:
            what, fix = "service is missing", "say which one the endpoint leads to"
            yield Broken(what, f"one of {', '.join(known)}", fix, at)
        elif key is not None and key not in known:
            allowed = f"one of {', '.join(known)}" if known else "only with `services`"
            yield Broken("unknown service", allowed, "correct it" if known else "remove it", at)

    def _of_service(
        self, endpoint: Endpoint | FurtherEndpoint, service: Service, at: Path
    ) -> Iterator[Broken]:
        for field in ("ports", "udp_ports"):
            if getattr(endpoint, field):
                what = "ports, though the service is in this file"
                ports = ", ".join(map(str, service.ports))
                yield Broken(what, f"the listeners' ports, {ports}", "remove them", (*at, field))
        if endpoint.private_dns and not service.private_dns:
            what = "private DNS, though the service has no private DNS name"
            allowed = "only with service.private_dns"
            yield Broken(what, allowed, "give the service one, or remove it", (*at, "private_dns"))
        if endpoint.private_dns and service.private_dns and not service.private_dns.verified:
            what = f"private DNS, though {service.private_dns.name} is not verified"
            allowed = (
                "once its TXT record is in place: with the service's private_dns.zone_id or record_exists"
            )
            fix = "give one of the two, or remove it until then"
            yield Broken(what, allowed, fix, (*at, "private_dns"))
        # The zone that AWS makes for it, and ours, would be of one name in one VPC:
        # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
        if endpoint.private_dns and service.private_dns and self.hosted_zone:
            name = service.private_dns.name.removeprefix("*.")
            if self.hosted_zone.name == name:
                what, allowed = f"hosted zone of the service's private DNS name, {name}", "one of the two"
                yield Broken(
                    what, allowed, "choose another zone, or remove private_dns", ("hosted_zone", "name")
                )
        # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-share-your-services.html#endpoint-service-cross-region
        if self.region and self.region not in service.every_supported_region:
            what, allowed = (
                "region that the service does not support",
                ", ".join(service.every_supported_region),
            )
            yield Broken(
                what, allowed, "add it to the service's supported_regions, or correct it", ("region",)
            )
        if endpoint.ip_address_type not in ENDPOINT_TYPES[service.ip_address_type]:
            what = f"endpoint type that a service of type {service.ip_address_type} does not answer to"
            allowed = ", ".join(ENDPOINT_TYPES[service.ip_address_type])
            yield Broken(what, allowed, "correct one of the two", (*at, "ip_address_type"))

    def _alone(self) -> Iterator[Broken]:
        if not self.service_name:
            what = "neither a service in this file nor a service name"
            yield Broken(what, SERVICE_NAME_ALLOWED, "add service_name", ("service_name",))
        elif self.region and az.partition(self.region) != az.partition(region_of(self.service_name) or ""):
            what, allowed = "region of another partition than the service's", "regions of one partition"
            yield Broken(what, allowed, "correct it, or remove the line", ("region",))
        if not self.endpoint.ports and not self.endpoint.udp_ports:
            what = "neither a service in this file nor ports"
            allowed = "the ports that the service listens on"
            yield Broken(what, allowed, "add them, as in `endpoint: {ports: [80]}`", ("endpoint", "ports"))
        for key, endpoint in self.endpoints.items():
            if endpoint.service is not None:
                yield from self._unknown(endpoint.service, {}, ("endpoints", key, "service"))


def _listened_on(service: Service) -> dict[str, Any]:
    return {"ports": service.ports_of("tcp"), "udp_ports": service.ports_of("udp")}
