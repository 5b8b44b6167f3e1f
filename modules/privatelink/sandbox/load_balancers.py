"""Network Load Balancers: addresses, interfaces, security groups and PrivateLink, which moto lacks.

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-network-load-balancer.html
moto handles Application Load Balancers.
"""

import contextlib
import re
from collections.abc import Iterable, Iterator

from moto.core.responses import ActionResult, BaseResponse
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
from moto.elbv2.exceptions import (
    DuplicateLoadBalancerName,
    ELBClientError,
    LoadBalancerNotFoundError,
    SubnetNotFoundError,
)
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from privatelink.sandbox.addresses import (
    public_address,
    remove_interface,
    require_free,
    require_free_ipv6,
    service_interface,
)
from privatelink.sandbox.dependencies import internet_gateway_of
from privatelink.sandbox.endpoint_services import service_of_load_balancer
from privatelink.sandbox.hosted_zones import NETWORK_LOAD_BALANCERS
from privatelink.sandbox.subnets import ipv6_block
from privatelink.sandbox.untyped import Moto

NAME_LENGTH = 32
ACTIVE = ("available", "pendingAcceptance")
"""States of an endpoint connection that keep the zones of the load balancer."""
FREE_ADDRESSES = 8

ATTRIBUTES = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "dns_record.client_routing_policy": "any_availability_zone",
    "ipv6.deny_all_igw_traffic": "false",
    "load_balancing.cross_zone.enabled": "false",
    "secondary_ips.auto_assigned.per_subnet": "0",
    "zonal_shift.config.enabled": "false",
}
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-attributes.html"""


class SubnetLoadBalancer(FakeLoadBalancer):  # type: ignore[misc]
    """A load balancer with one network interface in each subnet.

    Arguments:
        backend: its EC2 backend.
        attributes: its attributes.
        arguments: those of moto's class.
    """

    def __init__(self, backend: Moto, attributes: dict[str, str], **arguments: Moto) -> None:
        super().__init__(subnets=[], **arguments)
        self.ec2_backend = backend
        self.attrs = dict(attributes)
        self.mappings: dict[str, dict[str, str]] = {}
        self.interfaces: dict[str, Moto] = {}

    @property
    def availability_zones(self) -> list[dict[str, object]]:
        """The zones, with fixed addresses only, as in the API."""
        return [
            {
                "ZoneName": subnet.availability_zone,
                "SubnetId": subnet.id,
                "LoadBalancerAddresses": self.fixed_addresses(subnet.id),
            }
            for subnet in self.subnets
        ]

    @property
    def interface_description(self) -> str:
        """The description of its network interfaces, by which users find them."""
        return f"ELB {self.arn.split(':loadbalancer/')[1]}"

    def fixed_addresses(self, subnet_id: str) -> list[dict[str, str]]:
        """Return the addresses that a subnet mapping has set."""
        return []

    def add_interface(self, subnet_id: str) -> None:
        """Create the network interface in a subnet."""
        raise NotImplementedError

    def set_mappings(self, mappings: dict[str, dict[str, str]]) -> None:
        """Set the subnets; a subnet with a changed address gets a new interface."""
        gone = [
            subnet_id for subnet_id in self.mappings if mappings.get(subnet_id) != self.mappings[subnet_id]
        ]
        new = [subnet_id for subnet_id in mappings if mappings[subnet_id] != self.mappings.get(subnet_id)]
        for subnet_id in gone:
            remove_interface(self.interfaces.pop(subnet_id))
        self.mappings = mappings
        self.subnets = [self.ec2_backend.get_subnet(subnet_id) for subnet_id in mappings]
        for subnet_id in new:
            self.add_interface(subnet_id)

    def set_ip_address_type(self, ip_address_type: str) -> None:
        """Set the IP address type; its network interfaces get IPv6 addresses, or lose them."""
        self.ip_address_type = ip_address_type
        for subnet_id, interface in self.interfaces.items():
            if ip_address_type == "ipv4":
                self.mappings[subnet_id].pop("IPv6Address", None)
                interface.ipv6_addresses.clear()
            elif not interface.ipv6_addresses:
                self.ec2_backend.assign_ipv6_addresses(interface.id, ipv6_count=1)


class NetworkLoadBalancer(SubnetLoadBalancer):
    """A Network Load Balancer with one network interface, and at most one fixed address, in each subnet."""

    def __init__(self, backend: Moto, **arguments: Moto) -> None:
        super().__init__(backend, ATTRIBUTES, loadbalancer_type="network", **arguments)
        if zone := NETWORK_LOAD_BALANCERS.get(backend.region_name):
            self.canonical_hosted_zone_id = zone
        # Absent until SetSecurityGroups sets it; the rules apply unless it is `off`.
        self.enforce_security_group_inbound_rules_on_private_link_traffic: str | None = None

    def fixed_addresses(self, subnet_id: str) -> list[dict[str, str]]:
        """Return the Elastic IP address, the private address and the IPv6 address of a subnet mapping."""
        mapping = self.mappings[subnet_id]
        address: dict[str, str] = {}
        if allocation := mapping.get("AllocationId"):
            address |= {"AllocationId": allocation, "IpAddress": self.interfaces[subnet_id].public_ip}
        if private := mapping.get("PrivateIPv4Address"):
            address["PrivateIPv4Address"] = private
        if ipv6 := mapping.get("IPv6Address"):
            address["IPv6Address"] = ipv6
        return [address] if address else []

    def add_interface(self, subnet_id: str) -> None:
        """Create the network interface in a subnet, with the addresses of the mapping."""
        mapping = self.mappings[subnet_id]
        interface = service_interface(
            self.ec2_backend.get_subnet(subnet_id),
            kind="network_load_balancer",
            description=self.interface_description,
            group_ids=self.security_groups,
            address=mapping.get("PrivateIPv4Address"),
            ipv6=self.ip_address_type == "dualstack",
            ipv6_address=mapping.get("IPv6Address"),
        )
        self.interfaces[subnet_id] = interface
        if allocation := mapping.get("AllocationId"):
            self.ec2_backend.associate_address(eni=interface, allocation_id=allocation)
        elif self.scheme == "internet-facing":
            interface.public_ip = public_address()

    def set_groups(self, group_ids: list[str]) -> None:
        """Set the security groups of the load balancer and its interfaces."""
        self.security_groups = group_ids
        for interface in self.interfaces.values():
            interface._group_set = [self.ec2_backend.get_security_group_from_id(group) for group in group_ids]


def check_name(name: str) -> None:
    """Check a name: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""
    wrong = None
    if len(name) > NAME_LENGTH:
        wrong = f"cannot be longer than '{NAME_LENGTH}' characters"
    elif not re.fullmatch(r"[A-Za-z0-9-]+", name):
        wrong = "can only contain characters that are alphanumeric characters and hyphens(-)"
    elif name.startswith("-") or name.endswith("-"):
        wrong = "cannot begin or end with hyphens(-)"
    elif name.startswith("internal-"):
        wrong = "cannot begin with 'internal-'"
    if wrong:
        raise ELBClientError("ValidationError", f"The load balancer name '{name}' {wrong}")


def check_mappings(
    ec2: Moto,
    scheme: str,
    mappings: dict[str, dict[str, str]],
    held: dict[str, dict[str, str]] | None = None,
    *,
    dualstack: bool = False,
) -> str:
    """Check the subnets and addresses of a load balancer.

    Arguments:
        ec2: the EC2 backend.
        scheme: the scheme of the load balancer.
        mappings: the new mappings.
        held: the current mappings of an existing load balancer.
        dualstack: whether it has IPv6 addresses, too.

    Returns:
        The ID of the VPC.
    """
    zones: set[str] = set()
    vpcs: set[str] = set()
    for subnet_id, mapping in mappings.items():
        try:
            subnet = ec2.get_subnet(subnet_id)
        except EC2ClientError:
            message = f"The subnet ID '{subnet_id}' is not valid"
            raise ELBClientError("SubnetNotFound", message) from None
        if subnet.availability_zone in zones:
            raise ELBClientError(
                "InvalidConfigurationRequest",
                "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
            )
        zones.add(subnet.availability_zone)
        vpcs.add(subnet.vpc_id)
        if dualstack and ipv6_block(subnet) is None:
            raise ELBClientError(
                "InvalidSubnet", "You must specify subnets with an associated IPv6 CIDR block."
            )
        if held and held.get(subnet_id) == mapping:
            continue
        if subnet.available_ip_address_count < FREE_ADDRESSES:
            raise ELBClientError(
                "InvalidSubnet",
                f"Not enough IP space available in {subnet_id}. ELB requires at least {FREE_ADDRESSES} free "
                "IP addresses in each subnet.",
            )
        if allocation := mapping.get("AllocationId"):
            check_allocation(ec2, scheme, allocation)
        if private := mapping.get("PrivateIPv4Address"):
            if scheme != "internal":
                raise ELBClientError(
                    "InvalidConfigurationRequest",
                    f"Private IPv4 addresses are not supported for load balancers with scheme '{scheme}'",
                )
            with as_configuration_error():
                require_free(subnet, private)
        if ipv6 := mapping.get("IPv6Address"):
            if not dualstack:
                raise ELBClientError(
                    "InvalidConfigurationRequest",
                    "IPv6 addresses are not supported for load balancers with the IP address type 'ipv4'",
                )
            with as_configuration_error():
                require_free_ipv6(subnet, ipv6)
    if len(vpcs) != 1:
        raise ELBClientError("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
    return vpcs.pop()


@contextlib.contextmanager
def as_configuration_error() -> Iterator[None]:
    """Raise an error of EC2 about an address as the error of Elastic Load Balancing."""
    try:
        yield
    except EC2ClientError as error:
        raise ELBClientError("InvalidConfigurationRequest", error.message) from None


def check_allocation(ec2: Moto, scheme: str, allocation: str) -> None:
    """Check that an Elastic IP address exists and is free, and that the load balancer is internet-facing."""
    if scheme == "internal":
        raise ELBClientError(
            "InvalidConfigurationRequest",
            "Elastic IPs are not supported for load balancers with scheme 'internal'",
        )
    address = next((item for item in ec2.addresses if item.allocation_id == allocation), None)
    if address is None:
        raise ELBClientError("AllocationIdNotFound", f"The allocation IDs '{allocation}' do not exist")
    if address.association_id:
        raise ELBClientError("ResourceInUse", "The allocation IDs are not available for use")


def check_security_groups(ec2: Moto, vpc_id: str, group_ids: list[str]) -> None:
    """Check that the security groups exist in the VPC of the load balancer."""
    for group_id in group_ids:
        group = ec2.get_security_group_from_id(group_id)
        if group is None or group.vpc_id != vpc_id:
            raise ELBClientError(
                "InvalidSecurityGroup", f"Security group '{group_id}' does not exist in VPC '{vpc_id}'"
            )


def as_mappings(subnets: list[str], subnet_mappings: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Return subnets and subnet mappings as mappings."""
    listed = [*({"SubnetId": subnet_id} for subnet_id in subnets), *subnet_mappings]
    return {
        item["SubnetId"]: {name: value for name, value in item.items() if name != "SubnetId" and value}
        for item in listed
    }


def name_and_mappings(backend: Moto, arguments: dict[str, Moto]) -> tuple[str, dict[str, dict[str, str]]]:
    """Check the name of a new load balancer, and return it with the mappings of its subnets."""
    name: str = arguments["name"]
    check_name(name)
    if any(balancer.name == name for balancer in backend.load_balancers.values()):
        raise DuplicateLoadBalancerName()
    mappings = as_mappings(arguments.get("subnet_ids") or [], arguments.get("subnet_mappings") or [])
    if not mappings:
        raise SubnetNotFoundError()
    return name, mappings


def create_network_load_balancer(backend: Moto, arguments: dict[str, Moto]) -> NetworkLoadBalancer:
    """Create a Network Load Balancer from the arguments of moto's `create_load_balancer`."""
    ec2 = backend.ec2_backend
    name, mappings = name_and_mappings(backend, arguments)
    scheme = arguments.get("scheme") or "internet-facing"
    groups = arguments.get("security_groups") or []
    ip_address_type = arguments.get("ip_address_type") or "ipv4"
    vpc_id = check_mappings(ec2, scheme, mappings, dualstack=ip_address_type == "dualstack")
    if scheme == "internet-facing" and internet_gateway_of(ec2, vpc_id) is None:
        raise ELBClientError("InvalidSubnet", f"VPC {vpc_id} has no internet gateway")
    check_security_groups(ec2, vpc_id, groups)

    arn, identity = new_arn(backend, "net", name)
    balancer = NetworkLoadBalancer(
        ec2,
        name=name,
        security_groups=groups,
        vpc_id=vpc_id,
        arn=arn,
        dns_name=f"{name}-{identity}.elb.{backend.region_name}.amazonaws.com",
        state="provisioning",
        scheme=scheme,
        ip_address_type=ip_address_type,
    )
    add(backend, balancer, mappings, arguments)
    return balancer


def new_arn(backend: Moto, kind: str, name: str) -> tuple[str, str]:
    """Return a new ARN of a load balancer, and the identity in it.

    Arguments:
        backend: the ELBv2 backend.
        kind: the part of the ARN for the type.
        name: the name of the load balancer.
    """
    identity = mock_random.get_random_hex(16)
    partition, region = get_partition(backend.region_name), backend.region_name
    resource = f"loadbalancer/{kind}/{name}/{identity}"
    return f"arn:{partition}:elasticloadbalancing:{region}:{backend.account_id}:{resource}", identity


def add(
    backend: Moto,
    balancer: SubnetLoadBalancer,
    mappings: dict[str, dict[str, str]],
    arguments: dict[str, Moto],
) -> None:
    """Add a new load balancer to a backend, with its subnets and tags."""
    balancer.set_mappings(mappings)
    backend.load_balancers[balancer.arn] = balancer
    backend.tagging_service.tag_resource(balancer.arn, arguments.get("tags"))


def check_zones_stay(ec2: Moto, balancer: SubnetLoadBalancer, mappings: dict[str, dict[str, str]]) -> None:
    """Check that no zone goes while endpoints are connected; AWS documents the rule, but not the error code.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
    """
    service = service_of_load_balancer(balancer.arn)
    if service is None or not any(endpoint.state in ACTIVE for endpoint in service.connections()):
        return
    kept = {ec2.get_subnet(subnet_id).availability_zone for subnet_id in mappings}
    if gone := sorted({subnet.availability_zone for subnet in balancer.subnets} - kept):
        raise ELBClientError(
            "ResourceInUse",
            f"Availability Zone {gone[0]} cannot be removed from load balancer '{balancer.arn}' because it "
            "has active VPC endpoint associations",
        )


def check_attributes(balancer: SubnetLoadBalancer, attributes: Iterable[str]) -> None:
    """Check that the type of a load balancer has all attributes."""
    for key in attributes:
        if key not in balancer.attrs:
            raise ELBClientError(
                "InvalidConfigurationRequest",
                f"Load balancer attribute key '{key}' is not supported on load balancers with type "
                f"'{balancer.type}'",
            )


class Actions(BaseResponse):  # type: ignore[misc]
    """The ELBv2 API actions that cannot be extended in moto's backend."""

    def set_security_groups(self) -> ActionResult:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html"""
        balancer = find(self.elbv2_backend, self._get_param("LoadBalancerArn"))
        groups = self._get_param("SecurityGroups", [])
        check_security_groups(self.elbv2_backend.ec2_backend, balancer.vpc_id, groups)
        if not isinstance(balancer, NetworkLoadBalancer):
            if balancer.type == "gateway":
                raise ELBClientError(
                    "InvalidConfigurationRequest",
                    "Security groups are not supported for load balancers with type 'gateway'",
                )
            self.elbv2_backend.set_security_groups(balancer.arn, groups)
            return ActionResult({"SecurityGroupIds": groups})
        if bool(groups) != bool(balancer.security_groups):
            raise ELBClientError(
                "InvalidConfigurationRequest",
                f"Load balancer '{balancer.arn}' was created "
                + (
                    "without security groups: they can be associated only when it is created"
                    if groups
                    else "with security groups: at least one must remain"
                ),
            )
        balancer.set_groups(groups)
        key = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        if enforce := self._get_param(key):
            balancer.enforce_security_group_inbound_rules_on_private_link_traffic = enforce
        return ActionResult(
            {
                "SecurityGroupIds": groups,
                key: balancer.enforce_security_group_inbound_rules_on_private_link_traffic,
            }
        )


def find(backend: Moto, arn: str) -> Moto:
    """Return a load balancer.

    Raises:
        LoadBalancerNotFoundError: it does not exist.
    """
    if arn not in backend.load_balancers:
        raise LoadBalancerNotFoundError()
    return backend.load_balancers[arn]


def install() -> None:
    """Extend the backends of moto."""
    create, set_subnets, delete = (
        ELBv2Backend.create_load_balancer,
        ELBv2Backend.set_subnets,
        ELBv2Backend.delete_load_balancer,
    )
    set_type, modify_attributes = (
        ELBv2Backend.set_ip_address_type,
        ELBv2Backend.modify_load_balancer_attributes,
    )
    release = ElasticAddressBackend.release_address
    FakeLoadBalancer.VALID_ATTRS |= set(ATTRIBUTES)

    def create_load_balancer(self: Moto, **arguments: Moto) -> Moto:
        if arguments.get("loadbalancer_type") == "network":
            return create_network_load_balancer(self, arguments)
        return create(self, **arguments)

    def set_balancer_subnets(
        self: Moto, arn: str, subnets: list[str], subnet_mappings: list[dict[str, str]]
    ) -> Moto:
        balancer = find(self, arn)
        if not isinstance(balancer, SubnetLoadBalancer):
            return set_subnets(self, arn, subnets, subnet_mappings)
        mappings = as_mappings(subnets, subnet_mappings)
        dualstack = balancer.ip_address_type == "dualstack"
        vpc_id = check_mappings(
            self.ec2_backend, balancer.scheme, mappings, balancer.mappings, dualstack=dualstack
        )
        if vpc_id != balancer.vpc_id:
            raise ELBClientError("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
        check_zones_stay(self.ec2_backend, balancer, mappings)
        balancer.set_mappings(mappings)
        return balancer.availability_zones

    def set_ip_address_type(self: Moto, arn: str, ip_type: str) -> None:
        balancer = find(self, arn)
        if not isinstance(balancer, SubnetLoadBalancer):
            set_type(self, arn, ip_type)
            return
        check_mappings(
            self.ec2_backend,
            balancer.scheme,
            balancer.mappings,
            balancer.mappings,
            dualstack=ip_type == "dualstack",
        )
        balancer.set_ip_address_type(ip_type)

    def modify_load_balancer_attributes(self: Moto, arn: str, attrs: dict[str, str]) -> Moto:
        balancer = find(self, arn)
        if isinstance(balancer, SubnetLoadBalancer):
            check_attributes(balancer, attrs)
        return modify_attributes(self, arn, attrs)

    def delete_load_balancer(self: Moto, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        if balancer is None:
            return
        if balancer.attrs.get("deletion_protection.enabled") == "true":
            raise ELBClientError(
                "OperationNotPermitted",
                f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled",
            )
        if service_of_load_balancer(arn):
            raise ELBClientError(
                "ResourceInUse",
                f"Load balancer '{arn}' cannot be deleted because it is currently associated with another "
                "service",
            )
        for listener_arn in list(balancer.listeners):
            self.delete_listener(listener_arn)
        if isinstance(balancer, SubnetLoadBalancer):
            balancer.set_mappings({})
        delete(self, arn)

    def release_address(self: Moto, address: str | None = None, allocation_id: str | None = None) -> None:
        for item in self.addresses:
            if (
                allocation_id
                and item.allocation_id == allocation_id
                and item.eni
                and item.eni.requester_managed
            ):
                raise EC2ClientError("InvalidIPAddress.InUse", f"Address {item.public_ip} is in use.")
        release(self, address=address, allocation_id=allocation_id)

    ELBv2Backend.create_load_balancer = create_load_balancer
    ELBv2Backend.set_subnets = set_balancer_subnets
    ELBv2Backend.set_ip_address_type = set_ip_address_type
    ELBv2Backend.modify_load_balancer_attributes = modify_load_balancer_attributes
    ELBv2Backend.delete_load_balancer = delete_load_balancer
    ElasticAddressBackend.release_address = release_address
