"""The way over the internet, seen from the consumer's VPC: W3, W4 and W5."""

from privatelink.verify.check import Check, compared, not_checked
from privatelink.verify.consumer_facts import ConsumerFacts, is_in
from privatelink.verify.control_plane import NO_PROVIDER, likely_cause
from privatelink.verify.provider_facts import ProviderFacts
from privatelink.verify.sight import Job, Sight, Sights, enough

EXPECTED = {
    "W3": "the load balancer's name resolves to exactly its Elastic IPs",
    "W4": "the backends' texts appear over the internet",
    "W5": "the trace leaves through the internet gateway to a public address",
}
IDS = {"W3": "public-name", "W4": "public-texts", "W5": "public-trace"}
NO_PROBE = "there is no probe to look from: set probe: true for this consumer, and apply"


def jobs(consumer: ConsumerFacts, provider: ProviderFacts | None, requests: int) -> list[Job]:
    """What the probe has to look at."""
    if provider is None or why_not(consumer, provider):
        return []
    return [
        Job(
            provider.dns_name,
            port,
            enough(provider.reachable_texts(port, provider.zone_ids), requests),
            trace=port == provider.clear_ports[0],
        )
        for port in provider.clear_ports
    ]


def why_not(consumer: ConsumerFacts, provider: ProviderFacts | None) -> str:
    """Why there is nothing to look at; empty when there is."""
    if provider is None:
        return NO_PROVIDER
    if provider.internal:
        return "the load balancer is internal: it has no public path"
    if not provider.public_addresses:
        return "looked at only where the service has one load balancer, made by its stack"
    if not provider.clear_ports:
        return "no listener takes a request as it is: all are TLS or UDP"
    return "" if consumer.probe else NO_PROBE


def evaluate(consumer: ConsumerFacts, provider: ProviderFacts | None, sights: Sights) -> list[Check]:
    """Compare what was seen with what should be; without a sight, say why nothing was looked at."""
    why = why_not(consumer, provider)
    if why or provider is None or consumer.probe is None:
        return [not_checked(IDS[step], step, EXPECTED[step], why, "internet") for step in EXPECTED]
    seen = [(job, sight) for job, sight in sights.items() if job.name == provider.dns_name]
    checks = [_name(provider, seen[0][1])]
    if shut := [port for port in provider.clear_ports if not _admits(consumer, provider, port)]:
        public = consumer.probe.public_address
        who = f"the probe's {public.network_address}" if public else "the probe, which has no public address,"
        reason = f"load_balancer.allow_from does not admit {who} to port {', '.join(map(str, shut))}"
        checks += [not_checked(IDS[step], step, EXPECTED[step], reason, "internet") for step in ("W4", "W5")]
        return checks
    behind = likely_cause(consumer, provider, ("targets", "backend"))
    checks += [_texts(provider, job.port, sight, behind) for job, sight in seen]
    return [*checks, _trace(consumer, provider, seen[0][1])]


def _admits(consumer: ConsumerFacts, provider: ProviderFacts, port: int) -> bool:
    """Whether the load balancer's group admits the probe's public address; none at all admits everyone."""
    public = consumer.probe.public_address if consumer.probe else None
    if public is None:
        return False
    return not provider.group_ids or any(rule.admits(public, (), port) for rule in provider.rules)


def _name(provider: ProviderFacts, sight: Sight) -> Check:
    return compared(
        IDS["W3"],
        "W3",
        f"{provider.balancer_name} resolves to {', '.join(provider.public_addresses)}",
        ", ".join(sight.addresses) or sight.error,
        sight.addresses == provider.public_addresses,
        "internet",
        "a zone without a healthy target is not in DNS, and an answer may be a minute old: see the targets, "
        "then verify again",
    )


def _texts(provider: ProviderFacts, port: int, sight: Sight, behind: Check | None) -> Check:
    count = provider.reachable_texts(port, provider.zone_ids)
    return compared(
        f"{IDS['W4']}-{port}",
        "W4",
        f"{f'{count} different texts' if count else 'an answer'} on port {port}, and no request fails",
        "; ".join(filter(None, (", ".join(sight.texts), sight.failed, sight.error))),
        (len(sight.texts) == count if count else bool(sight.texts)) and not sight.failed,
        behind.hop if behind else "internet",
        behind.cause
        if behind
        else "is the probe's route to the internet whole, and is its own security group open?",
    )


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
