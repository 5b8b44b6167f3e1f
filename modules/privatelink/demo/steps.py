"""The steps of the walkthrough, and what was observed of each."""

from dataclasses import asdict, dataclass, field
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

Outcome = Literal["holds", "fails", "not shown", "not in this topology"]
_STYLE: dict[Outcome, str] = {
    "holds": "green",
    "fails": "bold red",
    "not shown": "yellow",
    "not in this topology": "dim",
}

EXPECTED = {
    "W1": "provider VPC, subnets in its zones, route table; internet gateway unless internal",
    "W2": "one instance in each zone, each with its own text",
    "W3": "the load balancer's name resolves to exactly the Elastic IPs given at its creation",
    "W4": "curl from outside and from the other VPC answers every backend's text",
    "W5": "a trace from the other VPC leaves through the internet gateway",
    "W8": "the pending connection is listed, accepted, and becomes available",
    "W9": "without acceptance an endpoint is available at once",
    "W10": "the endpoint's names resolve to one private address in each chosen subnet of the consumer",
    "W11": "curl of the endpoint's names answers every backend's text",
    "W12": "a trace of the endpoint's name ends at the endpoint, in the consumer's own subnet",
    "W13": "the same from W6 on with an internal load balancer",
}


@dataclass(frozen=True)
class Step:
    """One step: what should be observable, and what was."""

    id: str
    expected: str
    observed: str
    outcome: Outcome

    def line(self) -> Text:
        """The step as one line."""
        return Text.assemble(
            (f"{self.id:<4}", "bold"), (f"{self.outcome}  ", _STYLE[self.outcome]), self.observed
        )


@dataclass
class Report:
    """The steps observed so far, each shown on the console as it comes."""

    console: Console
    steps: list[Step] = field(default_factory=list)

    def observe(self, step_id: str, expected: str, observed: str, holds: bool) -> None:
        """Note a step whose expectation was compared with what is there."""
        self._add(Step(step_id, expected, observed, "holds" if holds else "fails"))

    def skip(self, step_id: str, expected: str, why: str, outcome: Outcome) -> None:
        """Note a step that was not observed, and why."""
        self._add(Step(step_id, expected, why, outcome))

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        self.console.print(step.line())

    @property
    def failed(self) -> list[Step]:
        """The steps that did not hold."""
        return [step for step in self.steps if step.outcome == "fails"]

    def table(self) -> Table:
        """All steps, in the order of the walkthrough."""
        table = Table(title="The walkthrough, step by step", title_justify="left", expand=False)
        for heading in ("step", "expected", "observed", "outcome"):
            table.add_column(heading, overflow="fold")
        for step in sorted(self.steps, key=lambda step: int(step.id.removeprefix("W"))):
            outcome = Text(step.outcome, _STYLE[step.outcome])
            table.add_row(step.id, Text(step.expected), Text(step.observed), outcome)
        return table

    def as_json(self) -> list[dict[str, str]]:
        """The steps for machines."""
        return [asdict(step) for step in self.steps]
