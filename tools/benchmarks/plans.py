"""`privatelink plan` of all stacks, compared with a loop of `terraform init` and `terraform plan`.

One provider and twenty consumers are applied on the sandbox; then the test instance of each consumer is
removed, so that each plan has changes. Both ways start like a CI job, without initialized directories and
without caches. CPU time is that of all processes.
"""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from privatelink.sandbox.process import running_sandbox
from privatelink.terraform.environment import DEFAULT_WORK_DIR, terraform_environment
from privatelink.terraform.plan import PLAN_NAME
from privatelink.terraform.shared_provider import LOCK_FILE, Sharing, shared_provider
from privatelink.terraform.stacks import Stack, read_stacks
from tools.benchmarks.fast_start import synth, with_consumers
from tools.benchmarks.measured import Measured, Target, saying

CONSUMERS = 20
JOBS = 8
CPU_SHARE, WALL_SHARE = 1 / 4, 1 / 3
OF_THE_LOOP, OF_THE_COMMAND = "loop.tfplan", PLAN_NAME


@dataclass(frozen=True)
class Cost:
    """The time of one way to plan."""

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Figures:
    """The results of both ways, and whether their plans are equal."""

    stacks: int
    changes: int
    loop: Cost
    command: Cost
    differ: list[str]
    """The stacks whose plans differ."""


def run(command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> tuple[int, float]:
    """Run a command; return its exit code, and its CPU seconds including child processes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = subprocess.run(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ran.returncode, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loop(stacks: Sequence[Stack]) -> Cost:
    """Initialize and plan one stack after another."""
    began, cpu = time.perf_counter(), 0.0
    for stack in stacks:
        for arguments in (["init"], ["plan", f"-out={OF_THE_LOOP}"]):
            command = [stack.root.binary, *arguments, "-input=false"]
            code, taken = run(command, stack.root.directory, stack.root.environment)
            if code:
                raise SystemExit(f"terraform {arguments[0]} failed in {stack.root.directory}")
            cpu += taken
    return Cost(time.perf_counter() - began, cpu)


def in_one_go(work_dir: Path, out_dir: Path, environment: Mapping[str, str]) -> Cost:
    """Plan all stacks with one command."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "privatelink", "plan", "--out", str(out_dir)]
    code, cpu = run(command, work_dir, environment)
    if code not in (0, 1):  # 1: findings for destroyed resources
        raise SystemExit(f"`privatelink plan` ended with exit code {code}")
    return Cost(time.perf_counter() - began, cpu)


def apply(stacks: Sequence[Stack], work_dir: Path) -> None:
    """Apply all stacks, and refresh the outputs that AWS changes after the apply."""
    provider, *consumers = stacks
    with shared_provider(stacks, work_dir) as sharing, ThreadPoolExecutor(JOBS) as threads:

        def one(stack: Stack) -> None:
            root = stack.root.using(sharing.environment_of(stack))
            root.init()
            root.apply()

        one(provider)
        list(threads.map(one, consumers))
        list(threads.map(lambda stack: refresh(stack, sharing), stacks))


def refresh(stack: Stack, sharing: Sharing) -> None:
    """Refresh a state."""
    stack.root.using(sharing.environment_of(stack)).apply_refresh_only()


def forget(stacks: Sequence[Stack], work_dir: Path) -> None:
    """Delete the files of `terraform init`."""
    shutil.rmtree(work_dir / DEFAULT_WORK_DIR, ignore_errors=True)
    for stack in stacks:
        shutil.rmtree(stack.root.directory / ".terraform", ignore_errors=True)
        (stack.root.directory / LOCK_FILE).unlink(missing_ok=True)


def compare(stacks: Sequence[Stack], work_dir: Path) -> tuple[int, list[str]]:
    """Return the number of changed resources, and the stacks whose plans differ."""
    changes, differ = 0, []
    with shared_provider(stacks, work_dir) as sharing:
        for stack in stacks:
            root = stack.root.using(sharing.environment_of(stack))
            one, other = (
                _changes(root.show_plan(stack.root.directory / name))
                for name in (OF_THE_LOOP, OF_THE_COMMAND)
            )
            changes += sum(each["change"]["actions"] != ["no-op"] for each in one["resource_changes"])
            if one != other:
                differ.append(stack.name)
    return changes, differ


def _changes(plan: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plan.get(key) for key in ("resource_changes", "output_changes")}


def measured(runs: int, console: Console) -> Measured:
    """Measure the plans of many stacks."""
    del runs  # one run plans 21 stacks in both ways
    figures = measure(console)
    return Measured(asdict(figures), tuple(targets(figures)), (table(figures),))


def measure(console: Console) -> Figures:
    """Measure both ways once: the loop takes minutes."""
    with tempfile.TemporaryDirectory() as scratch, running_sandbox() as sandbox:
        folder, out = Path(scratch), Path(scratch, "out")
        # In another directory than the deleted one: it has the CLI configuration with the mirror.
        environment = terraform_environment(folder / "environment", sandbox.client_environment)
        topology = json.loads(with_consumers(CONSUMERS))
        path = folder / "topology.yaml"
        path.write_text(json.dumps(topology), encoding="utf-8")
        synth(path, out)
        with saying(console, f"apply of {CONSUMERS} consumers on the local AWS"):
            apply(read_stacks(out, environment), folder / "apply")
        for consumer in topology["consumers"].values():
            consumer["probe"] = False
        path.write_text(json.dumps(topology), encoding="utf-8")
        synth(path, out)
        stacks = read_stacks(out, environment)
        with saying(console, f"plans of {len(stacks)} stacks: in a loop, then with one command"):
            forget(stacks, folder)
            # Once before measuring, so that the 700 MB of the provider are in the page cache for both.
            run([stacks[0].root.binary, "init", "-input=false"], stacks[0].root.directory, environment)
            forget(stacks, folder)
            one_after_another = loop(stacks)
            forget(stacks, folder)
            command = in_one_go(folder, out, environment)
            changes, differ = compare(stacks, folder / "apply")
        return Figures(len(stacks), changes, one_after_another, command, differ)


def targets(figures: Figures) -> list[Target]:
    """Return the results with their targets."""
    cpu = figures.command.cpu_seconds / figures.loop.cpu_seconds
    wall = figures.command.seconds / figures.loop.seconds
    return [
        Target(
            f"plans of {figures.stacks} stacks, CPU compared with the loop",
            f"{cpu:.0%}",
            f"≤ {CPU_SHARE:.0%}",
            cpu <= CPU_SHARE,
        ),
        Target("their time", f"{wall:.0%}", f"≤ {WALL_SHARE:.0%}", wall <= WALL_SHARE),
        Target(
            f"stacks with a different plan ({figures.changes} changes in total)",
            str(len(figures.differ)),
            "0, of changes",
            not figures.differ and figures.changes > 0,
        ),
    ]


def table(figures: Figures) -> Table:
    """Return the table of both ways."""
    made = Table("way", "seconds", "CPU seconds", title="Plans", title_justify="left")
    for way, cost in (("terraform init && plan", figures.loop), ("privatelink plan", figures.command)):
        made.add_row(way, f"{cost.seconds:.1f}", f"{cost.cpu_seconds:.1f}")
    return made
