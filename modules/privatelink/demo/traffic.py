"""Sends traffic over both paths: from an internet host, and from the consumers' probes."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from rich.table import Table
from rich.text import Text

from privatelink.escapes import console_line
from privatelink.sandbox.outside import ADDRESS as OUTSIDE
from privatelink.sandbox.process import Sandbox
from privatelink.terraform.stacks import Stack
from privatelink.verify import private_path, public_path
from privatelink.verify.attempts import PortTest, listener_tests
from privatelink.verify.check import Check
from privatelink.verify.consumer import read_facts
from privatelink.verify.consumer_facts import ConsumerFacts
from privatelink.verify.provider_facts import ProviderFacts, read_provider
from privatelink.verify.sight import HTTP, PROGRAM, Job, Sight, Sights, look, read_sights

REQUESTS = 20
HEALTHY_SECONDS = 90.0
OUTSIDE_SECONDS = 60.0


@dataclass
class Traffic:
    """Tests the paths of a walkthrough, if there is a data plane."""

    sandbox: Sandbox
    provider: Stack
    missing: str | None = field(init=False)
    """Why there is no data plane; None if there is one."""
    public_sight: Sight | None = field(init=False, default=None)
    private_sight: Sight | None = field(init=False, default=None)
    """Observations of the first probe: of the load balancer's name, and of the endpoint's name."""
    _names: tuple[str, str] = field(init=False, default=("", ""))

    def __post_init__(self) -> None:
        self.missing = self.sandbox.data_plane_missing

    def wait_until_healthy(self) -> ProviderFacts:
        """Wait until all targets are healthy, or the time is over, and return the provider's side."""
        if not self.missing:
            self.sandbox.settle()
        deadline = time.monotonic() + (0 if self.missing else HEALTHY_SECONDS)
        while True:
            facts = read_provider(self.provider)
            assert facts is not None  # noqa: S101 - for the type checker: the stack is applied
            healthy = all(target.state == "healthy" for target in facts.targets)
            if (healthy and facts.targets) or time.monotonic() >= deadline:
                return facts
            time.sleep(0.3)

    @staticmethod
    def allows_outside(provider: ProviderFacts) -> bool:
        """Return whether the load balancer allows the internet host; without a group it allows all."""
        host = IPv4Network(OUTSIDE)
        test = first_test(provider)
        return not provider.group_ids or any(
            rule.allows(host, (), test.port, test.ip_protocol) for rule in provider.rules
        )

    def from_outside(self, provider: ProviderFacts) -> Sight:
        """Test the load balancer's name from the simulated internet host."""
        test = first_test(provider)
        job = Job(provider.dns_name, test.port, REQUESTS, trace=True, attempt=test.attempt or HTTP)
        command = ["python3", "-c", PROGRAM, json.dumps([job.as_json()])]
        answer = self.sandbox.run_outside(command, OUTSIDE_SECONDS)
        if answer.code:
            return Sight((), f"the internet host failed: {answer.stderr.strip()}", {}, {}, {})
        return read_sights(answer.stdout, [job])[job]

    def public(self, consumer: Stack) -> list[Check]:
        """Check W3, W4 and W5 from a consumer's probe."""
        facts, provider = read_facts(consumer, self.provider)
        sights = self._look(consumer, facts, public_path.jobs(facts, provider, REQUESTS))
        if provider and sights and self.public_sight is None:
            self.public_sight = next(iter(sights.values()))
        return public_path.evaluate(facts, provider, sights)

    def private(self, consumer: Stack, requests: int = REQUESTS) -> list[Check]:
        """Check W10, W11 and W12 from a consumer's probe."""
        facts, provider = read_facts(consumer, self.provider)
        sights = self._look(consumer, facts, private_path.jobs(facts, provider, requests))
        if provider and sights and (self.private_sight is None or not self.private_sight.texts):
            self._names = (provider.dns_name, facts.regional_name)
            self.private_sight = next(iter(sights.values()))
        return private_path.evaluate(facts, provider, sights)

    @staticmethod
    def _look(consumer: Stack, facts: ConsumerFacts, jobs: Sequence[Job]) -> Sights:
        return look(consumer, facts.probe, jobs) if facts.probe and jobs else {}

    def side_by_side(self) -> Table | None:
        """Return a table that compares the two paths, from the first probe; None if it tested only one."""
        if self.public_sight is None or self.private_sight is None:
            return None
        table = Table(
            "", "over the internet", "through PrivateLink", title="The two paths", title_justify="left"
        )
        sights = (self.public_sight, self.private_sight)
        table.add_row("name", *(Text(name, overflow="fold") for name in self._names))
        table.add_row("resolves to", *(_lines(sight.addresses) for sight in sights))
        table.add_row("responses", *(_lines(sight.texts) for sight in sights))
        table.add_row("route", *("\n\n".join(map(str, _ways(sight))) for sight in sights))
        return table


def _lines(texts: Iterable[str]) -> Text:
    return Text("\n".join(map(console_line, texts)))


def first_test(provider: ProviderFacts) -> PortTest:
    """Return how the first port is tested, which is a TCP port if there is one."""
    return min(listener_tests(provider), key=lambda test: (test.ip_protocol, test.port))


def _ways(sight: Sight) -> list[str]:
    return [
        "\n".join(f"{number} {hop}" for number, hop in enumerate((*trace.hops, address), 1))
        for address, trace in sight.traces.items()
    ]
