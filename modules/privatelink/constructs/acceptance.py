"""Acceptance: which pending connections become available, by Terraform and the provider's credentials."""

from collections.abc import Mapping

from privatelink.constructs.component import Component
from privatelink.framework import aws


class Acceptance(Component):
    """Accept endpoint connections.

    Creates an `aws_vpc_endpoint_connection_accepter` for each endpoint. Destroying one rejects its connection
    and cuts the consumer off. Run it with the provider account's credentials, on a service that requires
    acceptance.

    Arguments:
        service_id: `vpce-svc-…`.
        endpoint_ids: endpoint id by a stable key, such as the consumer's name.

    https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html#accept-reject-connection-requests
    """

    def __init__(
        self,
        scope: aws.Construct,
        id: str,  # noqa: A002
        *,
        service_id: str,
        endpoint_ids: Mapping[str, str],
    ) -> None:
        super().__init__(scope, id)
        # The accepter's own state; an endpoint's is as old as its last refresh.
        self.states = {
            key: self.add(
                aws.VpcEndpointConnectionAccepter,
                key,
                vpc_endpoint_service_id=service_id,
                vpc_endpoint_id=endpoint_id,
            ).vpc_endpoint_state
            for key, endpoint_id in endpoint_ids.items()
        }
