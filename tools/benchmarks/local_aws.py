"""The local AWS: pages of 5,000 items, parallel clients, memory after resets, CPU time of its start."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.process import Sandbox, read_sandbox, running_sandbox
from tools.benchmarks.fast_start import PROJECT
from tools.benchmarks.local_aws_pages import EARLY, ITEMS, PAGES, RESETS, SIZES
from tools.benchmarks.measured import Measured, Target, saying

PAGE_MILLISECONDS, OF_MOTO = 20, 0.05
CLIENTS, REQUESTS = 200, 2_000
MORE_MEMORY = 1.05
WITHOUT, WITH = "without a data plane", "with the process of the data plane"
START_SECONDS = {WITHOUT: 2.0, WITH: 3.0}
VPC_ENDPOINTS = "DescribeVpcEndpoints"


@dataclass(frozen=True)
class Figures:
    """The results."""

    pages: dict[str, list[float]]
    """Milliseconds of CPU of a page of each size, by the action."""
    of_moto: float
    """Milliseconds of CPU of the largest page of endpoints with moto's own serializer."""
    megabytes: dict[str, float]
    """The peak memory, by the number of resets."""
    errors: int
    """The failed requests of the parallel clients."""
    start_seconds: dict[str, float]
    """CPU time until the first answer of EC2, without and with a data plane."""


def measured(_runs: int, console: Console) -> Measured:
    """Measure once, and return the results."""
    figures = measure(console)
    return Measured(asdict(figures), tuple(targets(figures)), (table(figures),))


def measure(console: Console) -> Figures:
    """Measure once; CPU time is the minimum of several runs."""
    with saying(console, f"{RESETS} resets of the local AWS, and pages of {ITEMS} items"):
        command = [sys.executable, "-m", "tools.benchmarks.local_aws_pages"]
        printed = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True).stdout
    with saying(console, f"{CLIENTS} clients of the local AWS"), running_sandbox() as sandbox:
        errors = in_parallel(sandbox)
    with saying(console, "start of the local AWS"):
        starts = {WITHOUT: start_seconds("--no-data-plane")}
        if not why_not():
            starts[WITH] = start_seconds("--data-plane")
    return Figures(errors=errors, start_seconds=starts, **json.loads(printed))


def ask(sandbox: Sandbox) -> bool:
    """Send a request, and return whether it succeeds."""
    scope = f"{sandbox.key.id}/20260101/us-east-1/ec2/aws4_request"
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
    request = urllib.request.Request(sandbox.url, b"Action=DescribeVpcs&Version=2016-11-15", headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return b"<vpcId>" in answer.read()
    except urllib.error.URLError:
        return False


def in_parallel(sandbox: Sandbox) -> int:
    """Return the number of failed requests of all clients."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(not succeeded for succeeded in pool.map(ask, [sandbox] * REQUESTS))


def start_seconds(option: str) -> float:
    """Return the CPU time of a sandbox until it has answered once, and of all processes that it starts."""
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "privatelink", "sandbox", "--port", "0", option]
    redirected = [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    pid = os.posix_spawn(sys.executable, command, os.environ, file_actions=redirected)
    os.close(writing)
    with os.fdopen(reading) as lines:
        sandbox = read_sandbox(lines, pid)
        if sandbox is None or not ask(sandbox):
            raise SystemExit("the local AWS did not start")
        os.kill(pid, 15)
    _, _, usage = os.wait4(pid, 0)
    return usage.ru_utime + usage.ru_stime


def targets(figures: Figures) -> Iterator[Target]:
    """Yield the results with their targets."""
    endpoints = figures.pages[VPC_ENDPOINTS]
    for size, taken in zip(SIZES, endpoints, strict=True):
        what = f"{VPC_ENDPOINTS}, CPU of a page of {size:,} of {ITEMS:,}"
        yield Target(what, f"{taken:.0f} ms", f"≤ {PAGE_MILLISECONDS} ms", taken <= PAGE_MILLISECONDS)
    share = endpoints[-1] / figures.of_moto
    yield Target("the last compared with moto's", f"{share:.0%}", f"≤ {OF_MOTO:.0%}", share <= OF_MOTO)
    what = f"errors of {CLIENTS} clients of the local AWS, {REQUESTS:,} requests"
    yield Target(what, str(figures.errors), "0", figures.errors == 0)
    early, late = figures.megabytes[str(EARLY)], figures.megabytes[str(RESETS)]
    growth = late / early
    what = f"memory after {RESETS:,} resets, compared with {EARLY}"
    yield Target(what, f"{growth:.2f} times", f"≤ {MORE_MEMORY} times", growth <= MORE_MEMORY)
    for how, seconds in figures.start_seconds.items():
        what = f"CPU of the start of the local AWS {how}"
        most = START_SECONDS[how]
        yield Target(what, f"{seconds:.1f} s", f"≤ {most:.0f} s", seconds <= most)


def table(figures: Figures) -> Table:
    """Return the table of all pages."""
    title = f"Pages of {ITEMS:,} items of the local AWS (CPU)"
    made = Table("action", *(f"{size:,}" for size in SIZES), title=title, title_justify="left")
    for action in PAGES:
        made.add_row(action, *(f"{taken:.0f} ms" for taken in figures.pages[action]))
    made.add_row(f"{VPC_ENDPOINTS}, moto's", *[""] * (len(SIZES) - 1), f"{figures.of_moto:.0f} ms")
    return made
