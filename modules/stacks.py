"""The stacks: one Terraform root for the provider, one for each consumer, one for acceptance.

Each has a state of its own, so that each side can be owned, planned and applied alone. One reads another's
plain outputs through its state; the names of outputs are therefore a contract (see docs/adr/0003).
"""

from modules import aws
from modules.acceptance_stack import AcceptanceStack
from modules.consumer_stack import ConsumerStack
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
    if managed and service and provider:
        AcceptanceStack(app, managed, service, tags, provider=provider, consumers=consumers)
