"""Command line: `python -m tools.benchmarks [PART…] [--runs N] [--json]`.

Exit codes: 0 all targets are met, 1 at least one is missed.
"""

import json
import sys
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from tools.benchmarks import command, data_plane, fast_start, local_aws, plans, review
from tools.benchmarks.measured import Measured, table_of_targets

# The width of the tables without a terminal.
LOG_WIDTH = 110


class Part(StrEnum):
    """A part of the measurements, in the order in which they run."""

    SYNTH = "synth"
    COMMAND = "command"
    LOCAL_AWS = "local-aws"
    DATA_PLANE = "data-plane"
    REVIEW = "review"
    PLANS = "plans"


MEASURE: dict[Part, Callable[[int, Console], Measured | None]] = {
    Part.SYNTH: fast_start.measured,
    Part.COMMAND: command.measured,
    Part.LOCAL_AWS: local_aws.measured,
    Part.DATA_PLANE: data_plane.measured,
    Part.REVIEW: review.measured,
    Part.PLANS: plans.measured,
}


def main(
    parts: Annotated[list[Part] | None, typer.Argument(help="What to measure; default: everything.")] = None,
    runs: Annotated[int, typer.Option(min=1, help="Number of runs; the results are medians.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")] = False,
) -> None:
    """Measure synth, commands, local AWS, data plane, reviews, plans. Exit code 1: a target is missed."""
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False)
    found = {part: MEASURE[part](runs, console) for part in Part if not parts or part in parts}
    all_measured = {part: measured for part, measured in found.items() if measured}
    targets = [target for measured in all_measured.values() for target in measured.targets]
    if as_json:
        print(json.dumps({part: measured.as_json() for part, measured in all_measured.items()}, indent=2))
    console.print(table_of_targets(targets, runs))
    for measured in all_measured.values():
        for table in measured.tables:
            console.print(table)
    raise typer.Exit(0 if all(target.met for target in targets) else 1)


if __name__ == "__main__":
    typer.run(main)
