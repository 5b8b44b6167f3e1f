"""Checks of the path through the endpoint, from the consumer's VPC: W10, W11 and W12."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from privatelink.verify.check import Check, Hop, compared, not_checked
from privatelink.verify.consumer_facts import ConsumerFacts, EndpointAddress, is_in
from privatelink.verify.control_plane import likely_cause, ports
from privatelink.verify.provider_facts import ProviderFacts
from privatelink.verify.public_path import NO_PROBE
from privatelink.verify.sight import Job, Sight, Sights, enough

ZONAL_REQUESTS = 4
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
    found: list[Job] = []
    # The names are tested even if no port is known.
    for port in _tested(consumer, provider) or (80,):
        for name in _names(consumer):
            wanted = min(ZONAL_REQUESTS, requests) if name.zonal else requests
            texts = _reachable(consumer, provider, name, port)
            found.append(Job(name.name, port, enough(texts, wanted), trace=not found))
    return found


def evaluate(consumer: ConsumerFacts, provider: ProviderFacts | None, sights: Sights) -> list[Check]:
    """Compare the probe's observations with the expected ones; without a probe, nothing is checked."""
    if consumer.probe is None:
        return [not_checked(IDS[step], step, EXPECTED[step], NO_PROBE, HOP_OF[step]) for step in EXPECTED]
    seen = {(job.name, job.port): sight for job, sight in sights.items()}
    seen_ports = sorted({port for _, port in seen if (consumer.regional_name, port) in seen})
    tested = _tested(consumer, provider)
    names = list(_names(consumer))
    blame = _Blame(consumer, provider)
    return [
        *(_addresses(name, seen[name.name, seen_ports[0]]) for name in names),
        *(
            _texts(blame, name, port, seen[name.name, port])
            for port in seen_ports
            for name in names
            if port in tested
        ),
        *_without_requests(provider, tested),
        _trace(blame, seen[consumer.regional_name, seen_ports[0]]),
    ]


def _tested(consumer: ConsumerFacts, provider: ProviderFacts | None) -> tuple[int, ...]:
    """Return the ports that are tested with requests."""
    return provider.clear_ports if provider else ports(consumer, None)


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


class _Blame:
    """Finds the broken hop and the cause of lost packets, as far as the API shows them."""

    def __init__(self, consumer: ConsumerFacts, provider: ProviderFacts | None) -> None:
        self.consumer, self.provider = consumer, provider
        self.known = likely_cause(consumer, provider)

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
            "the API shows no fault: check network ACLs, the probe's own security group, and the backends' "
            "response to `GET /`"
        )


DNS_CAUSE = (
    "the name does not resolve to the endpoint: check that the VPC uses AWS's resolver (DHCP options), and "
    "that no private hosted zone overrides the name; a change may take a minute"
)


def _without_requests(provider: ProviderFacts | None, tested: Collection[int]) -> Iterator[Check]:
    if not tested:
        why = (
            "only TCP listeners can be tested with HTTP requests; all are TLS or UDP"
            if provider
            else "the endpoint's security group allows no single TCP port; ranges of ports are not tested"
        )
        yield not_checked(IDS["W11"], "W11", EXPECTED["W11"], why, "backend")


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


def _texts(blame: _Blame, name: _Name, port: int, sight: Sight) -> Check:
    if blame.provider is None or not blame.provider.texts:
        expected, all_seen = "a response", bool(sight.texts)
    else:
        count = _reachable(blame.consumer, blame.provider, name, port)
        expected = "1 text" if count == 1 else f"{count} different texts"
        all_seen = len(sight.texts) == count > 0
    return compared(
        f"{IDS['W11']}-{name.key}-{port}",
        "W11",
        f"{expected} through {name.label}, port {port}; no request fails",
        "; ".join(filter(None, (", ".join(sight.texts), sight.failed, sight.error))),
        all_seen and not sight.failed,
        blame.hop(sight, "backend"),
        blame.cause(sight),
    )


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
    observed = (ways or sight.error) + (f"; outside the VPC: {', '.join(beyond)}" if beyond else "")
    return compared(
        IDS["W12"],
        "W12",
        EXPECTED["W12"],
        observed,
        ends and not beyond,
        blame.hop(sight, "endpoint"),
        blame.cause(sight),
    )
