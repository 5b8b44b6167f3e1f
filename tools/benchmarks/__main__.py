"""Command line: `python -m tools.benchmarks [--runs N] [--json]`.

Exit codes: 0 all targets are met, 1 at least one is missed.
"""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from tools.benchmarks import command, data_plane, fast_start, plans, review

# The width of the tables without a terminal.
LOG_WIDTH = 110


def main(
    runs: Annotated[int, typer.Option(min=1, help="Number of runs; the results are medians.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")] = False,
) -> None:
    """Measure fast start, growth, commands, plans, reviews, data plane. Exit code 1: a target is missed."""
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False)
    figures, growth = fast_start.measure(runs, console)
    starts = command.measure(runs, console)
    packets = data_plane.measure(console)
    reviews = review.measure(runs, console)
    planned = plans.measure(console)
    targets = fast_start.targets(figures, growth) + command.targets(starts)
    targets += review.targets(reviews) + plans.targets(planned)
    if packets:
        targets += data_plane.targets(packets)
    if as_json:
        everything = {
            "figures": {name: asdict(run) for name, run in figures.items()},
            "growth": [asdict(row) for row in growth],
            "command": [asdict(start) for start in starts],
            "review": [asdict(row) for row in reviews],
            "plans": asdict(planned),
            "data_plane": asdict(packets) if packets else None,
            "targets": [asdict(target) for target in targets],
        }
        print(json.dumps(everything, indent=2))
    for table in fast_start.tables(targets, figures, growth, runs):
        console.print(table)
    console.print(review.table(reviews))
    console.print(plans.table(planned))
    if packets:
        console.print(data_plane.table(packets))
    raise typer.Exit(0 if all(target.met for target in targets) else 1)


if __name__ == "__main__":
    typer.run(main)
