"""Requests through an interface endpoint and a load balancer of the sandbox, beside a direct cable."""

import json
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.dataplane.availability import unshare_command
from privatelink.sandbox.process import running_sandbox
from tests.support.dataplane_fixtures import (
    Consumer,
    Lab,
    Service,
    accept,
    build_consumer,
    build_service,
    tcp,
)
from tests.support.sandbox_fixtures import Account
from tools.benchmarks.fast_start import PROJECT, Target, saying
from tools.benchmarks.veth import LOAD

REQUESTS, ROUNDS, CONSUMERS, MEGABYTES = 10_000, 5, 20, 256
ACCEPT_SECONDS, SHUT_SECONDS = 2, 1
WATCH = Path(__file__).with_name("watch.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Load:
    """How a path answered."""

    requests: int
    lost: int
    per_second: float
    median_ms: float
    p99_ms: float
    megabytes_per_second: float = 0.0


@dataclass(frozen=True)
class Figures:
    """What was measured; of the rounds the median."""

    veth: Load
    endpoint: Load
    at_once: Load
    accept_seconds: float
    """From the call that accepts to the first answer, the longest of some."""
    shut_seconds: float
    """From the call that closes a security group to the first attempt in vain, the longest of some."""


def measure(console: Console) -> Figures | None:
    """Measure, or say why there is nothing to measure."""
    if missing := why_not():
        console.print(f"the data plane is not measured: {missing}")
        return None
    with running_sandbox(data_plane=True) as sandbox:
        provider = Lab(Account(sandbox, "111111111111"))
        service = build_service(provider)
        lab = Lab(Account(sandbox, "222222222222"))
        with saying(console, f"{CONSUMERS} consumers of one service"):
            consumers = [build_consumer(lab, service) for _ in range(CONSUMERS)]
            service.wait_healthy()
        with saying(console, "how soon an acceptance and a closed security group take effect"):
            accepting = max(
                seconds_until(each, "answers", _accept(service, each)) for each in consumers[:ROUNDS]
            )
            accept(service, *consumers[ROUNDS:])
            shutting = max(seconds_until(each, "shut", _shut(each)) for each in consumers[-ROUNDS:])
            for each in consumers[-ROUNDS:]:
                _open(each)
            sandbox.settle()
        each = REQUESTS // ROUNDS
        veth, endpoint = [], []
        # In turn, so that a machine that is busy for a while slows both alike.
        for number in range(1, ROUNDS + 1):
            with saying(
                console, f"round {number} of {ROUNDS}: {each} requests by cable, then by the endpoint"
            ):
                veth.append(by_cable(each))
                endpoint.append(by_endpoint(consumers[0], each, MEGABYTES))
        with (
            saying(console, f"{CONSUMERS} consumers at once, {REQUESTS} requests together"),
            ThreadPoolExecutor(CONSUMERS) as pool,
        ):
            at_once = list(pool.map(lambda one: by_endpoint(one, REQUESTS // CONSUMERS, 0), consumers))
    return Figures(_median(veth), _median(endpoint), _together(at_once), accepting, shutting)


def seconds_until(consumer: Consumer, state: str, change: Callable[[], object]) -> float:
    """From a change through the API until the consumer's probe sees its effect."""
    command = shlex.join(["python3", "-c", WATCH, consumer.names[1], state])
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(consumer.probe.run, command)
        # Until the probe is at it; it says when it began, so that a late one is not taken for a fast effect.
        time.sleep(1.5)
        changed = time.time()
        change()
        began, seen = (float(line) for line in watching.result().splitlines())
    if began > changed:
        raise SystemExit("the probe began to watch too late: the machine is too busy to measure")
    return seen - changed


def _accept(service: Service, consumer: Consumer) -> Callable[[], object]:
    return lambda: accept(service, consumer)


def _rules(consumer: Consumer) -> dict[str, Any]:
    block = consumer.lab.account.ec2.describe_vpcs(VpcIds=[consumer.vpc.id])["Vpcs"][0]["CidrBlock"]
    return {"GroupId": consumer.endpoint_group, "IpPermissions": [tcp(80, cidr=block)]}


def _shut(consumer: Consumer) -> Callable[[], object]:
    rules = _rules(consumer)
    return lambda: consumer.lab.account.ec2.revoke_security_group_ingress(**rules)


def _open(consumer: Consumer) -> None:
    consumer.lab.account.ec2.authorize_security_group_ingress(**_rules(consumer))


def by_endpoint(consumer: Consumer, requests: int, megabytes: int) -> Load:
    """Ask from the consumer's probe, by the name of the endpoint in the first zone."""
    arguments = [consumer.names[1], str(requests), str(megabytes)]
    printed = consumer.probe.run(shlex.join(["python3", "-c", LOAD, *arguments]))
    return Load(**json.loads(printed))


def by_cable(requests: int) -> Load:
    """Ask over one cable between two namespaces."""
    command = [sys.executable, "-m", "tools.benchmarks.veth", str(requests), str(MEGABYTES)]
    run = subprocess.run(
        [*unshare_command(), *command], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise SystemExit(f"the direct cable could not be measured: {run.stderr.strip()}")
    return Load(**json.loads(run.stdout))


def _median(loads: list[Load]) -> Load:
    def median(name: str) -> float:
        return statistics.median(getattr(load, name) for load in loads)

    return Load(
        sum(load.requests for load in loads),
        sum(load.lost for load in loads),
        *(median(name) for name in ("per_second", "median_ms", "p99_ms", "megabytes_per_second")),
    )


def _together(loads: list[Load]) -> Load:
    return Load(
        sum(load.requests for load in loads),
        sum(load.lost for load in loads),
        sum(load.per_second for load in loads),
        statistics.median(load.median_ms for load in loads),
        max(load.p99_ms for load in loads),
    )


def targets(figures: Figures) -> Iterator[Target]:
    """The figures beside what they have to be."""
    lost = figures.endpoint.lost + figures.at_once.lost
    asked = figures.endpoint.requests + figures.at_once.requests
    yield Target(f"lost of {asked:,} requests", str(lost), "0", lost == 0)
    for what, seconds, most in (
        ("accepted → first answer", figures.accept_seconds, ACCEPT_SECONDS),
        ("security group closed → no answer", figures.shut_seconds, SHUT_SECONDS),
    ):
        yield Target(f"{what}, longest of {ROUNDS}", f"{seconds:.2f} s", f"≤ {most} s", seconds <= most)


def table(figures: Figures) -> Table:
    """The figures side by side."""
    title = f"Data plane (medians of {ROUNDS} rounds; each request a connection of its own)"
    made = Table(
        "path",
        "requests",
        "lost",
        "per second",
        "median",
        "99 %",
        "one answer",
        title=title,
        title_justify="left",
    )
    veth, endpoint = figures.veth, figures.endpoint
    for name, load in (("direct veth", veth), ("endpoint and balancer", endpoint)):
        made.add_row(*_row(name, load), f"{load.megabytes_per_second:.0f} MB/s")
    made.add_row(
        "ratio",
        "",
        "",
        f"{endpoint.per_second / veth.per_second:.2f}",
        f"{endpoint.median_ms / veth.median_ms:.2f}",
        f"{endpoint.p99_ms / veth.p99_ms:.2f}",
        f"{endpoint.megabytes_per_second / veth.megabytes_per_second:.2f}",
    )
    made.add_row(*_row(f"{CONSUMERS} consumers at once", figures.at_once), "")
    return made


def _row(name: str, load: Load) -> list[str]:
    return [
        name,
        f"{load.requests:,}",
        str(load.lost),
        f"{load.per_second:.0f}",
        f"{load.median_ms:.2f} ms",
        f"{load.p99_ms:.2f} ms",
    ]
