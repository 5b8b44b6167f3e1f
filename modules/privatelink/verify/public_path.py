"""Checks of the path over the internet, from the consumer's VPC: W3, W4 and W5."""

from ipaddress import IPv4Network

from privatelink.verify.answers import ATTEMPTS, Blame, answers, kept_id
from privatelink.verify.attempts import NO_TCP_PORT, NOTHING_TO_SEND, PortTest, port_tests
from privatelink.verify.certificates import certificate_checks
from privatelink.verify.check import Check, compared, not_checked
from privatelink.verify.consumer_facts import ConsumerFacts, Probe, is_in
from privatelink.verify.control_plane import NO_PROVIDER, likely_cause
from privatelink.verify.provider_facts import ProviderFacts
from privatelink.verify.sight import Job, Sight, Sights, enough

EXPECTED = {
    "W3": "the load balancer's DNS name resolves to exactly its Elastic IPs",
    "W4": "the responses over the internet contain the backends' texts",
    "W5": "the route leads through the internet gateway to a public address",
}
IDS = {"W3": "public-name", "W4": "public-texts", "W5": "public-trace"}
NO_PROBE = (
    "the consumer has no probe; set probe: true for it, and apply; or run verify --from-here in its VPC"
)


def jobs(consumer: ConsumerFacts, provider: ProviderFacts | None, requests: int) -> list[Job]:
    """Return the name and the ports that the probe has to test."""
    if provider is None or why_not(consumer, provider):
        return []
    tests = _tests(consumer, provider)
    if consumer.probe and consumer.probe.public_address is None:  # requests would only time out
        return [Job(provider.dns_name, tests[0].port, requests=0)]
    traced = next((test for test in tests if test.ip_protocol == "tcp"), None)
    return [
        Job(
            provider.dns_name,
            test.port,
            enough(provider.reachable_texts(test.port, provider.zone_ids), requests)
            if test.attempt.texts
            else min(ATTEMPTS, requests),
            trace=test is traced,
            attempt=test.attempt,
        )
        for test in tests
        if test.attempt
    ]


def _tests(consumer: ConsumerFacts, provider: ProviderFacts) -> list[PortTest]:
    """Return how the ports are tested that can be."""
    return [test for test in port_tests(consumer, provider) if test.attempt]


def why_not(consumer: ConsumerFacts, provider: ProviderFacts | None) -> str:
    """Return why the path cannot be checked; empty if it can."""
    if provider is None:
        return NO_PROVIDER
    if provider.internal:
        return "the load balancer is internal: it has no public path"
    if not provider.public_addresses:
        return "checked only if the service has one load balancer, created by its stack"
    if not _tests(consumer, provider):
        return NOTHING_TO_SEND
    return "" if consumer.probe else NO_PROBE


def evaluate(consumer: ConsumerFacts, provider: ProviderFacts | None, sights: Sights) -> list[Check]:
    """Compare the probe's observations with the expected ones; without any, say why nothing is checked."""
    why = why_not(consumer, provider)
    if why or provider is None or consumer.probe is None:
        return [not_checked(IDS[step], step, EXPECTED[step], why, "internet") for step in EXPECTED]
    seen = [(job, sight) for job, sight in sights.items() if job.name == provider.dns_name]
    checks = [_name(provider, seen[0][1])]
    if reason := _why_no_requests(consumer, consumer.probe, provider):
        checks += [not_checked(IDS[step], step, EXPECTED[step], reason, "internet") for step in ("W4", "W5")]
        return checks
    behind = likely_cause(consumer, provider, ("targets", "backend"))
    tests = {(test.port, test.attempt): test for test in _tests(consumer, provider)}
    for job, sight in seen:
        test = tests[job.port, job.attempt]
        checks.append(_texts(provider, test, sight, behind))
        checks += certificate_checks("W4", test, [(job.name, sight)], (), prefix="public-")
    traced = next((sight for job, sight in seen if job.trace), None)
    if traced is None:
        return [*checks, not_checked(IDS["W5"], "W5", EXPECTED["W5"], NO_TCP_PORT, "internet")]
    return [*checks, _trace(consumer, provider, traced)]


def _why_no_requests(consumer: ConsumerFacts, probe: Probe, provider: ProviderFacts) -> str:
    """Return why the load balancer gets no request of the probe over the internet; empty if it does."""
    public = probe.public_address
    if public is None:
        return "the probe has no public address; with probe: true it has one"
    blocked = [test for test in _tests(consumer, provider) if not _allows(public, provider, test)]
    ports = ", ".join(test.title for test in blocked)
    who = f"the probe's {public.network_address}"
    return f"load_balancer.allow_from does not allow {who} on port {ports}" if blocked else ""


def _allows(public: IPv4Network, provider: ProviderFacts, test: PortTest) -> bool:
    """Return whether the load balancer allows a public address; without a group it allows all."""
    return not provider.group_ids or any(
        rule.allows(public, (), test.port, test.ip_protocol) for rule in provider.rules
    )


def _name(provider: ProviderFacts, sight: Sight) -> Check:
    return compared(
        IDS["W3"],
        "W3",
        f"{provider.balancer_name} resolves to {', '.join(provider.public_addresses)}",
        ", ".join(sight.addresses) or sight.error,
        sight.addresses == provider.public_addresses,
        "internet",
        "DNS has no address of a zone without a healthy target, and resolvers cache for a minute: check the "
        "targets, then verify again",
    )


def _texts(provider: ProviderFacts, test: PortTest, sight: Sight, behind: Check | None) -> Check:
    """Check the responses of a port; the IDs are those of the private path, with `public`."""
    texts = provider.reachable_texts(test.port, provider.zone_ids)
    blame = Blame(
        behind, ("internet", "check the probe's route to the internet, and its own security group"), {}
    )
    check_id = f"public-{kept_id(test)}-{test.port}"
    return answers(check_id, "W4", "the load balancer's name", test, sight, texts, blame)


def _trace(consumer: ConsumerFacts, provider: ProviderFacts, sight: Sight) -> Check:
    gateway = consumer.probe.internet_gateway if consumer.probe else None
    ways = ", ".join(
        " → ".join((*trace.hops, address)) + ("" if trace.reached else " not reached")
        for address, trace in sight.traces.items()
    )
    outside = all(
        address in provider.public_addresses and not is_in(address, consumer.vpc_cidrs) and trace.reached
        for address, trace in sight.traces.items()
    )
    return compared(
        IDS["W5"],
        "W5",
        EXPECTED["W5"],
        f"through {gateway or 'no internet gateway'}: {ways or sight.error}",
        bool(gateway) and bool(sight.traces) and outside,
        "internet",
        "the probe's subnet needs a route 0.0.0.0/0 to an internet gateway, and the probe a public address",
    )
