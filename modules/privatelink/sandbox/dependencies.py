"""Resources in use cannot be deleted: AWS returns `DependencyViolation`, moto deletes them.

https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html
Terraform retries for a while, so a wrong order in a configuration has the same effect as on AWS.
"""

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.internet_gateways import InternetGatewayBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend

from privatelink.sandbox.untyped import Moto


def internet_gateway_of(backend: Moto, vpc_id: str) -> Moto | None:
    """Return the internet gateway that is attached to a VPC, if any."""
    gateways = backend.internet_gateways.values()
    return next((gateway for gateway in gateways if gateway.vpc and gateway.vpc.id == vpc_id), None)


def group_is_used(backend: Moto, group_id: str) -> bool:
    """Return whether a network interface or a rule of another group uses a security group."""
    if any(group.id == group_id for item in backend.enis.values() for group in item.group_set):
        return True
    groups = [group for groups in backend.groups.values() for group in groups.values()]
    return any(
        rule.source_group.get("GroupId") == group_id
        for group in groups
        if group.id != group_id
        for rule in [*group.ingress_rules, *group.egress_rules]
    )


def install() -> None:
    """Make moto check dependencies before it deletes."""
    delete_subnet, delete_group = SubnetBackend.delete_subnet, SecurityGroupBackend.delete_security_group
    delete_vpc, detach = VPCBackend.delete_vpc, InternetGatewayBackend.detach_internet_gateway
    delete_interface = NetworkInterface.delete

    def delete_unused_subnet(self: Moto, subnet_id: str) -> Moto:
        if any(interface.subnet.id == subnet_id for interface in self.enis.values()):
            raise DependencyViolationError(
                f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
            )
        return delete_subnet(self, subnet_id)

    def delete_unused_group(self: Moto, name: str | None = None, group_id: str | None = None) -> None:
        if group_id and group_is_used(self, group_id):
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        delete_group(self, name=name, group_id=group_id)

    def delete_empty_vpc(self: Moto, vpc_id: str) -> Moto:
        groups = self.groups.get(vpc_id, {}).values()
        if internet_gateway_of(self, vpc_id) or any(group.name != "default" for group in groups):
            raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        return delete_vpc(self, vpc_id)

    def detach_unused_gateway(self: Moto, internet_gateway_id: str, vpc_id: str) -> None:
        if any(item.vpc_id == vpc_id and item.public_ip for item in self.enis.values()):
            raise DependencyViolationError(
                f"Network {vpc_id} has some mapped public address(es). Please unmap those public address(es) "
                "before detaching the gateway."
            )
        detach(self, internet_gateway_id, vpc_id)

    def delete_interface_and_associations(self: Moto, *args: Moto, **kwargs: Moto) -> None:
        for address in self.ec2_backend.addresses:
            if address.eni is self:
                self.ec2_backend.disassociate_address(association_id=address.association_id)
        delete_interface(self, *args, **kwargs)

    SubnetBackend.delete_subnet = delete_unused_subnet
    SecurityGroupBackend.delete_security_group = delete_unused_group
    VPCBackend.delete_vpc = delete_empty_vpc
    InternetGatewayBackend.detach_internet_gateway = detach_unused_gateway
    NetworkInterface.delete = delete_interface_and_associations
