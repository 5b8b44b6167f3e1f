"""The start time of the command: `--help`, and `check` of a topology."""

import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from rich.console import Console

from tools.benchmarks.fast_start import PROJECT
from tools.benchmarks.measured import Measured, Target, saying

HELP_SECONDS, CHECK_SECONDS = 0.3, 0.4
COMMANDS = {"privatelink --help": ["--help"], "privatelink check": ["check", str(PROJECT / "topology.yaml")]}
# More runs than the other benchmarks, since other load on the machine has a larger effect on short runs.
RUNS_EACH = 5


@dataclass(frozen=True)
class Start:
    """The median time of a command."""

    command: str
    seconds: float


def measured(runs: int, console: Console) -> Measured:
    """Measure the start of the commands."""
    starts = measure(runs, console)
    return Measured([asdict(start) for start in starts], tuple(targets(starts)))


def measure(runs: int, console: Console) -> list[Start]:
    """Measure the commands in turn."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with saying(console, "start of the command"):
        for number in range(runs * RUNS_EACH + 1):
            for name, arguments in COMMANDS.items():
                began = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "privatelink", *arguments],
                    stdout=subprocess.DEVNULL,
                    env=os.environ | {"COLUMNS": "100"},
                    check=True,
                )
                if number:  # the first fills caches
                    taken[name].append(time.perf_counter() - began)
    return [Start(name, statistics.median(seconds)) for name, seconds in taken.items()]


def targets(starts: list[Start]) -> list[Target]:
    """Return the times with their targets."""
    most = dict(zip(COMMANDS, (HELP_SECONDS, CHECK_SECONDS), strict=True))
    return [
        Target(
            each.command,
            f"{each.seconds:.2f} s",
            f"≤ {most[each.command]} s",
            each.seconds <= most[each.command],
        )
        for each in starts
    ]
