"""An interface endpoint of a consumer, to the service at hand or to another one."""

import json
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from privatelink.facts import (
    DNS_RECORD_IP_TYPES,
    LONGEST_ENDPOINT_POLICY,
    MOST_SECURITY_GROUPS,
    RESERVED_AT_END,
    RESERVED_AT_START,
    DnsRecordIpType,
    IpAddressType,
)
from privatelink.topology.broken import Broken, refuse, refuse_any
from privatelink.topology.part import Part, filled_in_above
from privatelink.topology.rules.network import Network
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.clients import Client
from privatelink.topology.types.dns_names import DnsName
from privatelink.topology.types.ids import SecurityGroupId
from privatelink.topology.types.lists import AsTuple, at_most, each_once, not_empty, twice
from privatelink.topology.types.names import ConsumerKey
from privatelink.topology.types.ports import Port
from privatelink.topology.types.service_names import EndpointServiceName, is_custom_service
from privatelink.topology.types.zones import Zone


def _check_statement(given: object) -> object:
    statements = given if isinstance(given, list) else [given]
    if not statements or not all(isinstance(statement, dict) and statement for statement in statements):
        fix = 'write it like {Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: "*"}'
        raise refuse(Broken("malformed statement", "a statement, or a list of such", fix, given=""))
    try:
        json.dumps(given)
    except TypeError:
        fix = "write such a value, as a date, in quotes"
        allowed = "text, numbers, true and false"
        raise refuse(Broken("statement with a value that JSON lacks", allowed, fix, given="")) from None
    return given


class Policy(Part):
    """An endpoint policy, as IAM writes policies.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """

    version: Literal["2012-10-17", "2008-10-17"] = Field(
        default="2012-10-17", alias="Version", description="Version of the policy language"
    )
    id: str | None = Field(default=None, alias="Id", description="A name for the policy")
    statement: Annotated[
        Any, PlainValidator(_check_statement), WithJsonSchema({"type": ["object", "array"]})
    ] = Field(
        alias="Statement", description="Who may do what by way of the endpoint; one statement or a list"
    )

    @property
    def json_text(self) -> str:
        """The policy as it is sent."""
        return json.dumps(self.model_dump(by_alias=True, exclude_none=True), separators=(",", ":"))

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (length := len(self.json_text)) > LONGEST_ENDPOINT_POLICY:
            allowed = f"at most {LONGEST_ENDPOINT_POLICY:,} characters as JSON"
            raise refuse(Broken(f"policy of {length:,} characters", allowed, "shorten it", given=""))
        return self


class EndpointSettings(Part):
    """What an interface endpoint has whatever it leads to."""

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
        tuple[Client, ...],
        AsTuple,
        not_empty("no clients", "list them, or remove the line for the whole network"),
        each_once("client listed twice"),
    ] = Field(
        default_factory=filled_in_above,
        description="Who may use the endpoint: CIDRs, security groups, prefix lists; default: the consumer's "
        "network",
    )
    security_group_ids: Annotated[
        tuple[SecurityGroupId, ...],
        AsTuple,
        each_once("security group listed twice"),
        at_most(MOST_SECURITY_GROUPS, "security groups"),
    ] = Field(
        default=(),
        description="Security groups that exist, for the endpoint to have instead of one made from "
        "`allow_from`",
    )
    policy: Policy | None = Field(
        default=None,
        description="Endpoint policy, for services that know such; default: AWS's, which allows everything",
    )
    addresses: dict[Zone, Address] = Field(
        default={},
        description="The endpoint's IPv4 address in each of its zones; default: AWS chooses",
    )
    ip_address_type: IpAddressType = Field(
        default="ipv4",
        description="Addresses of the endpoint; dualstack needs subnets with both, ipv6 subnets that have "
        "no other",
    )
    dns_record_ip_type: DnsRecordIpType = Field(
        default_factory=lambda others: others.get("ip_address_type", "ipv4"),
        description="Addresses that its names resolve to; default: those that it has",
    )
    names: Annotated[tuple[DnsName, ...], AsTuple, each_once("name listed twice")] = Field(
        default=(),
        description="Names of your choice, in the consumer's `hosted_zone`, that lead to the endpoint",
    )

    @model_validator(mode="after")
    def _check_settings(self) -> Self:
        refuse_any(self._broken_settings())
        return self

    def _broken_settings(self) -> Iterator[Broken]:
        if self.security_group_ids and self.allow_from:
            what = "clients beside security groups that exist"
            allowed = "allow_from, from which one is made; or security_group_ids"
            yield Broken(what, allowed, "remove one of the two", ("allow_from",), "")
        fitting = DNS_RECORD_IP_TYPES[self.ip_address_type]
        if self.dns_record_ip_type not in fitting:
            what = f"names of addresses that an endpoint of type {self.ip_address_type} lacks"
            yield Broken(what, ", ".join(fitting), "correct one of the two", ("dns_record_ip_type",))
        if self.addresses and self.ip_address_type == "ipv6":
            what, allowed = "IPv4 addresses of an endpoint that has none", "with ipv4 or dualstack"
            yield Broken(what, allowed, "remove them", ("addresses",), "")
        yield from (
            replace(broken, at=("addresses", *broken.at))
            for broken in twice(self.addresses, "address given twice")
        )

    def zones_in(self, network: Network) -> tuple[str, ...]:
        """Give the zones of this network where the endpoint has an address, sorted."""
        return self.zones or network.zones

    def broken_in(self, network: Network) -> Iterator[Broken]:
        """Report what does not go with the network that the endpoint is in."""
        zones = self.zones_in(network)
        for zone in zones:
            if zone not in network.zones:
                yield Broken(
                    "endpoint zone without a subnet",
                    f"zones of the consumer's network: {', '.join(network.zones)}",
                    f"add {zone} to the network's zones, or remove it here",
                    ("zones", zone),
                )
        if not network.vpc_id:
            yield from self._of_another_vpc()
        if self.ip_address_type == "dualstack" and not (network.vpc_id or network.ipv6):
            what, allowed = "dualstack in a network without IPv6", "with network.ipv6: true"
            yield Broken(what, allowed, "add it, or set ip_address_type: ipv4", ("ip_address_type",))
        if self.ip_address_type == "ipv6" and not network.vpc_id:
            what = "ipv6 in a network whose subnets have IPv4, too"
            allowed = "dualstack; ipv6 only in subnets that exist and have no IPv4"
            yield Broken(what, allowed, "set ip_address_type: dualstack", ("ip_address_type",))
        if self.addresses:
            yield from self._misplaced(network, zones)

    def _of_another_vpc(self) -> Iterator[Broken]:
        groups = (client for client in self.allow_from or () if str(client).startswith("sg-"))
        for field, ids in (("allow_from", groups), ("security_group_ids", self.security_group_ids)):
            for group in ids:
                what, allowed = "security group of a VPC that is still to be made", "with network.vpc_id"
                yield Broken(what, allowed, "give the network's vpc_id and subnet_ids", (field, str(group)))

    def _misplaced(self, network: Network, zones: tuple[str, ...]) -> Iterator[Broken]:
        for zone in zones:
            if zone not in self.addresses:
                what, allowed = f"no address for zone {zone}", "an address in each of the endpoint's zones"
                yield Broken(what, allowed, f"add {zone}, or remove the others", ("addresses",), "")
        for zone, address in self.addresses.items():
            if zone not in zones:
                allowed = f"the endpoint's zones: {', '.join(zones)}"
                yield Broken("address of another zone", allowed, "remove it", ("addresses", zone))
            elif (subnet := network.subnets.get(zone)) and not _is_assignable(address, subnet):
                first, last = _assignable(subnet)
                allowed = f"{first} to {last}, of {subnet}"
                yield Broken(
                    "address that the subnet cannot give", allowed, "correct it", ("addresses", zone)
                )


def _assignable(subnet: IPv4Network) -> tuple[IPv4Address, IPv4Address]:
    """Give the first and the last address that AWS does not keep for itself."""
    return subnet[RESERVED_AT_START], subnet[-1 - RESERVED_AT_END]


def _is_assignable(address: IPv4Address, subnet: IPv4Network) -> bool:
    first, last = _assignable(subnet)
    return first <= address <= last


Ports = Annotated[
    tuple[Port, ...],
    AsTuple,
    not_empty("no ports", "list the ports that the service listens on"),
    each_once("port listed twice"),
]


class Endpoint(EndpointSettings):
    """A consumer's interface endpoint to the service."""

    # https://docs.aws.amazon.com/vpc/latest/privatelink/manage-dns-names.html
    private_dns: bool = Field(
        default=False,
        description="Have the service's private DNS name lead to the endpoint, by a stack of its own that is "
        "applied once the connection is accepted",
    )
    ports: Ports = Field(
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


# AWS's own services answer over HTTPS.
HTTPS = 443


class FurtherEndpoint(EndpointSettings):
    """One more interface endpoint in a consumer's network: to an AWS service, or to someone else's."""

    service: ConsumerKey | None = Field(
        default=None, description="Key of a service in `services`; or else `service_name`"
    )
    service_name: EndpointServiceName | None = Field(
        default=None, description="Name of another service, such as com.amazonaws.ap-northeast-2.ssm"
    )
    private_dns: bool = Field(
        default=False,
        description="Have the service's usual name lead to the endpoint; that of a service that demands "
        "acceptance by a stack of its own, as with `endpoint`",
    )
    ports: Ports = Field(
        default_factory=lambda others: (
            (HTTPS,) if (name := others.get("service_name")) and not is_custom_service(name) else ()
        ),
        description="The service's TCP ports, unless it is in this file; default with a service of AWS: "
        f"{HTTPS}",
    )
    udp_ports: Annotated[tuple[Port, ...], AsTuple, each_once("port listed twice")] = Field(
        default=(), description="The service's UDP ports, likewise"
    )

    @property
    def custom(self) -> bool:
        """Whether the service is a customer's, which may demand acceptance, and not AWS's own."""
        return self.service_name is None or is_custom_service(self.service_name)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.service is None) == (self.service_name is None):
            both = (
                "both a service and a service name"
                if self.service
                else "neither a service nor a service name"
            )
            allowed = "exactly one of service and service_name"
            raise refuse(Broken(f"endpoint has {both}", allowed, "give one, remove the other"))
        if self.service is None and not self.ports and not self.udp_ports:
            what, allowed = (
                "no ports, of a service that is not AWS's",
                "the ports that the service listens on",
            )
            raise refuse(Broken(what, allowed, "add them, as in `ports: [443]`", ("ports",)))
        return self
