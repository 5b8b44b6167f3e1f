"""The stacks of a topology: a Terraform root module for each service, consumer, acceptance and private DNS.

Each has a state of its own, so that each side can be planned and applied by its owner alone. A stack reads
outputs of another one from its state, so the names of outputs are a contract (docs/adr/0003). Names,
addresses and keys in outputs are made of first keys, so that a renamed key changes none (docs/adr/0018).
"""

from collections.abc import Mapping

from privatelink.framework import aws
from privatelink.literal import literal
from privatelink.stacks.acceptance_stack import AcceptanceStack
from privatelink.stacks.consumer_stack import ConsumerStack
from privatelink.stacks.private_dns_stack import PrivateDnsStack
from privatelink.stacks.provider_stack import ProviderStack
from privatelink.stacks.state import states_of
from privatelink.topology import resolved
from privatelink.topology.model import Topology
from privatelink.topology.resolved import suffixed


def build(app: aws.App, topology: Topology) -> None:
    """Add the stacks of a topology to an app.

    Arguments:
        app: the app.
        topology: the topology, as `load_topology` returns it.
    """
    # Here the text of the file becomes templates, and nowhere else (docs/adr/0017).
    meant = literal(topology.resolve())
    tags = {"Topology": meant.name, **meant.tags}
    states = states_of(meant.name, meant.backend)
    providers = {
        service.key: ProviderStack(app, meant.name, service, tags, states) for service in meant.services
    }
    accepted_by = {
        service.key: suffixed(f"{meant.name}-acceptance", service.first_key)
        for service in meant.services
        if service.settings.acceptance == "managed"
    }
    consumers = {
        consumer.key: ConsumerStack(
            app, meant.name, consumer, tags, states, providers=providers, accepted_by=accepted_by
        )
        for consumer in meant.consumers
    }
    accepted = [
        AcceptanceStack(
            app,
            accepted_by[service.key],
            service,
            tags,
            states,
            provider=providers[service.key],
            connecting=_connecting(meant, service, consumers),
        )
        for service in meant.services
        if service.key in accepted_by
    ]
    for consumer in meant.consumers:
        if consumer.private_dns_after_acceptance:
            PrivateDnsStack(
                app,
                f"{meant.name}-private-dns-{consumer.first_key}",
                consumer,
                tags,
                states,
                endpoints_of=consumers[consumer.key],
                after=accepted,
            )


def _connecting(
    topology: resolved.Topology, service: resolved.Service, consumers: Mapping[str, ConsumerStack]
) -> dict[str, tuple[ConsumerStack, str | None]]:
    """Return the endpoints to a service: the consumer's stack, and the endpoint's key there."""
    return {
        suffixed(consumer.first_key, endpoint.first_key): (consumers[consumer.key], endpoint.first_key)
        for consumer in topology.consumers
        for endpoint in consumer.endpoints_to(service)
    }
