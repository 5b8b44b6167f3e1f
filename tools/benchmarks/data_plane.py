"""Requests through an interface endpoint and a load balancer of the sandbox, compared with a veth pair."""

import json
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
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
from tools.benchmarks.fast_start import PROJECT
from tools.benchmarks.measured import Measured, Target, saying
from tools.benchmarks.veth import LOAD

REQUESTS, ROUNDS, CONSUMERS, MEGABYTES = 10_000, 5, 20, 256
ACCEPT_SECONDS, SHUT_SECONDS = 2, 1
WATCH = Path(__file__).with_name("watch.py").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Load:
    """The results of a path."""

    requests: int
    lost: int
    per_second: float
    median_ms: float
    p99_ms: float
    megabytes_per_second: float = 0.0


@dataclass(frozen=True)
class Figures:
    """The results; medians of all rounds."""

    veth: Load
    endpoint: Load
    at_once: Load
    accept_seconds: float
    """From the acceptance of a connection to the first response; the maximum."""
    shut_seconds: float
    """From the removal of a security group rule to the first failed request; the maximum."""


def measured(runs: int, console: Console) -> Measured | None:
    """Measure the data plane, if this machine has one."""
    del runs  # the requests of a round are many
    figures = measure(console)
    return figures and Measured(asdict(figures), tuple(targets(figures)), (table(figures),))


def measure(console: Console) -> Figures | None:
    """Measure, or print why there is no data plane."""
    if missing := why_not():
        console.print(f"data plane not measured: {missing}")
        return None
    with running_sandbox(data_plane=True) as sandbox:
        provider = Lab(Account(sandbox, "111111111111"))
        service = build_service(provider)
        lab = Lab(Account(sandbox, "222222222222"))
        with saying(console, f"{CONSUMERS} consumers of one service"):
            consumers = [build_consumer(lab, service) for _ in range(CONSUMERS)]
            service.wait_healthy()
        with saying(console, "delay of an acceptance and of a security group change"):
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
        # In turn, so that other load on the machine affects both.
        for number in range(1, ROUNDS + 1):
            with saying(
                console, f"round {number} of {ROUNDS}: {each} requests by veth pair, then by endpoint"
            ):
                veth.append(by_cable(each))
                endpoint.append(by_endpoint(consumers[0], each, MEGABYTES))
        with (
            saying(console, f"{CONSUMERS} consumers in parallel, {REQUESTS} requests in total"),
            ThreadPoolExecutor(CONSUMERS) as pool,
        ):
            at_once = list(pool.map(lambda one: by_endpoint(one, REQUESTS // CONSUMERS, 0), consumers))
    return Figures(_median(veth), _median(endpoint), _together(at_once), accepting, shutting)


def seconds_until(consumer: Consumer, state: str, change: Callable[[], object]) -> float:
    """Return the time from a change through the API until the consumer's probe sees its effect."""
    command = shlex.join(["python3", "-c", WATCH, consumer.names[1], state])
    # The first command waits until the probe reaches Systems Manager.
    consumer.probe.run("true")
    with ThreadPoolExecutor(1) as pool:
        watching = pool.submit(consumer.probe.run, command)
        # Until the probe has started; it prints its start time, so that a late start is detected.
        time.sleep(1.5)
        changed = time.time()
        change()
        began, seen = (float(line) for line in watching.result().splitlines())
    if began > changed:
        raise SystemExit("the probe started too late: the machine is too busy to measure")
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
    """Send requests from the consumer's probe to the zonal DNS name of the endpoint in the first zone."""
    arguments = [consumer.names[1], str(requests), str(megabytes)]
    printed = consumer.probe.run(shlex.join(["python3", "-c", LOAD, *arguments]))
    return Load(**json.loads(printed))


def by_cable(requests: int) -> Load:
    """Send requests over one veth pair between two namespaces."""
    command = [sys.executable, "-m", "tools.benchmarks.veth", str(requests), str(MEGABYTES)]
    run = subprocess.run(
        [*unshare_command(), *command], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise SystemExit(f"the veth pair could not be measured: {run.stderr.strip()}")
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
    """Yield the results with their targets."""
    lost = figures.endpoint.lost + figures.at_once.lost
    asked = figures.endpoint.requests + figures.at_once.requests
    yield Target(f"lost of {asked:,} requests", str(lost), "0", lost == 0)
    for what, seconds, most in (
        ("acceptance → first response", figures.accept_seconds, ACCEPT_SECONDS),
        ("security group closed → no response", figures.shut_seconds, SHUT_SECONDS),
    ):
        yield Target(f"{what}, maximum of {ROUNDS}", f"{seconds:.2f} s", f"≤ {most} s", seconds <= most)


def table(figures: Figures) -> Table:
    """Return the table of the results."""
    title = f"Data plane (medians of {ROUNDS} rounds; one connection per request)"
    made = Table(
        "path",
        "requests",
        "lost",
        "per second",
        "median",
        "99 %",
        "large response",
        title=title,
        title_justify="left",
    )
    veth, endpoint = figures.veth, figures.endpoint
    for name, load in (("direct veth", veth), ("endpoint and load balancer", endpoint)):
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
    made.add_row(*_row(f"{CONSUMERS} consumers in parallel", figures.at_once), "")
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
