"""Endpoint connections: the provider's view of the endpoints of its services, to accept or reject.

https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
A connection is not an object of its own: its state is that of the endpoint.
"""

from operator import attrgetter

from moto.core.responses import ActionResult
from moto.ec2.responses._base_response import EC2BaseResponse

from privatelink.sandbox.endpoint_services import EndpointService, connections_of, own_service
from privatelink.sandbox.filters import page, select
from privatelink.sandbox.vpc_endpoints import Endpoint

ACCEPTABLE = ("pendingAcceptance", "rejected")
REJECTABLE = ("pendingAcceptance", "available")
FILTERS = {
    "ip-address-type": attrgetter("ip_address_type"),
    "service-id": attrgetter("service_id"),
    "vpc-endpoint-owner": attrgetter("owner_id"),
    "vpc-endpoint-region": attrgetter("ec2_backend.region_name"),
    "vpc-endpoint-state": attrgetter("state"),
}
"""Attributes of endpoints by the name of the filter. AWS returns `InvalidFilter` for `vpc-endpoint-id`."""


def describe(service: EndpointService, endpoint: Endpoint) -> dict[str, object]:
    """Return a `VpcEndpointConnection`."""
    return {
        "ServiceId": service.id,
        "VpcEndpointId": endpoint.id,
        "VpcEndpointOwner": endpoint.owner_id,
        "VpcEndpointState": endpoint.state,
        "CreationTimestamp": endpoint.creation_timestamp,
        "DnsEntries": endpoint.dns_entries,
        **service.balancer_arns(),
        "IpAddressType": endpoint.ip_address_type,
        "VpcEndpointConnectionId": endpoint.connection_id,
        "VpcEndpointRegion": endpoint.ec2_backend.region_name,
        # The tags of the connection are the provider's; those of the endpoint are the consumer's.
        "Tags": [
            {"Key": key, "Value": value}
            for key, value in service.ec2_backend.tags.get(endpoint.connection_id, {}).items()
        ],
    }


class Actions(EC2BaseResponse):  # type: ignore[misc]
    """The EC2 API actions on endpoint connections."""

    def describe_vpc_endpoint_connections(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnections.html"""
        services = self.ec2_backend.configurations
        found = select(connections_of(services), self._get_param("Filters", []), FILTERS)
        items, token = page(found, self._get_int_param("MaxResults"), self._get_param("NextToken"))
        shown = [describe(services[endpoint.service_id], endpoint) for endpoint in items]
        return ActionResult({"VpcEndpointConnections": shown, "NextToken": token})

    def accept_vpc_endpoint_connections(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html"""
        service = own_service(self.ec2_backend, self._get_param("ServiceId"))
        return change_state(service, self._get_param("VpcEndpointIds", []), ACCEPTABLE, "available")

    def reject_vpc_endpoint_connections(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcEndpointConnections.html"""
        service = own_service(self.ec2_backend, self._get_param("ServiceId"))
        return change_state(service, self._get_param("VpcEndpointIds", []), REJECTABLE, "rejected")


def change_state(
    service: EndpointService, endpoint_ids: list[str], from_states: tuple[str, ...], to_state: str
) -> ActionResult:
    """Change the state of connections of a service.

    Arguments:
        service: the service.
        endpoint_ids: the endpoints.
        from_states: the states in which the change is allowed.
        to_state: the new state.

    Returns:
        The answer of the API, with the endpoints that could not be changed.
    """
    connections = {endpoint.id: endpoint for endpoint in service.connections()}
    unsuccessful = []
    for endpoint_id in endpoint_ids:
        endpoint = connections.get(endpoint_id)
        if endpoint is None:
            code = "InvalidVpcEndpointId.NotFound"
            message = f"The Vpc Endpoint Id '{endpoint_id}' does not exist"
        elif endpoint.state not in from_states:
            code = "InvalidState"
            message = f"The Vpc Endpoint Id '{endpoint_id}' is in the state '{endpoint.state}'"
        else:
            endpoint.state = to_state
            continue
        unsuccessful.append({"ResourceId": endpoint_id, "Error": {"Code": code, "Message": message}})
    return ActionResult({"Unsuccessful": unsuccessful})
