"""NAT gateways: the network interface that each has in its subnet, until it is deleted.

https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
"""

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import nat_gateways
from moto.ec2.models.nat_gateways import NatGatewayBackend

from privatelink.sandbox.addresses import remove_interface
from privatelink.sandbox.untyped import Moto


def install() -> None:
    """Make moto create the network interface with an address of the subnet, and delete it again."""
    create, delete = NatGatewayBackend.create_nat_gateway, NatGatewayBackend.delete_nat_gateway
    # Without an address, the interface gets a free one of its subnet (addresses.py).
    nat_gateways.random_private_ip = lambda: None

    def create_nat_gateway(self: Moto, *args: Moto, **kwargs: Moto) -> Moto:
        gateway = create(self, *args, **kwargs)
        interface = gateway._eni
        gateway.private_ip = interface.private_ip_address
        interface.interface_type = "nat_gateway"
        interface.description = f"Interface for NAT Gateway {gateway.id}"
        interface.requester_managed = True
        interface.status = "in-use"
        interface._group_set = []
        return gateway

    def delete_nat_gateway(self: Moto, nat_gateway_id: str) -> Moto:
        if nat_gateway_id not in self.nat_gateways:
            raise EC2ClientError("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")
        gateway = delete(self, nat_gateway_id)
        remove_interface(gateway._eni)
        return gateway

    NatGatewayBackend.create_nat_gateway = create_nat_gateway
    NatGatewayBackend.delete_nat_gateway = delete_nat_gateway
