"""Application Load Balancers: their network interfaces, which moto lacks.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""

from moto.elbv2.models import ELBv2Backend

from privatelink.sandbox.addresses import remove_interface, service_interface
from privatelink.sandbox.untyped import Moto


def interfaces_of(balancer: Moto) -> dict[str, Moto]:
    """Return the network interfaces of an Application Load Balancer, by the ID of the subnet."""
    interfaces: dict[str, Moto] = balancer.__dict__.setdefault("interfaces", {})
    return interfaces


def set_interfaces(ec2: Moto, balancer: Moto, subnet_ids: list[str]) -> None:
    """Create a network interface in each subnet, and delete those in others."""
    interfaces = interfaces_of(balancer)
    for subnet_id in set(interfaces) - set(subnet_ids):
        remove_interface(interfaces.pop(subnet_id))
    for subnet_id in subnet_ids:
        if subnet_id not in interfaces:
            interfaces[subnet_id] = service_interface(
                ec2.get_subnet(subnet_id),
                kind="interface",
                description=f"ELB {balancer.arn.split(':loadbalancer/')[1]}",
                group_ids=list(balancer.security_groups or []),
            )


def install() -> None:
    """Extend the backend of moto."""
    create, set_subnets = ELBv2Backend.create_load_balancer, ELBv2Backend.set_subnets
    set_groups, delete = ELBv2Backend.set_security_groups, ELBv2Backend.delete_load_balancer

    def is_application(balancer: Moto | None) -> bool:
        return balancer is not None and balancer.type == "application"

    def create_load_balancer(self: Moto, **arguments: Moto) -> Moto:
        balancer = create(self, **arguments)
        if is_application(balancer):
            set_interfaces(self.ec2_backend, balancer, [subnet.id for subnet in balancer.subnets])
        return balancer

    def set_balancer_subnets(self: Moto, arn: str, *arguments: Moto) -> Moto:
        zones = set_subnets(self, arn, *arguments)
        balancer = self.load_balancers[arn]
        if is_application(balancer):
            set_interfaces(self.ec2_backend, balancer, [subnet.id for subnet in balancer.subnets])
        return zones

    def set_security_groups(self: Moto, arn: str, sec_groups: list[str]) -> None:
        set_groups(self, arn, sec_groups)
        if is_application(self.load_balancers[arn]):
            groups = [self.ec2_backend.get_security_group_from_id(group) for group in sec_groups]
            for interface in interfaces_of(self.load_balancers[arn]).values():
                interface._group_set = groups

    def delete_load_balancer(self: Moto, arn: str) -> None:
        balancer = self.load_balancers.get(arn)
        delete(self, arn)
        if is_application(balancer):
            set_interfaces(self.ec2_backend, balancer, [])

    ELBv2Backend.create_load_balancer = create_load_balancer
    ELBv2Backend.set_subnets = set_balancer_subnets
    ELBv2Backend.set_security_groups = set_security_groups
    ELBv2Backend.delete_load_balancer = delete_load_balancer
