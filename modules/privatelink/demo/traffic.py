"""What packets show: seen from a host of the internet, and from the consumers' probes."""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from rich.table import Table
from rich.text import Text

from privatelink.sandbox.outside import ADDRESS as OUTSIDE
from privatelink.sandbox.process import Sandbox
from privatelink.terraform.stacks import Stack
from privatelink.verify import private_path, public_path
from privatelink.verify.check import Check
from privatelink.verify.consumer import read_facts
from privatelink.verify.consumer_facts import ConsumerFacts
from privatelink.verify.provider_facts import ProviderFacts, read_provider
from privatelink.verify.sight import PROGRAM, Job, Sight, Sights, look, read_sights

REQUESTS = 20
HEALTHY_SECONDS = 90.0
OUTSIDE_SECONDS = 60.0


@dataclass
class Traffic:
    """Looks at the paths of a walkthrough, where packets flow at all."""

    sandbox: Sandbox
    provider: Stack
    missing: str | None = field(init=False)
    """Why no packets flow; None when they do."""
    public_sight: Sight | None = field(init=False, default=None)
    private_sight: Sight | None = field(init=False, default=None)
    """What the first probe saw of the load balancer's name, and of its endpoint's."""
    _names: tuple[str, str] = field(init=False, default=("", ""))

    def __post_init__(self) -> None:
        self.missing = self.sandbox.data_plane_missing

    def wait_until_healthy(self) -> ProviderFacts:
        """Wait until the load balancer has found its targets healthy, or long enough; what there is then."""
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
    def admits_outside(provider: ProviderFacts) -> bool:
        """Whether the load balancer's rules admit the host outside; none at all admit everyone."""
        host = IPv4Network(OUTSIDE)
        return not provider.group_ids or any(
            rule.allows(host, (), provider.ports[0]) for rule in provider.rules
        )

    def from_outside(self, provider: ProviderFacts) -> Sight:
        """How the load balancer's name looks from a host of the internet: the operator's own machine."""
        job = Job(provider.dns_name, provider.ports[0], REQUESTS, trace=True)
        command = ["python3", "-c", PROGRAM, json.dumps([vars(job)])]
        answer = self.sandbox.run_outside(command, OUTSIDE_SECONDS)
        if answer.code:
            return Sight((), f"the host outside could not look: {answer.stderr.strip()}", {}, {}, {})
        return read_sights(answer.stdout, [job])[job]

    def public(self, consumer: Stack) -> list[Check]:
        """W3, W4 and W5 as a consumer's probe sees them."""
        facts, provider = read_facts(consumer, self.provider)
        sights = self._look(consumer, facts, public_path.jobs(facts, provider, REQUESTS))
        if provider and sights and self.public_sight is None:
            self.public_sight = next(iter(sights.values()))
        return public_path.evaluate(facts, provider, sights)

    def private(self, consumer: Stack, requests: int = REQUESTS) -> list[Check]:
        """W10, W11 and W12 as a consumer's probe sees them."""
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
        """The two paths from the first probe, in one table; None where it saw only one."""
        if self.public_sight is None or self.private_sight is None:
            return None
        table = Table(
            "", "over the internet", "through PrivateLink", title="The two paths", title_justify="left"
        )
        sights = (self.public_sight, self.private_sight)
        table.add_row("name", *(Text(name, overflow="fold") for name in self._names))
        table.add_row("resolves to", *("\n".join(sight.addresses) for sight in sights))
        table.add_row("answers", *("\n".join(sight.texts) for sight in sights))
        table.add_row("the way", *("\n\n".join(map(str, _ways(sight))) for sight in sights))
        return table


def _ways(sight: Sight) -> list[str]:
    return [
        "\n".join(f"{number} {hop}" for number, hop in enumerate((*trace.hops, address), 1))
        for address, trace in sight.traces.items()
    ]
