"""Acceptance: acceptance of endpoint connections by Terraform."""

from collections.abc import Mapping

from privatelink.constructs.component import Component
from privatelink.framework import aws


class Acceptance(Component):
    """Accept the connections of interface endpoints to an endpoint service.

    Creates an `aws_vpc_endpoint_connection_accepter` for each endpoint, with the credentials of the service's
    account; the service must require acceptance. Destroying an accepter rejects the connection, and traffic
    of that consumer stops.

    Arguments:
        vpc_endpoint_service_id: ID of the endpoint service, `vpce-svc-…`.
        vpc_endpoint_ids: endpoint ID by a key that stays the same, such as the name of the consumer.

    Attributes:
        states: state of each connection, by the key of the endpoint.

    https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        vpc_endpoint_service_id: str,
        vpc_endpoint_ids: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        # Of the accepter, as the state of an endpoint is as old as its last refresh.
        self.states = {
            key: self.add(
                aws.VpcEndpointConnectionAccepter,
                key,
                vpc_endpoint_service_id=vpc_endpoint_service_id,
                vpc_endpoint_id=endpoint_id,
            ).vpc_endpoint_state
            for key, endpoint_id in vpc_endpoint_ids.items()
        }
