"""Checks of the path through the endpoint, from the consumer's VPC: W10, W11 and W12."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from privatelink.verify.answers import ATTEMPTS, Blame, answers, kept_id, one_sided
from privatelink.verify.attempts import NO_TCP_PORT, PortTest, port_tests
from privatelink.verify.certificates import certificate_checks
from privatelink.verify.check import Check, Hop, compared, not_checked
from privatelink.verify.consumer_facts import ConsumerFacts, EndpointAddress, is_in
from privatelink.verify.control_plane import likely_cause
from privatelink.verify.provider_facts import ProviderFacts
from privatelink.verify.public_path import NO_PROBE
from privatelink.verify.sight import Job, Sight, Sights, enough

EXPECTED = {
    "W10": "the endpoint's DNS names resolve to exactly its addresses, in the chosen subnets",
    "W11": "the responses through the endpoint contain the backends' texts",
    "W12": "the trace ends at the endpoint, in the consumer's own subnet",
}
IDS = {"W10": "names", "W11": "texts", "W12": "trace"}
HOP_OF: dict[str, Hop] = {"W10": "dns", "W11": "backend", "W12": "endpoint"}


def jobs(consumer: ConsumerFacts, provider: ProviderFacts | None, requests: int) -> list[Job]:
    """Return the names and ports that the probe has to test."""
    if consumer.probe is None:
        return []
    tests = [test for test in port_tests(consumer, provider) if test.attempt]
    names = list(_names(consumer))
    if not tests:  # the names are tested even if no port can be
        return [Job(name.name, _ANY_PORT, requests=0) for name in names]
    found = [_job(consumer, provider, test, name, requests) for test in tests for name in names]
    first = next((job for job in found if job.attempt.protocol != "udp"), None)
    return [replace(job, trace=True) if job is first else job for job in found]


def _job(
    consumer: ConsumerFacts, provider: ProviderFacts | None, test: PortTest, name: "_Name", requests: int
) -> Job:
    """Return the job for a port and a name: enough requests for all texts, or some for each address."""
    assert test.attempt  # noqa: S101 - for the type checker
    wanted = min(ATTEMPTS, requests) if name.zonal or not test.attempt.texts else requests
    if test.sample_of:
        wanted = len(name.addresses)
    texts = _reachable(consumer, provider, name, test.port) if test.attempt.texts else 0
    return Job(name.name, test.port, enough(texts, wanted), attempt=test.attempt)


def evaluate(consumer: ConsumerFacts, provider: ProviderFacts | None, sights: Sights) -> list[Check]:
    """Compare the probe's observations with the expected ones; without a probe, nothing is checked."""
    if consumer.probe is None:
        return [not_checked(IDS[step], step, EXPECTED[step], NO_PROBE, HOP_OF[step]) for step in EXPECTED]
    seen = {(job.name, job.port, job.attempt.protocol): sight for job, sight in sights.items()}
    first = {job.name: sight for job, sight in reversed(list(sights.items()))}
    names, tests = list(_names(consumer)), port_tests(consumer, provider)
    blame = _Blame(consumer, provider)
    checks = [_addresses(name, first[name.name]) for name in names]
    for test in tests:
        if test.attempt is None:
            checks.append(_not_tested(test))
        elif not test.sample_of:
            observed = [(name, seen[name.name, test.port, test.attempt.protocol]) for name in names]
            checks += [_texts(blame, name, test, sight) for name, sight in observed]
            checks += certificate_checks(
                "W11", test, ((name.name, sight) for name, sight in observed), consumer.private_names
            )
    of_regional = {job.port: sight for job, sight in sights.items() if job.name == consumer.regional_name}
    checks += _samples(blame, tests, of_regional)
    if not tests:
        checks.append(not_checked(IDS["W11"], "W11", EXPECTED["W11"], NO_SINGLE_PORT, "backend"))
    traced = next(
        (sight for job, sight in sights.items() if job.trace and job.name == consumer.regional_name), None
    )
    return [*checks, _trace(blame, traced) if traced else _not_traced()]


def _not_tested(test: PortTest) -> Check:
    return not_checked(f"{kept_id(test)}-{test.port}", "W11", EXPECTED["W11"], test.why_not, "backend")


def _not_traced() -> Check:
    return not_checked(IDS["W12"], "W12", EXPECTED["W12"], NO_TCP_PORT, "endpoint")


def _samples(blame: "_Blame", tests: Iterable[PortTest], sights: Mapping[int, Sight]) -> Iterator[Check]:
    """Check the samples of each range of ports. A service need not listen on all ports of a range."""
    ports_of: dict[str, list[int]] = {}
    for test in tests:
        if test.sample_of:
            ports_of.setdefault(test.sample_of, []).append(test.port)
    for sample_of, ports in ports_of.items():
        seen = [sights[port] for port in ports]
        check_id = f"sample-{sample_of}"
        expected = f"a connection to a port of {sample_of}; tested: {', '.join(map(str, ports))}"
        connected = [str(port) for port, sight in zip(ports, seen, strict=True) if sight.texts]
        failed = "; ".join(
            f"port {port}: {sight.failed or sight.error}" for port, sight in zip(ports, seen, strict=True)
        )
        if connected:
            yield compared(check_id, "W11", expected, f"connected: {', '.join(connected)}", True, "backend")
        elif any("refused" in sight.failed for sight in seen):
            yield not_checked(check_id, "W11", expected, f"{failed}; {NAME_A_PORT}", "backend")
        else:
            hop, cause = blame.hop(seen[0], "backend"), blame.cause(seen[0])
            yield compared(check_id, "W11", expected, failed, False, hop, cause)


@dataclass(frozen=True)
class _Name:
    """A DNS name of the endpoint, and the addresses that it must resolve to."""

    key: str
    label: str
    name: str
    addresses: tuple[EndpointAddress, ...]
    zonal: bool = False


def _names(consumer: ConsumerFacts) -> Iterator[_Name]:
    """Return the DNS names of the endpoint.

    https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html#interface-endpoint-dns-hostnames
    """
    yield _Name("regional", "the regional name", consumer.regional_name, consumer.addresses)
    for zone, name in consumer.zonal_names.items():
        here = consumer.in_zone(zone)
        yield _Name(zone, f"the name of {zone}", name, (here,) if here else (), zonal=True)
    for name in consumer.private_names:
        zonal = name in consumer.zones_of_names
        yield _Name(name, name, name, consumer.addresses_of(name), zonal=zonal)


def _reachable(consumer: ConsumerFacts, provider: ProviderFacts | None, name: _Name, port: int) -> int:
    """Return how many different texts can be reached through a name; 0 if unknown."""
    if provider is None:
        return 0
    return provider.reachable_texts(port, consumer.zones_entered(name.addresses, provider.zone_ids))


NO_SINGLE_PORT = "the endpoint's security group allows all ports, and names none; set the service's ports"
NAME_A_PORT = "refused by a server, so packets arrive; no server listens on these ports"
_ANY_PORT = 80


class _Blame:
    """Finds the broken hop and the cause of lost packets, as far as the API shows them."""

    def __init__(self, consumer: ConsumerFacts, provider: ProviderFacts | None) -> None:
        self.consumer, self.provider = consumer, provider
        self.known = likely_cause(consumer, provider)

    def of(self, sight: Sight) -> Blame:
        """Return hop and cause if nothing of a port arrives."""
        zones = {item.address: f"{item.zone} ({item.zone_id})" for item in self.consumer.addresses}
        return Blame(self.known, (self.hop(sight, "backend"), self.cause(sight)), zones)

    def hop(self, sight: Sight, otherwise: Hop) -> Hop:
        if self.known:
            return self.known.hop
        return "dns" if sight.error else otherwise

    def cause(self, sight: Sight) -> str:
        if self.known:
            return self.known.cause
        if sight.error:
            return DNS_CAUSE
        if self.provider is None:
            return (
                "the consumer's side shows no fault; ask the service provider to check the load balancer's "
                "security group, its targets and its backends"
            )
        return (
            "the API shows no fault: check network ACLs, the probe's own security group, and whether the "
            "targets respond"
        )


DNS_CAUSE = (
    "the name does not resolve to the endpoint: check that the VPC uses AWS's resolver (DHCP options), and "
    "that no private hosted zone overrides the name; a change may take a minute"
)


def _addresses(name: _Name, sight: Sight) -> Check:
    expected = ", ".join(f"{item.address} in {item.subnet} ({item.zone})" for item in name.addresses)
    inside = all(is_in(item.address, (item.subnet,)) for item in name.addresses)
    return compared(
        f"{IDS['W10']}-{name.key}",
        "W10",
        f"{name.label} resolves to {expected or 'an address of the endpoint'}",
        ", ".join(sight.addresses) or sight.error,
        bool(expected) and inside and set(sight.addresses) == {item.address for item in name.addresses},
        "dns",
        DNS_CAUSE,
    )


def _texts(blame: _Blame, name: _Name, test: PortTest, sight: Sight) -> Check:
    provider = blame.provider
    texts = _reachable(blame.consumer, provider, name, test.port) if provider and provider.texts else 0
    check_id = f"{kept_id(test)}-{name.key}-{test.port}"
    return answers(check_id, "W11", name.label, test, sight, texts, blame.of(sight))


def _trace(blame: _Blame, sight: Sight) -> Check:
    consumer = blame.consumer
    own = {item.address for item in consumer.addresses}
    beyond = sorted(
        {
            hop
            for trace in sight.traces.values()
            for hop in trace.hops
            if hop != "*" and not is_in(hop, consumer.vpc_cidrs)
        }
    )
    ways = ", ".join(
        " → ".join((*trace.hops, address)) + ("" if trace.reached else " not reached")
        for address, trace in sight.traces.items()
    )
    ends = bool(sight.traces) and all(
        trace.reached and address in own for address, trace in sight.traces.items()
    )
    reached = {address for address, trace in sight.traces.items() if trace.reached}
    cause = blame.cause(sight)
    if blame.known is None and 0 < len(reached) < len(sight.traces):
        cause = one_sided(reached, sight.traces.keys() - reached, blame.of(sight).zones)
    observed = (ways or sight.error) + (f"; outside the VPC: {', '.join(beyond)}" if beyond else "")
    return compared(
        IDS["W12"],
        "W12",
        EXPECTED["W12"],
        observed,
        ends and not beyond,
        blame.hop(sight, "endpoint"),
        cause,
    )
