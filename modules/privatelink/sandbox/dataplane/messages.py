"""The messages between the sandbox and the process of its data plane."""

from dataclasses import dataclass

from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.world import World


@dataclass(frozen=True)
class Apply:
    """Apply a desired state."""

    number: int
    world: World


@dataclass(frozen=True)
class Applied:
    """A desired state was applied, or failed."""

    number: int
    error: str | None


@dataclass(frozen=True)
class Run:
    """Run a command on a machine."""

    number: int
    machine_id: str
    command: list[str]
    seconds: float
    text: str = ""
    needs: tuple[str, ...] = ()
    """The names of AWS's services that the machine must reach; otherwise there is no result."""


@dataclass(frozen=True)
class Ran:
    """The result of a command; None if the machine does not exist, or does not reach the services."""

    number: int
    outcome: Outcome | None


@dataclass(frozen=True)
class HealthChanged:
    """Whether each target is healthy, by node, target group and target."""

    states: dict[tuple[str, str, str], bool]
