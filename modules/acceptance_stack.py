"""AcceptanceStack: the provider's answer to the topology's own consumers."""

from collections.abc import Mapping

from modules import aws
from modules.acceptance import Acceptance
from modules.consumer_stack import ConsumerStack
from modules.provider_stack import ProviderStack
from modules.stack import PrivateLinkStack
from modules.topology.service import Service


class AcceptanceStack(PrivateLinkStack):
    """Acceptance of the topology's own consumers, with the provider's credentials.

    Outputs `connection_states`, the state of each consumer's connection.
    """

    def __init__(
        self,
        scope: aws.Construct,
        name: str,
        service: Service,
        tags: Mapping[str, str],
        *,
        provider: ProviderStack,
        consumers: Mapping[str, ConsumerStack],
    ) -> None:
        super().__init__(scope, name, region=service.region, account=service.account, tags=tags)
        acceptance = Acceptance(
            self,
            "acceptance",
            service_id=self.read_outputs(provider, "provider").get_string("service_id"),
            endpoint_ids={
                key: self.read_outputs(consumer, f"consumer-{key}").get_string("endpoint_id")
                for key, consumer in consumers.items()
            },
        )
        self.output("connection_states", acceptance.states, "State of each consumer's connection")
