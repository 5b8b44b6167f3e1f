"""A consumer's side."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Self

from pydantic import Field, model_validator

from modules.topology.fields import (
    SERVICE_NAME_ALLOWED,
    AsTuple,
    Broken,
    Cidr,
    Port,
    Region,
    ServiceName,
    Zone,
    each_once,
    not_empty,
    refuse_any,
    region_of,
)
from modules.topology.network import Network
from modules.topology.part import Account, Part, filled_in_above
from modules.topology.service import Service


class Endpoint(Part):
    """A consumer's interface endpoint."""

    zones: Annotated[
        tuple[Zone, ...],
        AsTuple,
        not_empty("no zones", "list some, or remove the line for all of the network's"),
        each_once("zone listed twice"),
    ] = Field(
        default_factory=filled_in_above,
        description="Zones of the consumer's network where the endpoint has an address; default: all of them",
    )
    # Not anyone: the endpoint's security group admits the clients named and nothing more.
    # https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    allow_from: Annotated[
        tuple[Cidr, ...],
        AsTuple,
        not_empty("no clients", "list their CIDRs, or remove the line for the whole network"),
        each_once("CIDR listed twice"),
    ] = Field(
        default_factory=filled_in_above,
        description="CIDRs that may use the endpoint; default: the consumer's network",
    )
    # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    private_dns: bool = Field(
        default=False,
        description="Have the service's private DNS name lead to the endpoint, by a stack of its own that is "
        "applied once the connection is accepted",
    )
    ports: Annotated[
        tuple[Port, ...],
        AsTuple,
        not_empty("no ports", "list the ports that the service listens on"),
        each_once("port listed twice"),
    ] = Field(
        default_factory=filled_in_above,
        description="The service's TCP ports; when the service is not in this file, and never when it is",
    )
    # https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-resources.html
    udp_ports: Annotated[
        tuple[Port, ...],
        AsTuple,
        not_empty("no ports", "list the UDP ports that the service listens on, or remove the line"),
        each_once("port listed twice"),
    ] = Field(default_factory=filled_in_above, description="The service's UDP ports, likewise")


class Consumer(Part):
    """One consumer: a network with an interface endpoint in it."""

    region: Region = Field(
        default_factory=filled_in_above, description="Region; it can only be the service's, the default"
    )
    account: Account | None = Field(
        default=None, description="The consumer's account; default: the one that Terraform runs with"
    )
    network: Network = Field(description="The consumer's VPC")
    probe: bool = Field(default=False, description="Make an instance to test the path from")
    service_name: ServiceName | None = Field(
        default=None,
        description="Name of the service; always when the service is not in this file, never when it is",
    )
    endpoint: Endpoint = Field(default_factory=Endpoint, description="The interface endpoint")

    @property
    def endpoint_zones(self) -> tuple[str, ...]:
        """The zones where the endpoint has an address, sorted."""
        return self.endpoint.zones or self.network.zones

    @property
    def endpoint_allow_from(self) -> tuple[IPv4Network, ...]:
        """The CIDRs that may use the endpoint, sorted; none where that is the whole of an existing VPC."""
        return self.endpoint.allow_from or ((self.network.cidr,) if self.network.cidr else ())

    @property
    def endpoint_ports(self) -> tuple[int, ...]:
        """The TCP ports that the endpoint admits, sorted."""
        return self.endpoint.ports or ()

    @property
    def endpoint_udp_ports(self) -> tuple[int, ...]:
        """The UDP ports that the endpoint admits, sorted."""
        return self.endpoint.udp_ports or ()

    @model_validator(mode="after")
    def _check(self) -> Self:
        zones = self.network.zones
        refuse_any(
            Broken(
                "endpoint zone without a subnet",
                f"zones of the consumer's network: {', '.join(zones)}",
                f"add {zone} to the network's zones, or remove it here",
                ("endpoint", "zones", zone),
            )
            for zone in self.endpoint_zones
            if zone not in zones
        )
        return self

    def of(self, service: Service | None) -> Self:
        """Fill in what the service decides; refuse what is its to say, and the lack of what it cannot say."""
        refuse_any(self._beside(service) if service else self._alone())
        if service is None:
            return self.model_copy(update={"region": region_of(self.service_name or "")})
        ports = {"ports": service.ports_of("tcp"), "udp_ports": service.ports_of("udp")}
        endpoint = self.endpoint.model_copy(update=ports)
        return self.model_copy(update={"region": service.region, "endpoint": endpoint})

    def _beside(self, service: Service) -> Iterator[Broken]:
        if self.service_name:
            what = "service name, though the service is in this file"
            yield Broken(what, "only without `service`", "remove it", ("service_name",))
        for field in ("ports", "udp_ports"):
            if getattr(self.endpoint, field):
                what = "ports, though the service is in this file"
                ports = ", ".join(map(str, service.ports))
                yield Broken(what, f"the listeners' ports, {ports}", "remove them", ("endpoint", field))
        if self.endpoint.private_dns and not service.private_dns:
            what = "private DNS, though the service has no private DNS name"
            allowed = "only with service.private_dns"
            yield Broken(what, allowed, "give the service one, or remove it", ("endpoint", "private_dns"))
        if self.region and self.region != service.region:
            yield Broken("region is not the service's", service.region, "remove the line", ("region",))

    def _alone(self) -> Iterator[Broken]:
        if not self.service_name:
            what = "neither a service in this file nor a service name"
            yield Broken(what, SERVICE_NAME_ALLOWED, "add service_name", ("service_name",))
        elif self.region and self.region != (region := region_of(self.service_name)):
            yield Broken("region is not the service's", region, "remove the line", ("region",))
        if not self.endpoint.ports and not self.endpoint.udp_ports:
            what = "neither a service in this file nor ports"
            allowed = "the ports that the service listens on"
            yield Broken(what, allowed, "add them, as in `endpoint: {ports: [80]}`", ("endpoint", "ports"))
