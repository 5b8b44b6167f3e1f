"""The steps of the walkthrough, and what was observed at each."""

from dataclasses import asdict, dataclass, field
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from privatelink.escapes import console_line

Outcome = Literal["holds", "fails", "not shown", "not in this topology"]
_STYLE: dict[Outcome, str] = {
    "holds": "green",
    "fails": "bold red",
    "not shown": "yellow",
    "not in this topology": "dim",
}

EXPECTED = {
    "W1": "provider VPC with subnets in its zones, route table, and internet gateway (unless internal)",
    "W2": "one instance in each zone, each with its own text",
    "W3": "the load balancer's DNS name resolves to exactly its Elastic IPs",
    "W4": "requests from outside and from the other VPC return the texts of all backends",
    "W5": "the route from the other VPC leads through the internet gateway",
    "W8": "the pending connection is listed, accepted, and becomes available",
    "W9": "without acceptance, an endpoint is available at once",
    "W10": "the endpoint's DNS names resolve to one private address in each chosen subnet of the consumer",
    "W11": "requests to the endpoint's DNS names return the texts of all backends",
    "W12": "the route to the endpoint ends at the endpoint, in the consumer's own subnet",
    "W13": "the same results for W6 and later with an internal load balancer",
}


@dataclass(frozen=True)
class Step:
    """One step: the expected and the observed result."""

    id: str
    expected: str
    observed: str
    outcome: Outcome

    def line(self) -> Text:
        """Return the step as one line."""
        return Text.assemble(
            (f"{self.id:<4}", "bold"),
            (f"{self.outcome}  ", _STYLE[self.outcome]),
            console_line(self.observed),
        )


@dataclass
class Report:
    """The steps observed so far; each is printed when it is added."""

    console: Console
    steps: list[Step] = field(default_factory=list)

    def observe(self, step_id: str, expected: str, observed: str, holds: bool) -> None:
        """Add a step that was observed, and whether the result is the expected one."""
        self._add(Step(step_id, expected, observed, "holds" if holds else "fails"))

    def skip(self, step_id: str, expected: str, why: str, outcome: Outcome) -> None:
        """Add a step that was not observed, with the reason."""
        self._add(Step(step_id, expected, why, outcome))

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        self.console.print(step.line())

    @property
    def failed(self) -> list[Step]:
        """The steps whose result was not the expected one."""
        return [step for step in self.steps if step.outcome == "fails"]

    def table(self) -> Table:
        """Return a table of all steps, in the order of the walkthrough."""
        table = Table(title="The walkthrough, step by step", title_justify="left", expand=False)
        for heading in ("step", "expected", "observed", "outcome"):
            table.add_column(heading, overflow="fold")
        for step in sorted(self.steps, key=lambda step: int(step.id.removeprefix("W"))):
            outcome = Text(step.outcome, _STYLE[step.outcome])
            table.add_row(step.id, Text(step.expected), Text(console_line(step.observed)), outcome)
        return table

    def as_json(self) -> list[dict[str, str]]:
        """Return the steps as JSON."""
        return [asdict(step) for step in self.steps]
