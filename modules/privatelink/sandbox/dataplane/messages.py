"""What the sandbox and its data plane tell each other."""

from dataclasses import dataclass

from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.world import World


@dataclass(frozen=True)
class Apply:
    """Make the world so."""

    number: int
    world: World


@dataclass(frozen=True)
class Applied:
    """It is so, or it went wrong."""

    number: int
    error: str | None


@dataclass(frozen=True)
class Run:
    """Run a command in a machine."""

    number: int
    machine_id: str
    command: list[str]
    seconds: float
    text: str = ""


@dataclass(frozen=True)
class Ran:
    """How it ended; None when there is no such machine."""

    number: int
    outcome: Outcome | None


@dataclass(frozen=True)
class HealthChanged:
    """By node, target group and target: whether it is healthy."""

    states: dict[tuple[str, str, str], bool]
