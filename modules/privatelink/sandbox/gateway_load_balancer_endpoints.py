"""Gateway Load Balancer endpoints: routes to the appliances behind a Gateway Load Balancer.

https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html
The sandbox has no packets for them.
"""

from collections.abc import Iterable

from moto.ec2.models.route_tables import generate_route_id
from moto.ec2.responses.route_tables import RouteTables

from privatelink.sandbox.addresses import service_interface
from privatelink.sandbox.interface_endpoints import check_ip_address_type
from privatelink.sandbox.untyped import Moto
from privatelink.sandbox.vpc_endpoints import Endpoint, Target, check_subnets, refuse

UNSUPPORTED = ("DnsOptions", "PolicyDocument", "PrivateDnsEnabled", "SecurityGroupIds", "AddSecurityGroupIds")
"""Parameters that this type has not."""


class GatewayLoadBalancerEndpoint(Endpoint):
    """A Gateway Load Balancer endpoint: a network interface in one subnet, without a security group."""

    vpc_endpoint_type = "GatewayLoadBalancer"

    def add_subnets(self, subnets: Iterable[Moto]) -> None:
        """Create a network interface in each subnet."""
        for subnet in subnets:
            self.interfaces[subnet.id] = service_interface(
                subnet,
                kind="gateway_load_balancer_endpoint",
                description=f"VPC Endpoint Interface {self.id}",
                group_ids=[],
                ipv6=self.ip_address_type != "ipv4",
            )

    def detach(self) -> None:
        """Delete the network interface.

        Raises:
            EC2ClientError: a route has the endpoint as its target.
        """
        tables = self.ec2_backend.route_tables.values()
        if any(route.vpc_endpoint_id == self.id for table in tables for route in table._routes.values()):
            raise refuse("Endpoint must be removed from route table before deletion")
        super().detach()


def check_one(subnets: list[Moto]) -> None:
    """Check that an endpoint has no more than one subnet."""
    if len(subnets) > 1:
        raise refuse("VPC endpoints of this type do not support multiple availability zones.")


def check_parameters(request: Moto) -> None:
    """Check that a request has no parameter of other types."""
    for name in UNSUPPORTED:
        if request._get_param(name):
            kind = GatewayLoadBalancerEndpoint.vpc_endpoint_type
            raise refuse(f"The parameter {name} is not supported for VPC endpoints of type {kind}")


def create(request: Moto, vpc: Moto, target: Target) -> GatewayLoadBalancerEndpoint:
    """Create a Gateway Load Balancer endpoint from the parameters of `CreateVpcEndpoint`."""
    for name in UNSUPPORTED:
        if request._get_param(name):
            raise refuse(
                f"The parameter {name} is not supported for VPC endpoints of type GatewayLoadBalancer"
            )
    backend = request.ec2_backend
    subnets = [backend.get_subnet(subnet_id) for subnet_id in request._get_param("SubnetIds", [])]
    check_one(subnets)
    check_subnets(backend, vpc.id, target, subnets, set())
    ip_address_type = request._get_param("IpAddressType", "ipv4")
    check_ip_address_type(target, ip_address_type, subnets)
    endpoint = GatewayLoadBalancerEndpoint(backend, vpc, target, ip_address_type=ip_address_type)
    endpoint.add_subnets(subnets)
    return endpoint


def modify(request: Moto, endpoint: GatewayLoadBalancerEndpoint, target: Target) -> None:
    """Modify an endpoint by the parameters of `ModifyVpcEndpoint`; an error leaves it unchanged."""
    check_parameters(request)
    backend = request.ec2_backend
    removed = request._get_param("RemoveSubnetIds", [])
    kept = [item.subnet for subnet_id, item in endpoint.interfaces.items() if subnet_id not in removed]
    added = [
        backend.get_subnet(subnet_id)
        for subnet_id in request._get_param("AddSubnetIds", [])
        if subnet_id not in endpoint.interfaces
    ]
    check_one([*kept, *added])
    check_subnets(backend, endpoint.vpc_id, target, added, set())
    ip_address_type = request._get_param("IpAddressType", endpoint.ip_address_type)
    check_ip_address_type(target, ip_address_type, [*kept, *added])

    # All checks have passed.
    endpoint.remove_subnets(removed)
    endpoint.ip_address_type = ip_address_type
    endpoint.add_subnets(added)


def install() -> None:
    """Make moto replace the target of a route with an endpoint, too, which it can only create."""
    replace = RouteTables.replace_route

    def replace_route(self: Moto) -> Moto:
        answer = replace(self)
        table = self.ec2_backend.get_route_table(self._get_param("RouteTableId"))
        names = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")
        route = table._routes[generate_route_id(table.id, *map(self._get_param, names))]
        route.vpc_endpoint_id = self._get_param("VpcEndpointId")
        return answer

    RouteTables.replace_route = replace_route
