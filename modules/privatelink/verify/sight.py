"""Runs the program on the probe, and reads its observations."""

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import cast

import msgspec

from privatelink.terraform.stacks import Stack
from privatelink.verify import probe, run_command
from privatelink.verify.attempts import Attempt
from privatelink.verify.consumer_facts import Probe
from privatelink.verify.errors import CouldNotCheckError

MISSED = 2e-6
"""Maximum probability that an existing text is not seen."""
_DAY_SECONDS = 24 * 60 * 60
HTTP = Attempt("http")
PROGRAM = Path(probe.__file__).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Job:
    """A name to test, on one port.

    Arguments:
        name: the DNS name.
        port: the port.
        requests: how often it is tested, divided among the name's addresses.
        trace: whether the route is traced.
        attempt: how it is tested.
    """

    name: str
    port: int
    requests: int
    trace: bool = False
    attempt: Attempt = HTTP

    def as_json(self) -> dict[str, object]:
        """Return the job as the probe reads it."""
        return vars(self) | {"attempt": self.attempt.as_json()}


def enough(texts: int, at_least: int) -> int:
    """Return the number of requests that show all texts, except once in half a million runs.

    A load balancer hashes each connection, so that it goes to a random target:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html#network-load-balancer-overview
    """
    if texts < 2:
        return at_least
    return max(at_least, math.ceil(math.log(MISSED / texts) / math.log(1 - 1 / texts)))


@dataclass(frozen=True)
class Trace:
    """The routers on the route, `*` for those that do not answer, and whether the end answered."""

    hops: tuple[str, ...]
    reached: bool


@dataclass(frozen=True)
class Certificate:
    """A certificate of the server, and of the TLS connection."""

    names: tuple[str, ...]
    issuer: str
    days_until_start: float
    days_left: float
    untrusted: str
    """Why the probe does not trust its chain; empty if it does."""
    version: str
    alpn: str


@dataclass(frozen=True)
class Sight:
    """The observations of one name."""

    addresses: tuple[str, ...]
    error: str
    answers: Mapping[str, Mapping[str, int]]
    """Number of responses by address and text."""
    failures: Mapping[str, Mapping[str, int]]
    traces: Mapping[str, Trace]
    certificates: Mapping[str, tuple[Certificate, ...]] = field(default_factory=dict)

    @property
    def texts(self) -> list[str]:
        """The different texts, sorted."""
        return sorted({text for texts in self.answers.values() for text in texts})

    @property
    def failed(self) -> str:
        """The failures of each address, as text; empty if there are none."""
        return ", ".join(
            f"{address} {kind}" + (f" ({times} times)" if times > 1 else "")
            for address, kinds in self.failures.items()
            for kind, times in kinds.items()
        )


Sights = Mapping[Job, Sight]


def look(stack: Stack, instance: Probe, jobs: Sequence[Job]) -> Sights:
    """Run the program on the probe, for all jobs.

    Raises:
        CouldNotCheckError: the program cannot run, or its output cannot be read.
    """
    arguments = shlex.quote(json.dumps([job.as_json() for job in jobs]))
    script = f"python3 - {arguments} <<'PROBE'\n{PROGRAM}PROBE\n"
    ssm = cast(run_command.Ssm, stack.client("ssm"))
    output = run_command.run(ssm, instance.instance_id, script)
    try:
        return read_sights(output, jobs)
    except ValueError as error:
        raise CouldNotCheckError(
            f"the output of the probe {instance.instance_id} cannot be read: {output[:200]!r}"
        ) from error


def read_sights(output: str, jobs: Sequence[Job]) -> Sights:
    """Read the output of the program; raises ValueError if it is malformed.

    The program runs on a machine of the consumer, whose answers may be of another version, or of anyone.
    """
    try:
        answers = msgspec.convert(probe.decode(output), list[probe.Seen])
    except (msgspec.ValidationError, RecursionError) as error:
        raise ValueError(str(error)) from error
    return {job: _sight(answer) for job, answer in zip(jobs, answers, strict=True)}


def _sight(answer: probe.Seen) -> Sight:
    hops = {hop for trace in answer["traces"].values() for hop in trace["hops"]} - {probe.SILENT}
    for address in (*answer["addresses"], *answer["traces"], *hops):
        ip_address(address)
    return Sight(
        addresses=tuple(answer["addresses"]),
        error=answer["error"],
        answers=answer["answers"],
        failures=answer["failures"],
        traces={
            address: Trace(tuple(trace["hops"]), trace["reached"])
            for address, trace in answer["traces"].items()
        },
        certificates={
            address: tuple(map(_certificate, certificates))
            for address, certificates in answer["certificates"].items()
        },
    )


def _certificate(answer: probe.Certificate) -> Certificate:
    return Certificate(
        names=tuple(answer["names"]),
        issuer=answer["issuer"],
        days_until_start=answer["starts"] / _DAY_SECONDS,
        days_left=answer["ends"] / _DAY_SECONDS,
        untrusted=answer["untrusted"],
        version=answer["version"],
        alpn=answer["alpn"],
    )
