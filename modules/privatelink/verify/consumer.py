"""Tests the path of one consumer to the service. These are the functions for callers from Python.

Each function takes the consumer's stack, and the provider's stack if it is applied here. They change nothing:
they read the AWS API, and run a read-only program on the probe. They raise `CouldNotCheckError` if AWS or the
probe cannot be reached.
"""

from collections.abc import Callable
from dataclasses import replace

from privatelink.api.errors import readable_errors
from privatelink.terraform.stacks import Stack
from privatelink.verify import control_plane as control
from privatelink.verify import private_path as private
from privatelink.verify import public_path as public
from privatelink.verify.check import Check
from privatelink.verify.consumer_facts import ConsumerFacts, read_consumer
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.here import Here
from privatelink.verify.provider_facts import ProviderFacts, read_provider
from privatelink.verify.sight import Job, Sights, look

REQUESTS = 20
Facts = tuple[ConsumerFacts, ProviderFacts | None]
ReadProvider = Callable[[Stack], ProviderFacts | None]


def provider_facts(stack: Stack) -> ProviderFacts | None:
    """Read the provider's side from the AWS API; return None if its stack is not applied here."""
    with readable_errors(stack.name, CouldNotCheckError):
        return read_provider(stack)


def verify_consumer(
    stack: Stack,
    provider: Stack | None,
    *,
    requests: int = REQUESTS,
    read: ReadProvider = provider_facts,
    here: Here | None = None,
) -> list[Check]:
    """Run all checks of a consumer, with one command on its probe.

    Arguments:
        stack: the consumer's stack.
        provider: the provider's stack; without it, the provider's side is not checked.
        requests: minimum number of HTTP requests to each name; more are made if needed to reach all backends.
        read: reads the provider's side; default: from the AWS API, for each consumer again.
        here: tests from this machine instead of the probe; default: from the probe.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    facts = read_facts(stack, provider, read, here)
    sights = _look(stack, facts, [*public.jobs(*facts, requests), *private.jobs(*facts, requests)], here)
    return [
        *control.control_plane(*facts),
        *public.evaluate(*facts, sights),
        *private.evaluate(*facts, sights),
    ]


def control_plane(stack: Stack, provider: Stack | None) -> list[Check]:
    """Check connection, endpoint, zones, DNS, security groups, targets and backends with the AWS API."""
    return control.control_plane(*read_facts(stack, provider))


def public_path(stack: Stack, provider: Stack | None, *, requests: int = REQUESTS) -> list[Check]:
    """Check the path over the internet from the consumer's VPC (W3, W4, W5)."""
    facts = read_facts(stack, provider)
    return public.evaluate(*facts, _look(stack, facts, public.jobs(*facts, requests)))


def private_path(stack: Stack, provider: Stack | None, *, requests: int = REQUESTS) -> list[Check]:
    """Check the path through the endpoint from the consumer's VPC (W10, W11, W12)."""
    facts = read_facts(stack, provider)
    return private.evaluate(*facts, _look(stack, facts, private.jobs(*facts, requests)))


def read_facts(
    stack: Stack,
    provider: Stack | None,
    read: ReadProvider = provider_facts,
    here: Here | None = None,
) -> Facts:
    """Read the configuration of both sides from the AWS API."""
    with readable_errors(stack.name, CouldNotCheckError):
        consumer = read_consumer(stack, with_probe=here is None)
        if here:
            consumer = replace(consumer, probe=here.probe(stack, consumer))
    return consumer, read(provider) if provider else None


def _look(stack: Stack, facts: Facts, jobs: list[Job], here: Here | None = None) -> Sights:
    probe = facts[0].probe
    if probe is None or not jobs:
        return {}
    if here:
        return here.look(jobs)
    with readable_errors(stack.name, CouldNotCheckError):
        return look(stack, probe, jobs)
