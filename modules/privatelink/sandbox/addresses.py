"""IP addresses: private ones from the subnet, as on AWS, and public ones from documentation blocks.

https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
"""

import ipaddress
from collections.abc import Iterator

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import elastic_ip_addresses, elastic_network_interfaces
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.ec2.models.subnets import Subnet

from privatelink.sandbox.subnets import ipv6_block
from privatelink.sandbox.untyped import Moto

RESERVED_AT_START = 4  # network, router, DNS server, and one for future use

PUBLIC_BLOCKS = (
    # RFC 5737 (documentation) and RFC 2544 (benchmarks): no address of the sandbox exists on the internet.
    ipaddress.ip_network("203.0.113.0/24"),
    ipaddress.ip_network("198.51.100.0/24"),
    ipaddress.ip_network("198.18.0.0/15"),
)


def _public_addresses() -> Iterator[str]:
    return (str(host) for block in PUBLIC_BLOCKS for host in block.hosts())


_public = _public_addresses()


def public_address() -> str:
    """Return a public address that no account has got before."""
    return next(_public)


def free_public_addresses() -> None:
    """Start again with the first public address: no account has one."""
    global _public
    _public = _public_addresses()


def used_addresses(subnet: Moto) -> set[str]:
    """Return the private addresses in use in a subnet."""
    interfaces = {
        str(address["PrivateIpAddress"])
        for interface in subnet.ec2_backend.enis.values()
        if interface.subnet.id == subnet.id
        for address in interface.private_ip_addresses
    }
    return interfaces | set(subnet._subnet_ips)


def free_address(subnet: Moto) -> str:
    """Return the lowest free private address of a subnet, except the five that AWS reserves.

    Raises:
        EC2ClientError: there is none.
    """
    used = used_addresses(subnet)
    first = int(subnet.cidr.network_address) + RESERVED_AT_START
    for number in range(first, int(subnet.cidr.broadcast_address)):
        address = str(ipaddress.ip_address(number))
        if address not in used:
            return address
    raise EC2ClientError(
        "InsufficientFreeAddressesInSubnet", f"There are not enough free addresses in subnet '{subnet.id}'"
    )


def require_free(subnet: Moto, address: str) -> None:
    """Check that an address is free and allowed in a subnet.

    Raises:
        EC2ClientError: it is not.
    """
    parsed = ipaddress.ip_address(address)
    usable = int(subnet.cidr.network_address) + RESERVED_AT_START <= int(parsed)
    if parsed not in subnet.cidr or not usable or parsed == subnet.cidr.broadcast_address:
        raise EC2ClientError(
            "InvalidParameterValue", f"Address {address} does not fall within the subnet's address range"
        )
    if address in used_addresses(subnet):
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {address} is in use.")


def require_free_ipv6(subnet: Moto, address: str) -> None:
    """Check that an IPv6 address is free and in the IPv6 CIDR of a subnet.

    Raises:
        EC2ClientError: it is not.
    """
    block = ipv6_block(subnet)
    if block is None or ipaddress.ip_address(address) not in ipaddress.ip_network(block):
        raise EC2ClientError(
            "InvalidParameterValue", f"Address {address} does not fall within the subnet's address range"
        )
    if any(address in interface.ipv6_addresses for interface in subnet.ec2_backend.enis.values()):
        raise EC2ClientError("InvalidIPAddress.InUse", f"Address {address} is in use.")


def service_interface(
    subnet: Moto,
    *,
    kind: str,
    description: str,
    group_ids: list[str],
    address: str | None = None,
    ipv6: bool = False,
    ipv6_address: str | None = None,
) -> Moto:
    """Create a network interface that an AWS service manages.

    Arguments:
        subnet: its subnet.
        kind: its interface type.
        description: its description.
        group_ids: its security groups.
        address: its private IPv4 address; default: the lowest free one.
        ipv6: whether it also gets an IPv6 address.
        ipv6_address: its IPv6 address; default: a free one.
    """
    interface = subnet.ec2_backend.create_network_interface(
        subnet,
        address or free_address(subnet),
        group_ids=group_ids,
        description=description,
        ipv6_addresses=[ipv6_address] if ipv6_address else None,
        ipv6_address_count=1 if ipv6 else 0,
    )
    interface.interface_type = kind
    interface.requester_managed = True
    interface.status = "in-use"
    if not group_ids:
        interface._group_set = []  # moto adds the VPC's default group
    return interface


def remove_interface(interface: Moto) -> None:
    """Delete a network interface that an AWS service manages; its Elastic IP addresses become free."""
    backend = interface.ec2_backend
    for address in backend.addresses:
        if address.eni is interface:
            backend.disassociate_address(association_id=address.association_id)
    backend.enis.pop(interface.id, None)


def install() -> None:
    """Make moto choose addresses in the same way."""
    elastic_ip_addresses.random_ip = public_address
    elastic_network_interfaces.random_public_ip = public_address

    def get_available_subnet_ip(self: Moto, instance: Moto) -> str:
        address = free_address(self)
        self._subnet_ips[address] = instance
        return address

    Subnet.get_available_subnet_ip = get_available_subnet_ip

    create = NetworkInterfaceBackend.create_network_interface

    def create_network_interface(
        self: Moto,
        subnet: Moto,
        private_ip_address: Moto = None,
        private_ip_addresses: Moto = None,
        *args: Moto,
        **kwargs: Moto,
    ) -> Moto:
        if not private_ip_address and not private_ip_addresses:
            found = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
            private_ip_address = free_address(found)
        return create(self, subnet, private_ip_address, private_ip_addresses, *args, **kwargs)

    NetworkInterfaceBackend.create_network_interface = create_network_interface

    # Terraform reads the IPv6 address of an endpoint's network interface from this field.
    NetworkInterface.ipv6_address = property(lambda self: next(iter(self.ipv6_addresses), None))

    association = NetworkInterface.association.fget

    # An empty <association/> means a public address to Terraform, which would replace the instance.
    NetworkInterface.association = property(lambda self: association(self) or None)
