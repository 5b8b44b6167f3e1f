"""Interface VPC endpoints: the consumer's side of PrivateLink.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
moto handles gateway endpoints.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError, InvalidSecurityGroupNotFoundError, InvalidServiceName
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses._base_response import EC2BaseResponse
from moto.ec2.responses.vpcs import VPCs
from moto.ec2.utils import add_tag_specification

from privatelink.sandbox.addresses import remove_interface, require_free, require_free_ipv6, service_interface
from privatelink.sandbox.endpoint_services import EndpointService, aws_services, is_custom, service_named
from privatelink.sandbox.filters import check_names, matches, page
from privatelink.sandbox.ids import hex_id, token
from privatelink.sandbox.subnets import ipv6_block
from privatelink.sandbox.untyped import Moto

IP_ADDRESS_TYPES = {"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}


class Addresses(NamedTuple):
    """The addresses that a request chooses for a subnet."""

    ipv4: str | None = None
    ipv6: str | None = None


NO_ADDRESSES = Addresses()


def refuse(message: str, code: str = "InvalidParameter") -> EC2ClientError:
    """Return EC2's error for a valid request that cannot be fulfilled."""
    return EC2ClientError(code, message)


@dataclass(frozen=True)
class Target:
    """The service of an endpoint: a customer's service or an AWS service."""

    name: str
    region: str
    base_dns_name: str
    zone_ids: frozenset[str]
    ip_address_types: tuple[str, ...]
    types: tuple[str, ...] = ("Interface",)
    private_dns_name: str | None = None
    private_dns_verified: bool = True
    service: EndpointService | None = None

    @property
    def acceptance_required(self) -> bool:
        """Whether the provider must accept connections."""
        return self.service is not None and self.service.acceptance_required


def target_of(service: EndpointService) -> Target:
    """Return a customer's service as a target."""
    dns = service.private_dns
    return Target(
        name=service.name,
        region=service.region,
        base_dns_name=service.base_dns_name,
        zone_ids=frozenset(service.zones.values()),
        ip_address_types=tuple(service.ip_address_types),
        private_dns_name=dns.name if dns else None,
        private_dns_verified=dns is not None and dns.state == "verified",
        service=service,
    )


def find_target(backend: Moto, name: str, region: str | None) -> Target:
    """Return the service with a service name, as an account sees it.

    Raises:
        InvalidServiceName: there is none, or it does not allow the account.
    """
    wanted_region = region or backend.region_name
    if is_custom(name):
        service = service_named(name)
        if (
            service is None
            or service.region != wanted_region
            or backend.region_name not in service.supported_regions
            or not service.admits(backend.account_id)
        ):
            raise InvalidServiceName(name)
        return target_of(service)

    details = [d for d in aws_services(backend.account_id, wanted_region) if d["ServiceName"] == name]
    if not details:
        raise InvalidServiceName(name)
    # S3 and DynamoDB have one entry for each endpoint type.
    interface = next((d for d in details if {"ServiceType": "Interface"} in d["ServiceType"]), details[0])
    zone_ids = {zone.name: zone.zone_id for zone in backend.describe_availability_zones()}
    return Target(
        name=name,
        region=wanted_region,
        base_dns_name=interface["BaseEndpointDnsNames"][0],
        zone_ids=frozenset(zone_ids.values()),
        ip_address_types=("ipv4", "ipv6"),
        types=tuple(kind["ServiceType"] for detail in details for kind in detail["ServiceType"]),
        private_dns_name=interface.get("PrivateDnsName"),
    )


class InterfaceEndpoint(TaggedEC2Resource):  # type: ignore[misc]
    """An interface endpoint, with the attributes that moto's describe action reads."""

    def __init__(
        self,
        backend: Moto,
        vpc: Moto,
        target: Target,
        *,
        ip_address_type: str,
        dns_options: dict[str, object] | None,
        policy: str | None,
        security_group_ids: list[str],
    ) -> None:
        self.ec2_backend = backend
        self.id = hex_id("vpce")
        self.connection_id = hex_id("vpce-con")
        self.vpc_id = vpc.id
        self.service_name = target.name
        self.service_id = target.service.id if target.service else None
        self.service_region = target.region
        self.base_dns_name = target.base_dns_name
        self.private_dns_name = target.private_dns_name
        self.dns_token = token(8)
        self.vpc_endpoint_type = "Interface"
        self.state = "pendingAcceptance" if target.acceptance_required else "available"
        self.private_dns_enabled = False
        self.ip_address_type = ip_address_type
        self.dns_options = {"DnsRecordIpType": ip_address_type, **(dns_options or {})}
        self.policy_document = policy or json.dumps(VPCEndPoint.DEFAULT_POLICY)
        self.security_group_ids = security_group_ids
        self.interfaces: dict[str, Moto] = {}
        self.route_table_ids: list[str] = []
        self.creation_timestamp = utcnow()
        self.requester_managed = False

    @property
    def vpc_endpoint_id(self) -> str:
        """The ID, under its API name."""
        return self.id

    @property
    def vpc_endpoint_state(self) -> str:
        """The state, under the name of the filter."""
        return self.state

    @property
    def owner_id(self) -> str:
        """The consumer's account."""
        return str(self.ec2_backend.account_id)

    @property
    def tags(self) -> list[dict[str, str]]:
        """The tags, under their API name."""
        return self.get_tags()  # type: ignore[no-any-return]

    @property
    def subnet_ids(self) -> list[str]:
        """The subnets of the endpoint."""
        return list(self.interfaces)

    @property
    def network_interface_ids(self) -> list[str]:
        """The network interfaces, one in each subnet."""
        return [interface.id for interface in self.interfaces.values()]

    @property
    def groups(self) -> list[dict[str, str]]:
        """The security groups of the network interfaces."""
        groups = (self.ec2_backend.get_security_group_from_id(group) for group in self.security_group_ids)
        return [{"GroupId": group.id, "GroupName": group.name} for group in groups if group]

    @property
    def dns_entries(self) -> list[dict[str, str]]:
        """The regional DNS name, the zonal ones, and the private one if enabled; none without a subnet."""
        if not self.interfaces:
            return []
        prefix = f"{self.id}-{self.dns_token}"
        zones = sorted(interface.availability_zone for interface in self.interfaces.values())
        names = [prefix, *(f"{prefix}-{zone}" for zone in zones)]
        zone_id = hosted_zone_id(self.service_region)
        entries = [{"DnsName": f"{name}.{self.base_dns_name}", "HostedZoneId": zone_id} for name in names]
        if self.private_dns_enabled and self.private_dns_name:
            private_zone = hosted_zone_id(f"{self.vpc_id} {self.private_dns_name}")
            entries.append({"DnsName": self.private_dns_name, "HostedZoneId": private_zone})
        return entries

    def add_subnets(self, subnets: Iterable[Moto], addresses: Mapping[str, Addresses]) -> None:
        """Create a network interface in each subnet, with the given addresses if there are any."""
        for subnet in subnets:
            chosen = addresses.get(subnet.id, NO_ADDRESSES)
            self.interfaces[subnet.id] = service_interface(
                subnet,
                kind="vpc_endpoint",
                description=f"VPC Endpoint Interface {self.id}",
                group_ids=self.security_group_ids,
                address=chosen.ipv4,
                ipv6=self.ip_address_type != "ipv4",
                ipv6_address=chosen.ipv6,
            )

    def has(self, subnet_id: str, chosen: Addresses) -> bool:
        """Return whether the network interface in a subnet has these addresses."""
        interface = self.interfaces[subnet_id]
        return chosen.ipv4 in (None, interface.private_ip_address) and (
            chosen.ipv6 is None or chosen.ipv6 in interface.ipv6_addresses
        )

    def remove_subnets(self, subnet_ids: Iterable[str]) -> None:
        """Delete the network interfaces in subnets."""
        for subnet_id in subnet_ids:
            if interface := self.interfaces.pop(subnet_id, None):
                remove_interface(interface)

    def set_security_groups(self, group_ids: list[str]) -> None:
        """Set the security groups of the endpoint and its network interfaces."""
        self.security_group_ids = group_ids
        for interface in self.interfaces.values():
            interface._group_set = [self.ec2_backend.get_security_group_from_id(group) for group in group_ids]


def hosted_zone_id(key: str) -> str:
    """Return a stable, invented ID: AWS does not publish the hosted zones of endpoint names."""
    return "Z" + hashlib.sha256(key.encode()).hexdigest()[:20].upper()


def check_subnets(backend: Moto, vpc_id: str, target: Target, subnets: list[Moto], taken: set[str]) -> None:
    """Check the subnets of an endpoint: one per zone, in its VPC, in zones of the service.

    Arguments:
        backend: the EC2 backend of the endpoint.
        vpc_id: the VPC of the endpoint.
        target: the service.
        subnets: the new subnets.
        taken: the AZ IDs that the endpoint already uses.
    """
    used = set(taken)
    for subnet in subnets:
        if subnet.vpc_id != vpc_id:
            raise refuse(f"Subnet {subnet.id} does not belong to VPC {vpc_id}")
        if subnet.availability_zone_id in used:
            raise refuse(
                f"Found another VPC endpoint subnet in the availability zone of {subnet.id}. VPC endpoint "
                "subnets should be in different availability zones supported by the VPC endpoint service.",
                "DuplicateSubnetsInSameZone",
            )
        used.add(subnet.availability_zone_id)
        # Zones need not match across Regions.
        if target.region == backend.region_name and subnet.availability_zone_id not in target.zone_ids:
            raise refuse(
                f"The VPC endpoint service {target.name} does not support the availability zone of the "
                f"subnet: {subnet.id}."
            )


def check_security_groups(backend: Moto, vpc_id: str, group_ids: Iterable[str]) -> None:
    """Check that the security groups exist in a VPC."""
    for group_id in group_ids:
        group = backend.get_security_group_from_id(group_id)
        if group is None:
            raise InvalidSecurityGroupNotFoundError(group_id)
        if group.vpc_id != vpc_id:
            raise refuse(f"The security group {group_id} does not belong to VPC {vpc_id}")


def check_ip_address_type(target: Target, ip_address_type: str, subnets: Iterable[Moto]) -> None:
    """Check that the service and all subnets support the IP address type of an endpoint."""
    if not IP_ADDRESS_TYPES.get(ip_address_type, {ip_address_type}) <= set(target.ip_address_types):
        raise refuse(
            f"The VPC endpoint service {target.name} does not support the IP address type {ip_address_type}"
        )
    for subnet in subnets:
        if ip_address_type != "ipv4" and ipv6_block(subnet) is None:
            raise refuse(
                f"The subnet {subnet.id} does not support the IP address type {ip_address_type}: it has no "
                "IPv6 CIDR block"
            )


def check_private_dns(backend: Moto, vpc: Moto, target: Target, *, accepted: bool, but: str = "") -> None:
    """Check that private DNS can be enabled for an endpoint.

    This requires a verified private DNS name, DNS in the VPC, no other endpoint with the same name, and an
    accepted connection.

    Arguments:
        backend: the EC2 backend of the endpoint.
        vpc: its VPC.
        target: its service.
        accepted: whether the connection is accepted.
        but: the ID of the endpoint, to ignore itself.
    """
    if target.private_dns_name is None:
        raise refuse(
            f"Private DNS can't be enabled because the service {target.name} does not provide a private DNS "
            "name."
        )
    if not target.private_dns_verified:
        raise refuse(
            f"Private DNS can't be enabled because the service {target.name} has not verified the private "
            "DNS name."
        )
    if not (is_on(vpc.enable_dns_support) and is_on(vpc.enable_dns_hostnames)):
        raise refuse(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set "
            f"to true for {vpc.id}"
        )
    if not accepted:
        raise refuse(
            "Private DNS can only be enabled after the endpoint connection is accepted by the owner of "
            f"{target.name}."
        )
    for other in backend.vpc_end_points.values():
        if (
            other.id != but
            and other.vpc_id == vpc.id
            and other.private_dns_enabled
            and getattr(other, "private_dns_name", None) == target.private_dns_name
        ):
            raise refuse(
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                f"{target.private_dns_name} in the VPC {vpc.id}"
            )


def is_on(value: object) -> bool:
    """Return an attribute as a bool: moto stores some as the text of the request."""
    return str(value).lower() == "true"


def chosen_addresses(configurations: list[dict[str, str]]) -> dict[str, Addresses]:
    """Return the addresses in `SubnetConfigurations`, by subnet ID."""
    return {
        item["SubnetId"]: Addresses(item.get("Ipv4"), item.get("Ipv6"))
        for item in configurations
        if item.get("Ipv4") or item.get("Ipv6")
    }


def check_addresses(
    subnets: Iterable[Moto],
    addresses: Mapping[str, Addresses],
    ip_address_type: str,
    replaced: Mapping[str, Moto],
) -> None:
    """Check that chosen addresses are free, and of the endpoint's IP address type.

    Arguments:
        subnets: the subnets that the endpoint gets a network interface in.
        addresses: the chosen addresses, by subnet ID.
        ip_address_type: the IP address type of the endpoint.
        replaced: the network interfaces that the new ones replace, by subnet ID; their addresses become free.
    """
    for subnet in subnets:
        chosen = addresses.get(subnet.id, NO_ADDRESSES)
        old = replaced.get(subnet.id)
        if chosen.ipv4 and not (old and chosen.ipv4 == old.private_ip_address):
            require_free(subnet, chosen.ipv4)
        if chosen.ipv6 and not (old and chosen.ipv6 in old.ipv6_addresses):
            if ip_address_type == "ipv4":
                raise refuse(f"The IP address type ipv4 does not support the IPv6 address {chosen.ipv6}")
            require_free_ipv6(subnet, chosen.ipv6)


FILTERS = {
    "ip-address-type": "ip_address_type",
    "service-name": "service_name",
    "service-region": "service_region",
    "vpc-endpoint-id": "id",
    "vpc-endpoint-state": "state",
    "vpc-endpoint-type": "vpc_endpoint_type",
    "vpc-id": "vpc_id",
}
"""Attributes of endpoints by the name of the filter."""


def filter_values(endpoint: Moto) -> dict[str, str]:
    """Return the values of an endpoint that filters compare; gateway endpoints of moto lack some."""
    return {name: getattr(endpoint, attribute, "") for name, attribute in FILTERS.items()}


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The EC2 API actions on VPC endpoints."""

    def create_vpc_endpoint(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"""
        backend = self.ec2_backend
        kind = self._get_param("VpcEndpointType", "Gateway")
        name = self._get_param("ServiceName")
        if kind not in ("Gateway", "Interface") or name is None:
            raise NotImplementedError(f"VPC endpoints of type {kind}")
        vpc = backend.get_vpc(self._get_param("VpcId"))
        target = find_target(backend, name, self._get_param("ServiceRegion"))
        if kind not in target.types:
            available = ", ".join(dict.fromkeys(target.types))
            raise refuse(f"Endpoint type ({kind}) does not match available service types ([{available}]).")
        if kind == "Gateway":
            return VPCs.create_vpc_endpoint(self)

        configurations = self._get_param("SubnetConfigurations", [])
        addresses = chosen_addresses(configurations)
        subnet_ids = dict.fromkeys(
            [*self._get_param("SubnetIds", []), *(item["SubnetId"] for item in configurations)]
        )
        subnets = [backend.get_subnet(subnet_id) for subnet_id in subnet_ids]
        check_subnets(backend, vpc.id, target, subnets, set())

        group_ids = self._get_param("SecurityGroupIds", [])
        check_security_groups(backend, vpc.id, group_ids)
        ip_address_type = self._get_param("IpAddressType", "ipv4")
        check_ip_address_type(target, ip_address_type, subnets)
        check_addresses(subnets, addresses, ip_address_type, {})

        accepted = not target.acceptance_required
        private_dns = self._get_param("PrivateDnsEnabled")
        if private_dns is None:
            # The documented default is true, if the service and the VPC support it.
            private_dns = (
                accepted
                and target.private_dns_name is not None
                and target.private_dns_verified
                and is_on(vpc.enable_dns_support)
                and is_on(vpc.enable_dns_hostnames)
            )
        elif private_dns:
            check_private_dns(backend, vpc, target, accepted=accepted)

        endpoint = InterfaceEndpoint(
            backend,
            vpc,
            target,
            ip_address_type=ip_address_type,
            dns_options=self._get_param("DnsOptions"),
            policy=self._get_param("PolicyDocument"),
            security_group_ids=group_ids or [backend.get_default_security_group(vpc.id).id],
        )
        endpoint.private_dns_enabled = private_dns
        endpoint.add_subnets(subnets, addresses)
        backend.vpc_end_points[endpoint.id] = endpoint
        endpoint.add_tags(add_tag_specification(self._get_param("TagSpecifications", [])))
        return ActionResult({"VpcEndpoint": endpoint})

    def modify_vpc_endpoint(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html"""
        backend = self.ec2_backend
        endpoint = backend.get_vpc_end_point(self._get_param("VpcEndpointId"))
        if not isinstance(endpoint, InterfaceEndpoint):
            return VPCs.modify_vpc_endpoint(self)

        service = service_named(endpoint.service_name)
        # An existing endpoint needs no permission.
        target = (
            target_of(service)
            if service
            else find_target(backend, endpoint.service_name, endpoint.service_region)
        )
        configurations = self._get_param("SubnetConfigurations", [])
        addresses = chosen_addresses(configurations)
        removed = set(self._get_param("RemoveSubnetIds", []))
        # The address of a network interface cannot change: it is replaced.
        moved = {
            subnet_id
            for subnet_id, chosen in addresses.items()
            if subnet_id in endpoint.interfaces and not endpoint.has(subnet_id, chosen)
        }
        wanted = dict.fromkeys(
            [*self._get_param("AddSubnetIds", []), *(item["SubnetId"] for item in configurations)]
        )
        kept = {
            subnet_id: interface
            for subnet_id, interface in endpoint.interfaces.items()
            if subnet_id not in removed | moved
        }
        added = [backend.get_subnet(subnet_id) for subnet_id in wanted if subnet_id not in kept]
        check_subnets(
            backend,
            endpoint.vpc_id,
            target,
            added,
            {interface.subnet.availability_zone_id for interface in kept.values()},
        )
        ip_address_type = self._get_param("IpAddressType")
        check_addresses(added, addresses, ip_address_type or endpoint.ip_address_type, endpoint.interfaces)

        added_groups = self._get_param("AddSecurityGroupIds", [])
        check_security_groups(backend, endpoint.vpc_id, added_groups)
        removed_groups = self._get_param("RemoveSecurityGroupIds", [])
        groups = [
            group
            for group in dict.fromkeys([*endpoint.security_group_ids, *added_groups])
            if group not in removed_groups
        ]
        if not groups:
            raise refuse(f"VPC endpoint {endpoint.id} must have at least one security group")

        if ip_address_type is not None:
            its_subnets = [*added, *(interface.subnet for interface in kept.values())]
            check_ip_address_type(target, ip_address_type, its_subnets)
        private_dns = self._get_param("PrivateDnsEnabled")
        if private_dns and not endpoint.private_dns_enabled:
            vpc = backend.get_vpc(endpoint.vpc_id)
            accepted = endpoint.state == "available"
            check_private_dns(backend, vpc, target, accepted=accepted, but=endpoint.id)

        # All checks have passed.
        endpoint.remove_subnets(removed | moved)
        endpoint.set_security_groups(groups)
        endpoint.add_subnets(added, addresses)
        if ip_address_type is not None:
            endpoint.ip_address_type = ip_address_type
        if options := self._get_param("DnsOptions"):
            endpoint.dns_options.update(options)
        if private_dns is not None:
            endpoint.private_dns_enabled = private_dns
            endpoint.private_dns_name = target.private_dns_name
        if self._get_param("ResetPolicy", False):
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        if policy := self._get_param("PolicyDocument"):
            endpoint.policy_document = policy
        return ActionResult({"Return": True})

    def describe_vpc_endpoints(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html"""
        ids = self._get_param("VpcEndpointIds", [])
        filters = self._get_param("Filters", [])
        check_names(filters, FILTERS, tags=True)
        backend = self.ec2_backend
        endpoints = map(backend.get_vpc_end_point, ids) if ids else backend.vpc_end_points.values()
        found = [
            endpoint
            for endpoint in endpoints
            if not filters or matches(filters, filter_values(endpoint), endpoint.get_tags())
        ]
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        return ActionResult({"VpcEndpoints": items, "NextToken": token})

    def delete_vpc_endpoints(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html"""
        backend = self.ec2_backend
        unsuccessful = []
        for endpoint_id in self._get_param("VpcEndpointIds", []):
            endpoint = backend.vpc_end_points.get(endpoint_id)
            if endpoint is None:
                message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                error = {"Code": "InvalidVpcEndpoint.NotFound", "Message": message}
                unsuccessful.append({"ResourceId": endpoint_id, "Error": error})
                continue
            if isinstance(endpoint, InterfaceEndpoint):
                endpoint.remove_subnets(endpoint.subnet_ids)
            else:
                backend.delete_vpc_endpoints([endpoint_id])
            # moto would list a deleted endpoint forever.
            backend.vpc_end_points.pop(endpoint_id, None)
            backend.tags.pop(endpoint_id, None)
        return ActionResult({"Unsuccessful": unsuccessful})
