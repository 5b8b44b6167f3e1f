"""Verifies one consumer's path to the service. What a caller from Python needs is here.

Each function takes the consumer's stack, and the provider's where it is at hand. Nothing is changed: AWS is
only asked, and the probe runs a program that looks. They raise `CouldNotCheckError` where nothing is known.
"""

from privatelink.api.errors import readable_errors
from privatelink.terraform.stacks import Stack
from privatelink.verify import control_plane as control
from privatelink.verify import private_path as private
from privatelink.verify import public_path as public
from privatelink.verify.check import Check
from privatelink.verify.consumer_facts import ConsumerFacts, read_consumer
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.provider_facts import ProviderFacts, read_provider
from privatelink.verify.sight import Job, Sights, look

REQUESTS = 20
Facts = tuple[ConsumerFacts, ProviderFacts | None]


def verify_consumer(stack: Stack, provider: Stack | None, *, requests: int = REQUESTS) -> list[Check]:
    """Every check of a consumer, with one command on its probe.

    Arguments:
        stack: the consumer's stack.
        provider: the provider's stack; without it, its side is not checked.
        requests: HTTP requests to each name; more are made where it takes more to see every backend.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    facts = read_facts(stack, provider)
    sights = _look(stack, facts, [*public.jobs(*facts, requests), *private.jobs(*facts, requests)])
    return [
        *control.control_plane(*facts),
        *public.evaluate(*facts, sights),
        *private.evaluate(*facts, sights),
    ]


def control_plane(stack: Stack, provider: Stack | None) -> list[Check]:
    """What the API says: connection, endpoint, zones, DNS, security groups, targets, backends."""
    return control.control_plane(*read_facts(stack, provider))


def public_path(stack: Stack, provider: Stack | None, *, requests: int = REQUESTS) -> list[Check]:
    """W3, W4, W5: from the consumer's VPC over the internet, where the load balancer faces it."""
    facts = read_facts(stack, provider)
    return public.evaluate(*facts, _look(stack, facts, public.jobs(*facts, requests)))


def private_path(stack: Stack, provider: Stack | None, *, requests: int = REQUESTS) -> list[Check]:
    """W10, W11, W12: from the consumer's VPC through the endpoint."""
    facts = read_facts(stack, provider)
    return private.evaluate(*facts, _look(stack, facts, private.jobs(*facts, requests)))


def read_facts(stack: Stack, provider: Stack | None) -> Facts:
    """Ask both sides' accounts what there is."""
    with readable_errors(stack.name, CouldNotCheckError):
        consumer = read_consumer(stack)
    if provider is None:
        return consumer, None
    with readable_errors(provider.name, CouldNotCheckError):
        return consumer, read_provider(provider)


def _look(stack: Stack, facts: Facts, jobs: list[Job]) -> Sights:
    probe = facts[0].probe
    if probe is None or not jobs:
        return {}
    with readable_errors(stack.name, CouldNotCheckError):
        return look(stack, probe, jobs)
