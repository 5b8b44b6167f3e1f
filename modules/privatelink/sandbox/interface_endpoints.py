"""Interface VPC endpoints: the consumer's side of PrivateLink.

https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError

from privatelink.sandbox.addresses import require_free, require_free_ipv6, service_interface
from privatelink.sandbox.ids import token
from privatelink.sandbox.subnets import ipv6_block
from privatelink.sandbox.untyped import Moto
from privatelink.sandbox.vpc_endpoints import DEFAULT_POLICY, Endpoint, Names, Target, check_subnets, refuse

IP_ADDRESS_TYPES = {"ipv4": {"ipv4"}, "ipv6": {"ipv6"}, "dualstack": {"ipv4", "ipv6"}}


class Addresses(NamedTuple):
    """The addresses that a request chooses for a subnet."""

    ipv4: str | None = None
    ipv6: str | None = None


NO_ADDRESSES = Addresses()


class InterfaceEndpoint(Endpoint):
    """An interface endpoint: a network interface in each subnet, and DNS names of their addresses."""

    vpc_endpoint_type = "Interface"

    def __init__(
        self,
        backend: Moto,
        vpc: Moto,
        target: Target,
        *,
        ip_address_type: str,
        dns_options: Mapping[str, object],
        policy: str | None,
        security_group_ids: list[str],
    ) -> None:
        super().__init__(
            backend,
            vpc,
            target,
            ip_address_type=ip_address_type,
            dns_options={"DnsRecordIpType": ip_address_type, **dns_options},
            policy=policy or DEFAULT_POLICY,
        )
        self.base_dns_name = target.base_dns_name
        self.private_dns_name = target.private_dns_name
        self.dns_token = token(8)
        self.security_group_ids = security_group_ids

    def named_groups(self) -> tuple[tuple[str, str], ...]:
        """Return the IDs and names of the security groups of the network interfaces."""
        groups = self.ec2_backend.groups.get(self.vpc_id, {})
        return tuple([(found, groups[found].name) for found in self.security_group_ids if found in groups])

    def names(self) -> Names:
        """Return what the DNS names are made of."""
        private = self.private_dns_name if self.private_dns_enabled else None
        return Names(self.dns_token, self.base_dns_name, private)

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

    def set_security_groups(self, group_ids: list[str]) -> None:
        """Set the security groups of the endpoint and its network interfaces."""
        self.security_group_ids = group_ids
        for interface in self.interfaces.values():
            interface._group_set = [self.ec2_backend.get_security_group_from_id(group) for group in group_ids]


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


def create(request: Moto, vpc: Moto, target: Target) -> InterfaceEndpoint:
    """Create an interface endpoint from the parameters of `CreateVpcEndpoint`."""
    backend = request.ec2_backend
    configurations = request._get_param("SubnetConfigurations", [])
    addresses = chosen_addresses(configurations)
    subnet_ids = dict.fromkeys(
        [*request._get_param("SubnetIds", []), *(item["SubnetId"] for item in configurations)]
    )
    subnets = [backend.get_subnet(subnet_id) for subnet_id in subnet_ids]
    check_subnets(backend, vpc.id, target, subnets, set())

    group_ids = request._get_param("SecurityGroupIds", [])
    check_security_groups(backend, vpc.id, group_ids)
    ip_address_type = request._get_param("IpAddressType", "ipv4")
    check_ip_address_type(target, ip_address_type, subnets)
    check_addresses(subnets, addresses, ip_address_type, {})

    accepted = not target.acceptance_required
    private_dns = request._get_param("PrivateDnsEnabled")
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
        dns_options=request._get_param("DnsOptions", {}),
        policy=request._get_param("PolicyDocument"),
        security_group_ids=group_ids or [backend.get_default_security_group(vpc.id).id],
    )
    endpoint.private_dns_enabled = private_dns
    endpoint.add_subnets(subnets, addresses)
    return endpoint


def modify(request: Moto, endpoint: InterfaceEndpoint, target: Target) -> None:
    """Modify an interface endpoint by the parameters of `ModifyVpcEndpoint`; an error leaves it unchanged."""
    backend = request.ec2_backend
    configurations = request._get_param("SubnetConfigurations", [])
    addresses = chosen_addresses(configurations)
    removed = set(request._get_param("RemoveSubnetIds", []))
    # The address of a network interface cannot change: it is replaced.
    moved = {
        subnet_id
        for subnet_id, chosen in addresses.items()
        if subnet_id in endpoint.interfaces and not endpoint.has(subnet_id, chosen)
    }
    wanted = dict.fromkeys(
        [*request._get_param("AddSubnetIds", []), *(item["SubnetId"] for item in configurations)]
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
    ip_address_type = request._get_param("IpAddressType")
    check_addresses(added, addresses, ip_address_type or endpoint.ip_address_type, endpoint.interfaces)

    added_groups = request._get_param("AddSecurityGroupIds", [])
    check_security_groups(backend, endpoint.vpc_id, added_groups)
    removed_groups = request._get_param("RemoveSecurityGroupIds", [])
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
    private_dns = request._get_param("PrivateDnsEnabled")
    if private_dns and not endpoint.private_dns_enabled:
        vpc = backend.get_vpc(endpoint.vpc_id)
        accepted = endpoint.state == "available"
        check_private_dns(backend, vpc, target, accepted=accepted, but=endpoint.id)

    # All checks have passed.
    endpoint.remove_subnets(removed | moved)
    endpoint.set_security_groups(groups)
    endpoint.add_subnets(added, addresses)
    endpoint.set_common(request)
    if private_dns is not None:
        endpoint.private_dns_enabled = private_dns
        endpoint.private_dns_name = target.private_dns_name
