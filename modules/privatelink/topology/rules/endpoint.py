"""An interface endpoint of a consumer: to the service, or to another one."""

import json
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, field_validator, model_validator

from privatelink.facts import (
    DNS_RECORD_IP_TYPES,
    LONGEST_ENDPOINT_POLICY,
    MOST_SECURITY_GROUPS,
    RESERVED_AT_END,
    RESERVED_AT_START,
    DnsRecordIpType,
    IpAddressType,
)
from privatelink.rule import Broken, Rule
from privatelink.topology.broken import refuse, refuse_any
from privatelink.topology.part import Part
from privatelink.topology.rules.endpoint_names import ZONE_OF_THE_NAME, EndpointNames
from privatelink.topology.rules.network import Network
from privatelink.topology.rules.verify import PORT_TWICE, PORT_UNKNOWN, VerifyPort
from privatelink.topology.types.addresses import Address
from privatelink.topology.types.clients import Client
from privatelink.topology.types.ids import SecurityGroupId
from privatelink.topology.types.lists import TWICE, AsTuple, at_most, each_once, not_empty, twice
from privatelink.topology.types.names import ConsumerKey, FormerKey
from privatelink.topology.types.ports import PORTS_APART, PortOrRange, PortRange
from privatelink.topology.types.service_domains import is_custom_service, region_of
from privatelink.topology.types.service_names import EndpointServiceName
from privatelink.topology.types.zones import Region, Zone

_ENDPOINTS = "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html"
_POLICIES = "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
_CREATE_ENDPOINT = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"

POLICY_STATEMENT = Rule(
    "endpoint-policy-statement",
    what="malformed policy statement",
    allowed="one statement, or a list of statements",
    fix="give each statement an Effect, a Principal, an Action and a Resource",
    why="AWS refuses an endpoint policy whose statements have another form.",
    page=_POLICIES,
)
POLICY_VALUE = Rule(
    "endpoint-policy-value",
    what="policy statement with a value that JSON does not have",
    allowed="text, numbers, true and false",
    fix="quote such a value, for example a date",
    why="AWS takes an endpoint policy as JSON.",
    page=_POLICIES,
)
POLICY_LENGTH = Rule(
    "endpoint-policy-length",
    what="endpoint policy of {length} characters",
    allowed=f"at most {LONGEST_ENDPOINT_POLICY} characters as JSON",
    fix="shorten it",
    why="AWS limits the length of an endpoint policy.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html",
)
ALLOW_FROM_UNUSED = Rule(
    "endpoint-allow-from-unused",
    what="{.allow_from} together with {.security_group_ids}",
    allowed="{.allow_from} for a new security group, or {.security_group_ids} for existing ones",
    fix="remove one of the two",
    why="The clients become rules of the endpoint's new security group; existing groups are not changed.",
    page=_ENDPOINTS,
)
DNS_RECORD_TYPE = Rule(
    "endpoint-dns-record-type",
    what="DNS record type that an endpoint of type {ip_address_type} does not support",
    allowed="{types}",
    fix="correct {.dns_record_ip_type} or {.ip_address_type}",
    why="AWS creates DNS records only for addresses that the endpoint has.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html"
    "#aws-services-dns-record-ip-types",
)
ADDRESSES_OF_IPV6 = Rule(
    "endpoint-address-ipv6",
    what="IPv4 addresses of an IPv6 endpoint",
    allowed="only with {.ip_address_type=ipv4} or {.ip_address_type=dualstack}",
    fix="remove the addresses, or set {.ip_address_type=dualstack}",
    why="The network interfaces of an IPv6 endpoint have no IPv4 addresses.",
    page=_CREATE_ENDPOINT,
)
ADDRESS_TWICE = TWICE.with_fixed(item="address")
ZONE_WITHOUT_A_SUBNET = Rule(
    "endpoint-zone-subnet",
    what="endpoint zone without a subnet",
    allowed="zones of the consumer's network: {zones}",
    fix="add the zone to the network, or remove it here",
    why="The endpoint's network interface in a zone is created in a subnet of that zone.",
    page=_ENDPOINTS,
)
GROUP_OF_A_NEW_VPC = Rule(
    "security-group-vpc",
    what="security group for an endpoint in a new VPC",
    allowed="only in an existing VPC, with {.network.vpc_id}",
    fix="set {.network.vpc_id} and {.network.subnet_ids}, or remove the security group",
    why="A security group belongs to a VPC, so a VPC that does not exist yet has none.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/creating-security-groups.html",
)
DUALSTACK_NETWORK = Rule(
    "endpoint-dualstack-network",
    what="dualstack endpoint in a network without IPv6",
    allowed="only with {.network.ipv6=true}",
    fix="set {.network.ipv6=true}, or {.ip_address_type=ipv4}",
    why="AWS creates a dualstack endpoint only in subnets that have both IPv4 and IPv6 CIDRs.",
    page=_CREATE_ENDPOINT,
)
IPV6_NETWORK = Rule(
    "endpoint-ipv6-network",
    what="IPv6 endpoint in a new VPC",
    allowed="only in existing subnets without IPv4",
    fix="set {.ip_address_type=dualstack}",
    why="AWS creates an IPv6 endpoint only in IPv6-only subnets, and new subnets here have IPv4.",
    page=_CREATE_ENDPOINT,
)
ADDRESS_MISSING = Rule(
    "endpoint-address-missing",
    what="no address for zone {zone}",
    allowed="an address in each zone of the endpoint, or none",
    fix="add an address in {zone}, or remove the others",
    why="AWS assigns the addresses of an endpoint either all or none.",
    page=_CREATE_ENDPOINT,
)
ADDRESS_ZONE = Rule(
    "endpoint-address-zone",
    what="address in a zone without the endpoint",
    allowed="zones of the endpoint: {zones}",
    fix="remove it, or add the zone to the endpoint",
    why="The endpoint has a network interface, and so an address, in each of its zones only.",
    page=_ENDPOINTS,
)
ADDRESS_SUBNET = Rule(
    "endpoint-address-subnet",
    what="address that the subnet cannot assign",
    allowed="{first} to {last}, in {subnet}",
    fix="choose an address in this range",
    why=f"AWS reserves the first {RESERVED_AT_START} addresses of a subnet and the last one.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html",
)
SERVICE_OR_NAME = Rule(
    "endpoint-service",
    what="endpoint with both or neither of {.service} and {.service_name}",
    allowed="{.service} for a service in {.services}, or {.service_name} for any other",
    fix="set one of them, and not the other",
    why="An endpoint connects to one service.",
    page=_ENDPOINTS,
)
PORTS_MISSING = Rule(
    "endpoint-ports-missing",
    what="no ports of the service",
    allowed="the ports that the service listens on",
    fix="add {.ports} or {.udp_ports}",
    why="The endpoint's security group allows these ports, and only the service provider knows them.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-resources.html",
)
SERVICE_REGION_KNOWN = Rule(
    "endpoint-service-region",
    what="{.service_region} of a service whose Region is known already",
    allowed="only with a {.service_name} without a Region, such as com.amazonaws.iam",
    fix="remove it",
    why="The Region is that of the service in this topology, or the one in the service name.",
    page="https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html",
)
RULES = (
    POLICY_STATEMENT,
    POLICY_VALUE,
    POLICY_LENGTH,
    ALLOW_FROM_UNUSED,
    DNS_RECORD_TYPE,
    ADDRESSES_OF_IPV6,
    ZONE_WITHOUT_A_SUBNET,
    GROUP_OF_A_NEW_VPC,
    DUALSTACK_NETWORK,
    IPV6_NETWORK,
    ADDRESS_MISSING,
    ADDRESS_ZONE,
    ADDRESS_SUBNET,
    SERVICE_OR_NAME,
    PORTS_MISSING,
    SERVICE_REGION_KNOWN,
)
HTTPS = 443  # AWS's own services listen on it
_OR_RANGES = ", or ranges of them such as 1024-65535"


def _check_statement(given: object) -> object:
    statements = given if isinstance(given, list) else [given]
    if not statements or not all(isinstance(statement, dict) and statement for statement in statements):
        raise refuse(POLICY_STATEMENT.broken(given=""))
    try:
        json.dumps(given)
    except TypeError:
        raise refuse(POLICY_VALUE.broken(given="")) from None
    return given


class Policy(Part):
    """An endpoint policy, in the form of IAM policies.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """

    version: Literal["2012-10-17", "2008-10-17"] = Field(
        default="2012-10-17", alias="Version", description="Version of the policy language"
    )
    id: str | None = Field(default=None, alias="Id", description="Identifier of the policy")
    statement: Annotated[
        Any, PlainValidator(_check_statement), WithJsonSchema({"type": ["object", "array"]})
    ] = Field(
        alias="Statement",
        description="One statement or a list of statements",
    )

    @property
    def json_text(self) -> str:
        """The policy as the JSON that AWS receives."""
        return json.dumps(self.model_dump(by_alias=True, exclude_none=True), separators=(",", ":"))

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (length := len(self.json_text)) > LONGEST_ENDPOINT_POLICY:
            raise refuse(POLICY_LENGTH.broken(given="", length=length))
        return self


class EndpointSettings(Part):
    """The settings of an interface endpoint to any service."""

    zones: (
        Annotated[
            tuple[Zone, ...],
            AsTuple,
            not_empty("zones", "for all zones of the network"),
            each_once("zone"),
        ]
        | None
    ) = Field(
        default=None,
        description="Zones of the consumer's network with a network interface of the endpoint; default: all",
    )
    # Not anyone by default: the endpoint's security group allows the clients listed and no others.
    allow_from: (
        Annotated[
            tuple[Client, ...],
            AsTuple,
            not_empty("clients", "for the whole network"),
            each_once("client"),
        ]
        | None
    ) = Field(
        default=None,
        description="Clients of the endpoint: CIDRs, security group IDs, prefix list IDs; default: the "
        "consumer's network",
    )
    security_group_ids: Annotated[
        tuple[SecurityGroupId, ...],
        AsTuple,
        each_once("security group"),
        at_most(MOST_SECURITY_GROUPS, "security groups"),
    ] = Field(
        default=(),
        description="IDs of existing security groups for the endpoint, instead of a new one",
    )
    policy: Policy | None = Field(
        default=None,
        description="Endpoint policy, if the service supports one; default: AWS's policy of full access",
    )
    addresses: dict[Zone, Address] = Field(
        default={},
        description="Private IPv4 address of the endpoint in each of its zones; default: AWS assigns them",
    )
    ip_address_type: IpAddressType = Field(
        default="ipv4",
        description="IP address type of the endpoint; dualstack needs subnets with IPv4 and IPv6, ipv6 needs "
        "IPv6-only subnets",
    )
    dns_record_ip_type: DnsRecordIpType = Field(
        default_factory=lambda others: others.get("ip_address_type", "ipv4"),
        description="DNS record IP type of the endpoint; default: its IP address type",
    )
    names: EndpointNames = Field(
        default=(),
        description="DNS names in the consumer's `hosted_zone` that resolve to the endpoint; a name with a "
        "zone of the endpoint, as `zone` or as a label, resolves to the address in this zone",
    )

    renamed_from: FormerKey | None = Field(
        default=None,
        description="Former key of the endpoint, or `endpoint` if it had no key: its addresses in the state "
        "and its names keep it",
    )

    @model_validator(mode="after")
    def _check_settings(self) -> Self:
        refuse_any(self._broken_settings())
        return self

    def _broken_settings(self) -> Iterator[Broken]:
        if self.security_group_ids and self.allow_from:
            yield ALLOW_FROM_UNUSED.broken(at=("allow_from",))
        types = DNS_RECORD_IP_TYPES[self.ip_address_type]
        if self.dns_record_ip_type not in types:
            yield DNS_RECORD_TYPE.broken(
                at=("dns_record_ip_type",), ip_address_type=self.ip_address_type, types=types
            )
        if self.addresses and self.ip_address_type == "ipv6":
            yield ADDRESSES_OF_IPV6.broken(at=("addresses",))
        for broken in twice(self.addresses, ADDRESS_TWICE):
            yield broken.below("addresses")

    def zones_in(self, network: Network) -> tuple[str, ...]:
        """Return the endpoint's zones in this network, sorted."""
        return self.zones or network.zones

    def broken_in(self, network: Network) -> Iterator[Broken]:
        """Report the settings that do not fit the endpoint's network."""
        zones = self.zones_in(network)
        for zone in zones:
            if zone not in network.zones:
                yield ZONE_WITHOUT_A_SUBNET.broken(at=("zones", zone), zones=network.zones)
        for name in self.names:
            zone_of_name = name.zone_among(zones)
            if zone_of_name and zone_of_name not in zones:
                at = ("names", ("name", name.name) if name.zone else name.name)
                yield ZONE_OF_THE_NAME.broken(at=at, zone=zone_of_name, zones=zones)
        if not network.vpc_id:
            yield from self._of_a_new_vpc(network)
        if self.addresses:
            yield from self._misplaced(network, zones)

    def _of_a_new_vpc(self, network: Network) -> Iterator[Broken]:
        groups = (client for client in self.allow_from or () if str(client).startswith("sg-"))
        for field, ids in (("allow_from", groups), ("security_group_ids", self.security_group_ids)):
            for group in ids:
                yield GROUP_OF_A_NEW_VPC.broken(at=(field, str(group)))
        if self.ip_address_type == "dualstack" and not network.ipv6:
            yield DUALSTACK_NETWORK.broken(at=("ip_address_type",))
        if self.ip_address_type == "ipv6":
            yield IPV6_NETWORK.broken(at=("ip_address_type",))

    def _misplaced(self, network: Network, zones: tuple[str, ...]) -> Iterator[Broken]:
        for zone in zones:
            if zone not in self.addresses:
                yield ADDRESS_MISSING.broken(at=("addresses",), zone=zone)
        for zone, address in self.addresses.items():
            if zone not in zones:
                yield ADDRESS_ZONE.broken(at=("addresses", zone), zones=zones)
            elif (subnet := network.subnets.get(zone)) and not _is_assignable(address, subnet):
                first, last = _assignable(subnet)
                yield ADDRESS_SUBNET.broken(at=("addresses", zone), first=first, last=last, subnet=subnet)


def _assignable(subnet: IPv4Network) -> tuple[IPv4Address, IPv4Address]:
    """Return the first and the last address that AWS does not reserve."""
    return subnet[RESERVED_AT_START], subnet[-1 - RESERVED_AT_END]


def _is_assignable(address: IPv4Address, subnet: IPv4Network) -> bool:
    first, last = _assignable(subnet)
    return first <= address <= last


class Endpoint(EndpointSettings):
    """A consumer's interface endpoint to the service.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """

    private_dns: bool = Field(
        default=False,
        description="Resolve the service's private DNS name to the endpoint, with a separate stack that is "
        "applied after the connection is accepted",
    )
    ports: (
        Annotated[tuple[PortOrRange, ...], AsTuple, not_empty("ports"), PORTS_APART, each_once("port")] | None
    ) = Field(default=None, description=f"TCP ports of a service outside this topology{_OR_RANGES}")
    udp_ports: (
        Annotated[
            tuple[PortOrRange, ...],
            AsTuple,
            not_empty("UDP ports", "if the service has none"),
            PORTS_APART,
            each_once("port"),
        ]
        | None
    ) = Field(default=None, description=f"UDP ports of a service outside this topology{_OR_RANGES}")
    verify: Annotated[tuple[VerifyPort, ...], AsTuple] = Field(
        default=(),
        description="How `privatelink verify` tests ports of a service outside this topology; default: a "
        "connection to each port",
    )

    @field_validator("verify")
    @classmethod
    def _sorted(cls, tests: tuple[VerifyPort, ...]) -> tuple[VerifyPort, ...]:
        refuse_any(twice(((test.port, test.ip_protocol) for test in tests), PORT_TWICE))
        return tuple(sorted(tests, key=lambda test: (test.port, test.ip_protocol)))

    @model_validator(mode="after")
    def _check_tests(self) -> Self:
        refuse_any(self._broken_tests())
        return self

    def _broken_tests(self) -> Iterator[Broken]:
        for test in self.verify if self.ports or self.udp_ports else ():
            ports = (self.udp_ports if test.ip_protocol == "udp" else self.ports) or ()
            ranges = map(PortRange.of, ports)
            if not any(each.first <= test.port <= each.last for each in ranges):
                at = ("verify", ("port", test.port), "port")
                yield PORT_UNKNOWN.broken(at=at, ip_protocol=test.ip_protocol)


class FurtherEndpoint(EndpointSettings):
    """Another interface endpoint in a consumer's network: to an AWS service, or to a customer's."""

    service: ConsumerKey | None = Field(
        default=None, description="Key of a service in `services`, instead of `service_name`"
    )
    service_name: EndpointServiceName | None = Field(
        default=None, description="Name of any other service, such as com.amazonaws.ap-northeast-2.ssm"
    )
    private_dns: bool = Field(
        default=False,
        description="Resolve the service's private DNS name to the endpoint; of a customer's service, with a "
        "separate stack that is applied after the connection is accepted",
    )
    ports: Annotated[tuple[PortOrRange, ...], AsTuple, not_empty("ports"), PORTS_APART, each_once("port")] = (
        Field(
            default_factory=lambda others: (
                (HTTPS,) if (name := others.get("service_name")) and not is_custom_service(name) else ()
            ),
            description=f"TCP ports of a service outside this topology{_OR_RANGES}; default: {HTTPS} for "
            "an AWS service",
        )
    )
    udp_ports: Annotated[tuple[PortOrRange, ...], AsTuple, PORTS_APART, each_once("port")] = Field(
        default=(), description=f"UDP ports of a service outside this topology{_OR_RANGES}"
    )
    service_region: Region | None = Field(
        default=None,
        description="Region of a service whose `service_name` has none, such as us-east-1 for "
        "com.amazonaws.iam; default: the consumer's Region",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.service is None) == (self.service_name is None):
            raise refuse(SERVICE_OR_NAME.broken())
        if self.service is None and not self.ports and not self.udp_ports:
            raise refuse(PORTS_MISSING.broken(at=("ports",)))
        if self.service_region and (self.service_name is None or region_of(self.service_name)):
            raise refuse(SERVICE_REGION_KNOWN.broken(at=("service_region",)))
        return self
