"""Gateway endpoints: routes to Amazon S3 and DynamoDB.

https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.route_tables import Route
from moto.ec2.responses._base_response import EC2BaseResponse

from privatelink.sandbox.filters import page, select
from privatelink.sandbox.untyped import Moto
from privatelink.sandbox.vpc_endpoints import DEFAULT_POLICY, Endpoint, Target, refuse


class GatewayEndpoint(Endpoint):
    """A gateway endpoint, the target of a route in each of its route tables."""

    vpc_endpoint_type = "Gateway"

    def __init__(
        self,
        backend: Moto,
        vpc: Moto,
        target: Target,
        *,
        ip_address_type: str,
        dns_options: Mapping[str, object],
        policy: str | None,
    ) -> None:
        super().__init__(
            backend,
            vpc,
            target,
            ip_address_type=ip_address_type,
            dns_options={"DnsRecordIpType": ip_address_type, **dns_options},
            policy=policy or DEFAULT_POLICY,
        )
        self.prefix_list = prefix_list_of(backend, target.name)

    def check_tables(self, route_table_ids: Iterable[str]) -> None:
        """Check that route tables are in the VPC and have no route to the service.

        Raises:
            EC2ClientError: one is not, or has one.
        """
        for table_id in route_table_ids:
            table = self.ec2_backend.get_route_table(table_id)
            if table.vpc_id != self.vpc_id:
                raise refuse(f"Route table {table_id} does not belong to VPC {self.vpc_id}")
            lists = (route.destination_prefix_list for route in table._routes.values())
            if any(found is self.prefix_list for found in lists):
                raise EC2ClientError(
                    "RouteAlreadyExists",
                    f"route table {table_id} already has a route with destination-prefix-list-id "
                    f"{self.prefix_list.id}",
                )

    def add_tables(self, route_table_ids: Iterable[str]) -> None:
        """Add a route to route tables."""
        for table_id in route_table_ids:
            table = self.ec2_backend.get_route_table(table_id)
            route = Route(table, None, None, destination_prefix_list=self.prefix_list, gateway=self)
            table._routes[route.id] = route
            self.route_table_ids.append(table_id)

    def remove_tables(self, route_table_ids: Iterable[str]) -> None:
        """Remove the route from route tables; those that were deleted have none."""
        for table_id in route_table_ids:
            if table_id in self.route_table_ids:
                self.route_table_ids.remove(table_id)
                if table_id in self.ec2_backend.route_tables:
                    self.ec2_backend.delete_route(
                        table_id, None, destination_prefix_list_id=self.prefix_list.id
                    )

    def detach(self) -> None:
        """Remove the routes."""
        self.remove_tables(list(self.route_table_ids))


def prefix_list_of(backend: Moto, service_name: str) -> Moto:
    """Return the prefix list of a service: the destination of the routes to its gateway endpoints."""
    lists = backend.managed_prefix_lists.values()
    return next(found for found in lists if found.prefix_list_name == service_name)


PREFIX_LIST_FILTERS = {
    "prefix-list-id": attrgetter("id"),
    "prefix-list-name": attrgetter("prefix_list_name"),
}
"""Attributes of prefix lists by the name of the filter."""


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The EC2 API action on the prefix lists of gateway endpoints."""

    def describe_prefix_lists(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html"""
        ids = self._get_param("PrefixListIds", [])
        lists = [
            found
            for found in self.ec2_backend.managed_prefix_lists.values()
            if found.prefix_list_name.startswith("com.amazonaws.")
        ]
        known = {found.id for found in lists}
        for name in ids:
            if name not in known:
                raise EC2ClientError(
                    "InvalidPrefixListId.NotFound", f"The prefix list ID '{name}' does not exist"
                )
        wanted = [found for found in lists if not ids or found.id in ids]
        found = select(wanted, self._get_param("Filters", []), PREFIX_LIST_FILTERS)
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        shown = [
            {
                "PrefixListId": item.id,
                "PrefixListName": item.prefix_list_name,
                "Cidrs": [entry["Cidr"] for entry in next(reversed(item.entries.values()))],
            }
            for item in items
        ]
        return ActionResult({"PrefixLists": shown, "NextToken": token})


def create(request: Moto, vpc: Moto, target: Target) -> GatewayEndpoint:
    """Create a gateway endpoint from the parameters of `CreateVpcEndpoint`."""
    for name in ("SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled"):
        if request._get_param(name):
            raise refuse(f"The parameter {name} is not supported for VPC endpoints of type Gateway")
    endpoint = GatewayEndpoint(
        request.ec2_backend,
        vpc,
        target,
        ip_address_type=request._get_param("IpAddressType", "ipv4"),
        dns_options=request._get_param("DnsOptions", {}),
        policy=request._get_param("PolicyDocument"),
    )
    tables = dict.fromkeys(request._get_param("RouteTableIds", []))
    endpoint.check_tables(tables)
    endpoint.add_tables(tables)
    return endpoint


def modify(request: Moto, endpoint: GatewayEndpoint) -> None:
    """Modify a gateway endpoint by the parameters of `ModifyVpcEndpoint`; an error leaves it unchanged."""
    added = dict.fromkeys(request._get_param("AddRouteTableIds", []))
    new = [table_id for table_id in added if table_id not in endpoint.route_table_ids]
    endpoint.check_tables(new)

    # All checks have passed.
    endpoint.remove_tables(request._get_param("RemoveRouteTableIds", []))
    endpoint.add_tables(new)
    endpoint.set_common(request)
