"""Gateway Load Balancers, which send all packets to appliances. The sandbox has their API, and no packets.

https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/create-load-balancer.html
"""

from moto.elbv2.exceptions import ELBClientError
from moto.elbv2.models import ELBv2Backend

from privatelink.sandbox.addresses import service_interface
from privatelink.sandbox.load_balancers import (
    SubnetLoadBalancer,
    add,
    check_mappings,
    name_and_mappings,
    new_arn,
)
from privatelink.sandbox.untyped import Moto

ATTRIBUTES = {"deletion_protection.enabled": "false", "load_balancing.cross_zone.enabled": "false"}
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/gateway/gateway-load-balancers.html#load-balancer-attributes"""


class GatewayLoadBalancer(SubnetLoadBalancer):
    """A Gateway Load Balancer: it has no scheme, DNS name or security group."""

    def __init__(self, backend: Moto, **arguments: Moto) -> None:
        super().__init__(
            backend,
            ATTRIBUTES,
            loadbalancer_type="gateway",
            security_groups=[],
            dns_name=None,
            scheme=None,
            **arguments,
        )
        self.canonical_hosted_zone_id = None

    def add_interface(self, subnet_id: str) -> None:
        """Create the network interface in a subnet."""
        self.interfaces[subnet_id] = service_interface(
            self.ec2_backend.get_subnet(subnet_id),
            kind="gateway_load_balancer",
            description=self.interface_description,
            group_ids=[],
            ipv6=self.ip_address_type == "dualstack",
        )


def create_gateway_load_balancer(backend: Moto, arguments: dict[str, Moto]) -> GatewayLoadBalancer:
    """Create a Gateway Load Balancer from the arguments of moto's `create_load_balancer`."""
    name, mappings = name_and_mappings(backend, arguments)
    for argument, what in (("scheme", "A scheme"), ("security_groups", "A security group")):
        if arguments.get(argument):
            raise ELBClientError(
                "ValidationError", f"{what} cannot be specified for load balancers with type 'gateway'"
            )
    if any(mappings.values()):
        raise ELBClientError(
            "InvalidConfigurationRequest",
            "Addresses cannot be specified for load balancers with type 'gateway'",
        )
    ip_address_type = arguments.get("ip_address_type") or "ipv4"
    vpc_id = check_mappings(
        backend.ec2_backend, "internal", mappings, dualstack=ip_address_type == "dualstack"
    )
    balancer = GatewayLoadBalancer(
        backend.ec2_backend,
        name=name,
        vpc_id=vpc_id,
        arn=new_arn(backend, "gwy", name)[0],
        state="provisioning",
        ip_address_type=ip_address_type,
    )
    add(backend, balancer, mappings, arguments)
    return balancer


def install() -> None:
    """Extend the backend of moto."""
    create = ELBv2Backend.create_load_balancer

    def create_load_balancer(self: Moto, **arguments: Moto) -> Moto:
        if arguments.get("loadbalancer_type") == "gateway":
            return create_gateway_load_balancer(self, arguments)
        return create(self, **arguments)

    ELBv2Backend.create_load_balancer = create_load_balancer
