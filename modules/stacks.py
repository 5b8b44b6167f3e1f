"""The stacks: one Terraform root for the provider, one for each consumer, one for acceptance, and so on.

Each has a state of its own, so that each side can be owned, planned and applied alone. One reads another's
plain outputs through its state; the names of outputs are therefore a contract (see docs/adr/0003).
"""

from modules import aws
from modules.acceptance_stack import AcceptanceStack
from modules.consumer_stack import ConsumerStack
from modules.private_dns_stack import PrivateDnsStack
from modules.provider_stack import ProviderStack
from modules.topology.model import Topology


def build(app: aws.App, topology: Topology) -> None:
    """Add the stacks of a topology to an app."""
    tags = {"Topology": topology.name, **topology.tags}
    service = topology.service
    provider = ProviderStack(app, topology.name, service, tags) if service else None
    managed = f"{topology.name}-acceptance" if service and service.acceptance == "managed" else None
    consumers = {
        key: ConsumerStack(
            app, topology.name, key, consumer, tags, provider=provider, accepted_by_stack=managed
        )
        for key, consumer in topology.consumers.items()
    }
    accepted = []
    if managed and service and provider:
        accepted.append(AcceptanceStack(app, managed, service, tags, provider=provider, consumers=consumers))
    for key, consumer in topology.consumers.items():
        if consumer.endpoint.private_dns:
            PrivateDnsStack(
                app,
                f"{topology.name}-private-dns-{key}",
                consumer,
                tags,
                endpoint_of=consumers[key],
                after=accepted,
            )
