"""The stacks: one Terraform root for the provider, one for each consumer, one for acceptance, and so on.

Each has a state of its own, so that each side can be owned, planned and applied alone. One reads another's
plain outputs through its state; the names of outputs are therefore a contract (see docs/adr/0003).
"""

from collections.abc import Mapping

from privatelink.framework import aws
from privatelink.stacks.acceptance_stack import AcceptanceStack
from privatelink.stacks.consumer_stack import ConsumerStack
from privatelink.stacks.private_dns_stack import PrivateDnsStack
from privatelink.stacks.provider_stack import ProviderStack
from privatelink.stacks.state import states_of
from privatelink.topology.model import Topology


def build(app: aws.App, topology: Topology) -> None:
    """Add the stacks of a topology to an app."""
    tags = {"Topology": topology.name, **topology.tags}
    states = states_of(topology.name, topology.backend)
    providers = {
        key: ProviderStack(app, topology.name, service, tags, states, key)
        for key, service in topology.every_service.items()
    }
    accepted_by = {
        key: f"{topology.name}-acceptance-{key}" if key else f"{topology.name}-acceptance"
        for key, service in topology.every_service.items()
        if service.acceptance == "managed"
    }
    consumers = {
        key: ConsumerStack(
            app, topology.name, key, consumer, tags, states, providers=providers, accepted_by=accepted_by
        )
        for key, consumer in topology.consumers.items()
    }
    accepted = [
        AcceptanceStack(
            app,
            stack_name,
            topology.every_service[key],
            tags,
            states,
            provider=providers[key],
            connecting=_connecting(topology, key, consumers),
        )
        for key, stack_name in accepted_by.items()
    ]
    for key, consumer in topology.consumers.items():
        if consumer.switched_by_name:
            PrivateDnsStack(
                app,
                f"{topology.name}-private-dns-{key}",
                consumer,
                tags,
                states,
                endpoints_of=consumers[key],
                after=accepted,
            )


def _connecting(
    topology: Topology, service: str, consumers: Mapping[str, ConsumerStack]
) -> dict[str, tuple[ConsumerStack, str]]:
    """Give the endpoints to a service, by a steady key: the consumer's stack, and the endpoint's key."""
    return {
        f"{key}-{endpoint}" if endpoint else key: (consumers[key], endpoint)
        for key, consumer in topology.consumers.items()
        for endpoint in consumer.endpoints_to(service)
    }
