"""The fast start compared with the stock bindings, under cdktf and its fork cdktn, and growth.

All results are from complete runs of `python main.py`; memory is that of the largest process, of Python and
the Node processes that it starts.
"""

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from rich.console import Console
from rich.table import Table

from tools.benchmarks.measured import Measured, Target, saying

PROJECT = Path(__file__).resolve().parents[2]
CONSUMERS = (1, 10, 100, 300)

WARM_SECONDS, WARM_MEGABYTES, TIMES_FASTER, FIRST_SECONDS, RESOURCE_MILLISECONDS = 1.2, 160, 20, 10, 3
TIMES_IMPORT = 1.2
LARGEST_SECONDS = 1.5
TIMES_FASTER_FORK = 5
STOCK, FORK = {"PRIVATELINK_STOCK_BINDINGS": "1"}, {"PRIVATELINK_FRAMEWORK": "cdktn"}


@dataclass(frozen=True)
class Run:
    """One run of main.py, or of another program."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Growth:
    """The time of a run by the size of the topology."""

    consumers: int
    resources: int
    seconds: float
    milliseconds_per_resource: float


def synth(topology: Path, out_dir: Path, **environment: str) -> Run:
    """Run main.py once, and wait for all processes that it starts."""
    variables = (
        os.environ
        | {"PRIVATELINK_FRAMEWORK": "cdktf", "PRIVATELINK_STOCK_BINDINGS": "0"}
        | {"PRIVATELINK_TOPOLOGY": str(topology), "CDKTF_OUTDIR": str(out_dir)}
        | environment
    )
    return python([str(PROJECT / "main.py")], variables)


def import_framework() -> Run:
    """Only import cdktf: the minimum of a synth in Python."""
    return python(["-c", "import cdktf"], dict(os.environ))


def python(arguments: list[str], variables: dict[str, str]) -> Run:
    """Run Python once, and wait for all processes that it starts."""
    began = time.perf_counter()
    pid = os.posix_spawn(sys.executable, [sys.executable, *arguments], variables)
    # The maximum of the process and its descendants: Python waits for jsii's Node, and Node for its child.
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"python {' '.join(arguments)} failed")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Run(seconds, kilobytes / 1024)


def median(runs: list[Run]) -> Run:
    """Return the medians of time and memory."""
    return Run(statistics.median(r.seconds for r in runs), statistics.median(r.megabytes for r in runs))


def with_consumers(count: int) -> str:
    """Return the walkthrough's topology with a number of consumers."""
    topology = yaml.safe_load((PROJECT / "topology.yaml").read_text(encoding="utf-8"))
    consumer = topology["consumers"]["client"]
    topology["consumers"] = {f"client-{number:03}": consumer for number in range(count)}
    # As JSON: PyYAML would write the consumers as aliases of the first one.
    return json.dumps(topology)


def count_resources(out_dir: Path) -> int:
    """Return the number of resources and data sources in the generated JSON."""
    total = 0
    for path in out_dir.glob("stacks/*/cdk.tf.json"):
        stack = json.loads(path.read_text(encoding="utf-8"))
        total += sum(len(named) for kind in ("resource", "data") for named in stack.get(kind, {}).values())
    return total


def measured(runs: int, console: Console) -> Measured:
    """Measure the fast start and the growth."""
    figures, growth = measure(runs, console)
    values = {name: asdict(run) for name, run in figures.items()}
    return Measured(
        {"runs": values, "growth": [asdict(row) for row in growth]},
        tuple(targets(figures, growth)),
        tuple(tables(figures, growth)),
    )


def measure(runs: int, console: Console) -> tuple[dict[str, Run], list[Growth]]:
    """Measure all ways in turn."""
    with tempfile.TemporaryDirectory() as scratch:
        walkthrough = PROJECT / "topology.yaml"
        topologies = {}
        for count in CONSUMERS:
            topologies[count] = Path(scratch, f"{count}.yaml")
            topologies[count].write_text(with_consumers(count), encoding="utf-8")
        out = {name: Path(scratch, f"out-{name}") for name in ("warm", *CONSUMERS)}

        with saying(console, "first run, with an empty jsii cache"):
            cache = Path(scratch, "cache")
            cache.mkdir(mode=0o700)
            first = synth(walkthrough, out["warm"], JSII_RUNTIME_PACKAGE_CACHE_ROOT=str(cache))
        # Once before measuring, so that the caches of Python and jsii are warm.
        ways = {"warm": {}, "stock": STOCK, "fork": FORK, "fork stock": FORK | STOCK}
        for way in ways.values():
            synth(walkthrough, out["warm"], **way)
        with saying(console, "all examples once, to find the largest"):
            largest = largest_of(sorted((PROJECT / "examples").glob("*.yaml")), Path(scratch, "out-example"))
        # In turn, so that other load on the machine affects all.
        taken: dict[str | int, list[Run]] = defaultdict(list)
        for number in range(1, runs + 1):
            with saying(console, f"round {number} of {runs}"):
                taken["import"].append(import_framework())
                for name, way in ways.items():
                    taken[name].append(synth(walkthrough, out["warm"], **way))
                taken["largest"].append(synth(largest, Path(scratch, "out-example")))
                for count in CONSUMERS:
                    taken[count].append(synth(topologies[count], out[count]))

        figures = {name: median(taken[name]) for name in (*ways, "import", "largest")} | {"first": first}
        growth: list[Growth] = []
        for count in CONSUMERS:
            seconds, resources = median(taken[count]).seconds, count_resources(out[count])
            before = growth[0] if growth else Growth(0, 0, 0.0, 0.0)
            # Above one consumer, the time per additional resource, without the start.
            each = (seconds - before.seconds) * 1000 / (resources - before.resources)
            growth.append(Growth(count, resources, seconds, each))
        return figures, growth


def largest_of(topologies: list[Path], out_dir: Path) -> Path:
    """Return the topology with the most resources."""
    counted: dict[Path, int] = {}
    for topology in topologies:
        synth(topology, out_dir)
        counted[topology] = count_resources(out_dir)
        shutil.rmtree(out_dir)
    return max(counted, key=lambda topology: counted[topology])


def targets(figures: dict[str, Run], growth: list[Growth]) -> list[Target]:
    """Return the results with their targets."""
    warm, stock, first = figures["warm"], figures["stock"], figures["first"]
    fork, fork_stock = figures["fork"], figures["fork stock"]
    imported = figures["import"]
    ratio, fork_ratio = stock.seconds / warm.seconds, fork_stock.seconds / fork.seconds
    dearest = max(row.milliseconds_per_resource for row in growth[1:])
    return [
        Target("warm synth", f"{warm.seconds:.2f} s", f"≤ {WARM_SECONDS} s", warm.seconds <= WARM_SECONDS),
        Target(
            f"warm synth compared with `import cdktf` ({imported.seconds:.2f} s)",
            f"{warm.seconds / imported.seconds:.2f} times",
            f"≤ {TIMES_IMPORT} times",
            warm.seconds <= TIMES_IMPORT * imported.seconds,
        ),
        Target(
            "warm synth of the largest example",
            f"{figures['largest'].seconds:.2f} s",
            f"≤ {LARGEST_SECONDS} s",
            figures["largest"].seconds <= LARGEST_SECONDS,
        ),
        Target(
            "largest process",
            f"{warm.megabytes:.0f} MB",
            f"≤ {WARM_MEGABYTES} MB",
            warm.megabytes <= WARM_MEGABYTES,
        ),
        Target(
            f"faster than stock ({stock.seconds:.1f} s, {stock.megabytes:.0f} MB)",
            f"{ratio:.1f} times",
            f"≥ {TIMES_FASTER} times",
            ratio >= TIMES_FASTER,
        ),
        Target(
            "under cdktn, faster than stock cdktn",
            f"{fork_ratio:.1f} times",
            f"≥ {TIMES_FASTER_FORK} times",
            fork_ratio >= TIMES_FASTER_FORK,
        ),
        Target("first run", f"{first.seconds:.1f} s", f"≤ {FIRST_SECONDS} s", first.seconds <= FIRST_SECONDS),
        Target(
            "each additional resource",
            f"{dearest:.2f} ms",
            f"≤ {RESOURCE_MILLISECONDS} ms",
            dearest <= RESOURCE_MILLISECONDS,
        ),
    ]


def tables(figures: dict[str, Run], growth: list[Growth]) -> Iterator[Table]:
    """Yield the tables: both frameworks, and growth."""
    made = Table("warm synth under", "fast start", "stock bindings", title="Frameworks", title_justify="left")
    for framework, fast, stock in (("cdktf", "warm", "stock"), ("cdktn", "fork", "fork stock")):
        each = (f"{figures[way].seconds:.2f} s, {figures[way].megabytes:.0f} MB" for way in (fast, stock))
        made.add_row(framework, *each)
    yield made
    made = Table("consumers", "resources", "seconds", "ms each", title="Growth", title_justify="left")
    for row in growth:
        made.add_row(
            str(row.consumers),
            str(row.resources),
            f"{row.seconds:.2f}",
            f"{row.milliseconds_per_resource:.2f}",
        )
    yield made
