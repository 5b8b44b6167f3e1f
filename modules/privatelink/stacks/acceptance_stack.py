"""AcceptanceStack: the provider's answer to the topology's own consumers."""

from collections.abc import Mapping

from privatelink.constructs.acceptance import Acceptance
from privatelink.framework import aws
from privatelink.stacks.consumer_stack import ConsumerStack, read_endpoint_ids
from privatelink.stacks.provider_stack import ProviderStack
from privatelink.stacks.stack import PrivateLinkStack
from privatelink.stacks.state import States
from privatelink.topology.rules.service import Service


class AcceptanceStack(PrivateLinkStack):
    """Acceptance of the topology's own consumers, with the provider's credentials.

    Outputs `connection_states`, the state of each consumer's connection. `connecting` has the consumers'
    stacks and in each the key of the endpoint, empty for the one that is no further one.
    """

    def __init__(
        self,
        scope: aws.Construct,
        name: str,
        service: Service,
        tags: Mapping[str, str],
        states: States,
        *,
        provider: ProviderStack,
        connecting: Mapping[str, tuple[ConsumerStack, str]],
    ) -> None:
        super().__init__(
            scope, name, state=states(name), region=service.region, account=service.account, tags=tags
        )
        acceptance = Acceptance(
            self,
            "acceptance",
            service_id=self.read_outputs(provider, "provider").get_string("service_id"),
            endpoint_ids=read_endpoint_ids(self, connecting),
        )
        self.output("connection_states", acceptance.states, "State of each consumer's connection")
