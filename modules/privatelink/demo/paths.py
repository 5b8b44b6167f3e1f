"""The steps of the two paths: over the internet (W3, W4, W5), and through PrivateLink (W10, W11, W12)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from privatelink.demo.steps import EXPECTED, Report
from privatelink.demo.traffic import Traffic, first_test
from privatelink.terraform.stacks import Stack
from privatelink.verify.check import Check
from privatelink.verify.provider_facts import ProviderFacts
from privatelink.verify.sight import Sight


@dataclass
class Paths:
    """Observes both paths of a topology, and reports the results."""

    report: Report
    traffic: Traffic
    provider: Stack
    consumers: Sequence[Stack]
    _outside: Sight = field(init=False)
    _outside_allowed: bool = field(init=False)

    @property
    def internal(self) -> bool:
        """Whether the load balancer is internal, so that there is no path over the internet."""
        return bool(self.provider.resources("aws_lb")[0]["internal"])

    def observe_backends(self, facts: ProviderFacts) -> None:
        """Observe W2: instances, target health, and the responses to an internet host."""
        zones = [subnet["availability_zone"] for subnet in self.provider.resources("aws_subnet")]
        running = list(facts.backend_states.values()).count("running")
        observed = f"{running} running, in {', '.join(sorted(zones))}"
        holds = running == len(zones) == len(set(zones)) > 0
        if self.traffic.missing:
            observed += f"; responses are not shown: {self.traffic.missing}"
        else:
            states = sorted({target.state for target in facts.targets})
            observed += f"; target health: {', '.join(states)}"
            holds &= states == ["healthy"]
            if not self.internal:
                self._outside = self.traffic.from_outside(facts)
                self._outside_allowed = self.traffic.allows_outside(facts)
                if self._outside_allowed:
                    observed += f"; responses: {', '.join(self._outside.texts)}"
                    wanted = facts.reachable_texts(first_test(facts).port, facts.zone_ids)
                    holds &= len(self._outside.texts) == wanted
        self.report.observe("W2", EXPECTED["W2"], observed, holds)

    def observe_public(self) -> None:
        """Observe W3, W4 and W5, from an internet host and from each consumer's probe."""
        if self.internal:
            addresses = sorted(self.provider.outputs["load_balancer_addresses"].values())
            blocks = [subnet["cidr_block"] for subnet in self.provider.resources("aws_subnet")]
            self.report.observe(
                "W3",
                "internal load balancer: its addresses are private, in the provider's subnets",
                ", ".join(addresses),
                _one_in_each(addresses, blocks),
            )
            for step in ("W4", "W5"):
                self.report.skip(
                    step, EXPECTED[step], "the load balancer is internal", "not in this topology"
                )
            return
        given = list(self.provider.outputs["load_balancer_addresses"].values())
        found = self.provider.ec2.describe_addresses(PublicIps=given)["Addresses"]
        elastic = sorted(address["PublicIp"] for address in found)
        if self.traffic.missing:
            self._observe_addresses(elastic)
            self._without_packets("W4", "W5")
            return
        outside = self._outside
        if self._outside_allowed:
            answers = "from outside: " + "; ".join(filter(None, (", ".join(outside.texts), outside.failed)))
            answered_well = bool(outside.texts) and not outside.failed
        else:
            answers = "from outside, not allowed: " + (", ".join(outside.texts) or "no response")
            answered_well = not outside.texts
        self._observe_traffic(
            {consumer.consumer: self.traffic.public(consumer) for consumer in self.consumers},
            {
                "W3": (
                    f"Elastic IPs {', '.join(elastic)}; from outside: {', '.join(outside.addresses)}",
                    list(outside.addresses) == elastic,
                ),
                "W4": (answers, answered_well),
                "W5": ("", True),
            },
        )

    def observe_private(self) -> None:
        """Observe W10, W11 and W12, from each consumer's probe."""
        if not self.consumers:
            return
        if self.traffic.missing:
            for consumer in self.consumers:
                self._observe_names(consumer)
            self._without_packets("W11", "W12")
            return
        self._observe_traffic(
            {consumer.consumer: self.traffic.private(consumer) for consumer in self.consumers},
            dict.fromkeys(("W10", "W11", "W12"), ("", True)),
        )

    def _observe_addresses(self, elastic: list[str]) -> None:
        """Observe W3 as far as the AWS API shows it."""
        name = self.provider.resources("aws_lb")[0]["name"]
        balancer = self.provider.elbv2.describe_load_balancers(Names=[name])["LoadBalancers"][0]
        addresses = sorted(
            address["IpAddress"]
            for zone in balancer["AvailabilityZones"]
            for address in zone["LoadBalancerAddresses"]
        )
        self.report.observe(
            "W3",
            EXPECTED["W3"],
            f"Elastic IPs {', '.join(elastic)}; {name} has {', '.join(addresses)}; "
            f"DNS is not shown: {self.traffic.missing}",
            addresses == elastic,
        )

    def _observe_names(self, consumer: Stack) -> None:
        """Observe W10 as far as the AWS API shows it."""
        addresses, names = consumer.outputs["endpoint_addresses"], consumer.outputs["endpoint_dns_names"]
        chosen = consumer.resources("aws_vpc_endpoint")[0]["subnet_ids"]
        blocks = [item["cidr_block"] for item in consumer.resources("aws_subnet") if item["id"] in chosen]
        self.report.observe(
            "W10",
            EXPECTED["W10"],
            f"{names['regional']} and {len(names['zonal'])} zonal names; "
            + ", ".join(f"{address} in {zone}" for zone, address in addresses.items())
            + f"; DNS is not shown: {self.traffic.missing}",
            _one_in_each(addresses.values(), blocks)
            and bool(names["regional"])
            and all(names["zonal"].values()),
        )

    def _without_packets(self, *steps: str) -> None:
        for step in steps:
            self.report.skip(step, EXPECTED[step], f"needs a data plane: {self.traffic.missing}", "not shown")

    def _observe_traffic(
        self, found: Mapping[str, Sequence[Check]], also: Mapping[str, tuple[str, bool]]
    ) -> None:
        """Add each step to the report: other observations, then those from each consumer's probe."""
        for step, (seen, holds) in also.items():
            observed = [seen] if seen else []
            for consumer, checks in found.items():
                made = [check for check in checks if check.step == step]
                several = len(made) > 1
                seen_there = (
                    (f"{check.id.partition('-')[2]} " if several else "") + check.observed for check in made
                )
                observed.append(f"from {consumer}: {'; '.join(seen_there)}")
                holds &= not any(check.outcome == "fails" for check in made)
            unseen = all(
                check.outcome == "not checked"
                for checks in found.values()
                for check in checks
                if check.step == step
            )
            if not found and not seen:
                self.report.skip(step, EXPECTED[step], "no consumer in this topology", "not in this topology")
            elif unseen and not seen:
                self.report.skip(step, EXPECTED[step], "; ".join(observed), "not shown")
            else:
                self.report.observe(step, EXPECTED[step], "; ".join(observed), holds)


def _one_in_each(addresses: Iterable[str], blocks: Iterable[str]) -> bool:
    """Return whether there is exactly one address in each CIDR block."""
    found = [ip_address(address) for address in addresses]
    networks = [ip_network(block) for block in blocks]
    return len(found) == len(networks) and all(any(ip in net for ip in found) for net in networks)
