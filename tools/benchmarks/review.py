"""Time and memory of the review of large plans."""

import json
import multiprocessing
import os
import re
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tools.benchmarks.fast_start import PROJECT
from tools.benchmarks.measured import Measured, Target, saying

SIZES = (1_000, 2_500, 5_000, 10_000)
SECONDS = 1.0
MEGABYTES = 121
# Measured once: such a plan has 300 MB.
LARGEST, LARGEST_SECONDS, LARGEST_MEGABYTES = 100_000, 10.0, 500
# 1 for linear growth, plus a margin for a busy machine.
GROWTH = 1.5
PLAN = PROJECT / "tests" / "data" / "plans" / "listener-port-changed.json"


@dataclass(frozen=True)
class Figure:
    """One run."""

    resources: int
    plan_megabytes: float
    seconds: float
    megabytes: float


def large_plan(resources: int) -> dict[str, Any]:
    """Return copies of a committed plan in one plan: each copy has its own IDs and its own module."""
    kept = json.loads(PLAN.read_text(encoding="utf-8"))
    one = json.dumps(kept["resource_changes"])
    changes: list[Any] = []
    number = 0
    while len(changes) < resources:
        # The unique parts of IDs and ARNs: 17 or 16 hexadecimal digits.
        copy = json.loads(re.sub(r"(?<=[-/])(?=[0-9a-f]{16,17}\b)", f"{number:05x}", one))
        for change in copy:
            module = f"module.copy[{number}]"
            change["module_address"] = ".".join(filter(None, (module, change.get("module_address"))))
            change["address"] = f"{module}.{change['address']}"
        changes += copy
        number += 1
    configuration = {
        "root_module": {"module_calls": {"copy": {"module": kept["configuration"]["root_module"]}}}
    }
    changes = changes[:resources]
    # The values are repeated, as in a complete plan.
    values = {"root_module": {"resources": [change["change"].get("after") for change in changes]}}
    return kept | {"configuration": configuration, "resource_changes": changes, "planned_values": values}


def write_large_plan(resources: int, path: Path) -> None:
    """Write a large plan as `terraform show -json` does."""
    path.write_text(json.dumps(large_plan(resources)), encoding="utf-8")


def run(plan: Path) -> tuple[float, float]:
    """Return the seconds and megabytes of one run of the command."""
    began = time.perf_counter()
    pid = os.posix_spawn(
        sys.executable,
        [
            sys.executable,
            "-m",
            "privatelink",
            "review",
            str(plan),
            "--markdown",
            str(plan.with_suffix(".md")),
        ],
        os.environ | {"PYTHONPATH": str(PROJECT)},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"the review of {plan} failed")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return time.perf_counter() - began, kilobytes / 1024


def measured(runs: int, console: Console) -> Measured:
    """Measure the reviews."""
    figures = measure(runs, console)
    return Measured([asdict(figure) for figure in figures], tuple(targets(figures)), (table(figures),))


def measure(runs: int, console: Console) -> list[Figure]:
    """Return the medians for each size, measured in turn, and one run of the largest."""
    with tempfile.TemporaryDirectory() as scratch:
        plans = {size: Path(scratch, f"{size}.json") for size in (*SIZES, LARGEST)}
        for size, path in plans.items():
            # In a separate process: the memory of this process would count for the reviews that it starts.
            writes = multiprocessing.get_context("spawn").Process(target=write_large_plan, args=(size, path))
            writes.start()
            writes.join()
        taken: dict[int, list[tuple[float, float]]] = {size: [] for size in plans}
        with saying(console, f"reviews of plans of up to {LARGEST} resources"):
            taken[LARGEST].append(run(plans[LARGEST]))
            for _ in range(runs):
                for size in SIZES:
                    taken[size].append(run(plans[size]))
        return [
            Figure(
                size,
                plans[size].stat().st_size / 2**20,
                statistics.median(seconds for seconds, _ in taken[size]),
                statistics.median(megabytes for _, megabytes in taken[size]),
            )
            for size in plans
        ]


def targets(figures: list[Figure]) -> list[Target]:
    """Return the results with their targets."""
    least, *_, half, most, largest = figures
    # With linear growth, each additional resource takes the same time, apart from the start.
    slope = (most.seconds - half.seconds) / (half.seconds - least.seconds)
    sizes = (most.resources - half.resources) / (half.resources - least.resources)
    return [
        Target(
            f"review of {most.resources} resources",
            f"{most.seconds:.2f} s",
            f"≤ {SECONDS} s",
            most.seconds <= SECONDS,
        ),
        Target(
            "its memory",
            f"{most.megabytes:.0f} MB",
            f"≤ {MEGABYTES} MB",
            most.megabytes <= MEGABYTES,
        ),
        Target(
            f"review of {largest.resources} resources",
            f"{largest.seconds:.1f} s",
            f"≤ {LARGEST_SECONDS:.0f} s",
            largest.seconds <= LARGEST_SECONDS,
        ),
        Target(
            "its memory",
            f"{largest.megabytes:.0f} MB",
            f"≤ {LARGEST_MEGABYTES} MB",
            largest.megabytes <= LARGEST_MEGABYTES,
        ),
        Target(
            "an additional resource, second half compared with the first",
            f"{slope / sizes:.2f} times",
            f"≤ {GROWTH} times",
            slope / sizes <= GROWTH,
        ),
    ]


def table(figures: list[Figure]) -> Table:
    """Return the table of all sizes."""
    made = Table("resources", "plan", "seconds", "memory", title="Review", title_justify="left")
    for row in figures:
        made.add_row(
            str(row.resources),
            f"{row.plan_megabytes:.0f} MB",
            f"{row.seconds:.2f}",
            f"{row.megabytes:.0f} MB",
        )
    return made
