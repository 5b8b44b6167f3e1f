"""AcceptanceStack: acceptance of the topology's own consumers."""

from collections.abc import Mapping

from privatelink.constructs.acceptance import Acceptance
from privatelink.framework import aws
from privatelink.stacks.consumer_stack import ConsumerStack, read_endpoint_ids
from privatelink.stacks.provider_stack import ProviderStack
from privatelink.stacks.stack import PrivateLinkStack
from privatelink.stacks.state import States
from privatelink.topology.resolved import Service


class AcceptanceStack(PrivateLinkStack):
    """Acceptance of the topology's own consumers, with the credentials of the service's account.

    Outputs `connection_states`: the state of each consumer's connection.

    Arguments:
        name: name of the stack.
        service: the service.
        tags: tags of every resource.
        states: where Terraform stores the states.
        provider: stack of the service.
        connecting: endpoints to the service by a key that stays the same: the consumer's stack, and the key
            of the endpoint there, None for that of `endpoint`.
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
        connecting: Mapping[str, tuple[ConsumerStack, str | None]],
    ) -> None:
        settings = service.settings
        super().__init__(
            scope, name, state=states(name), region=settings.region, account=settings.account, tags=tags
        )
        acceptance = Acceptance(
            self,
            "acceptance",
            vpc_endpoint_service_id=self.read_outputs(provider, "provider").get_string("service_id"),
            vpc_endpoint_ids=read_endpoint_ids(self, connecting),
        )
        self.output("connection_states", acceptance.states, "State of the connection of each consumer")
