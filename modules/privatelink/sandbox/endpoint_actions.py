"""The EC2 API actions on VPC endpoints of all types."""

from operator import attrgetter

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.responses._base_response import EC2BaseResponse
from moto.ec2.utils import add_tag_specification

from privatelink.sandbox import gateway_endpoints, gateway_load_balancer_endpoints, interface_endpoints
from privatelink.sandbox.endpoint_services import service_named
from privatelink.sandbox.filters import page, select
from privatelink.sandbox.gateway_endpoints import GatewayEndpoint
from privatelink.sandbox.gateway_load_balancer_endpoints import GatewayLoadBalancerEndpoint
from privatelink.sandbox.interface_endpoints import InterfaceEndpoint
from privatelink.sandbox.vpc_endpoints import Endpoint, find_target, refuse, target_of

CREATE = {
    "Gateway": gateway_endpoints.create,
    "GatewayLoadBalancer": gateway_load_balancer_endpoints.create,
    "Interface": interface_endpoints.create,
}
"""Endpoints of the types `Resource` and `ServiceNetwork` (Amazon VPC Lattice) do not exist in the sandbox."""

FILTERS = {
    "ip-address-type": attrgetter("ip_address_type"),
    "service-name": attrgetter("service_name"),
    "service-region": attrgetter("service_region"),
    "vpc-endpoint-id": attrgetter("id"),
    "vpc-endpoint-state": attrgetter("state"),
    "vpc-endpoint-type": attrgetter("vpc_endpoint_type"),
    "vpc-id": attrgetter("vpc_id"),
}
"""Attributes of endpoints by the name of the filter."""


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The actions, which need not differ by the type of the endpoint."""

    def create_vpc_endpoint(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html"""
        backend = self.ec2_backend
        kind = self._get_param("VpcEndpointType", "Gateway")
        name = self._get_param("ServiceName")
        if kind not in CREATE or name is None:
            raise NotImplementedError(f"VPC endpoints of type {kind}")
        vpc = backend.get_vpc(self._get_param("VpcId"))
        target = find_target(backend, name, self._get_param("ServiceRegion"))
        if kind not in target.types:
            available = ", ".join(dict.fromkeys(target.types))
            raise refuse(f"Endpoint type ({kind}) does not match available service types ([{available}]).")
        endpoint = CREATE[kind](self, vpc, target)
        backend.vpc_end_points[endpoint.id] = endpoint
        endpoint.add_tags(add_tag_specification(self._get_param("TagSpecifications", [])))
        return ActionResult({"VpcEndpoint": endpoint.answer()})

    def modify_vpc_endpoint(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html"""
        backend = self.ec2_backend
        endpoint = backend.get_vpc_end_point(self._get_param("VpcEndpointId"))
        service = service_named(endpoint.service_name)
        # An existing endpoint needs no permission.
        target = (
            target_of(service)
            if service
            else find_target(backend, endpoint.service_name, endpoint.service_region)
        )
        match endpoint:
            case InterfaceEndpoint():
                interface_endpoints.modify(self, endpoint, target)
            case GatewayEndpoint():
                gateway_endpoints.modify(self, endpoint)
            case GatewayLoadBalancerEndpoint():
                gateway_load_balancer_endpoints.modify(self, endpoint, target)
        return ActionResult({"Return": True})

    def describe_vpc_endpoints(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html"""
        ids = self._get_param("VpcEndpointIds", [])
        backend = self.ec2_backend
        endpoints = map(backend.get_vpc_end_point, ids) if ids else backend.vpc_end_points.values()
        found = select(endpoints, self._get_param("Filters", []), FILTERS, Endpoint.get_tags)
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        return ActionResult({"VpcEndpoints": [item.answer() for item in items], "NextToken": token})

    def delete_vpc_endpoints(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html"""
        backend = self.ec2_backend
        unsuccessful = []
        for endpoint_id in self._get_param("VpcEndpointIds", []):
            endpoint = backend.vpc_end_points.get(endpoint_id)
            try:
                if endpoint is None:
                    message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
                    raise refuse(message, "InvalidVpcEndpoint.NotFound")
                endpoint.detach()
            except EC2ClientError as error:
                shown = {"Code": error.code, "Message": error.message}
                unsuccessful.append({"ResourceId": endpoint_id, "Error": shown})
                continue
            # moto would list a deleted endpoint forever.
            del backend.vpc_end_points[endpoint_id]
            backend.tags.pop(endpoint_id, None)
        return ActionResult({"Unsuccessful": unsuccessful})
