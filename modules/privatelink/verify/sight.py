"""What the probe saw: the program is sent to it once, and its answer is read."""

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from privatelink.terraform.stacks import Stack
from privatelink.verify import probe, run_command
from privatelink.verify.consumer_facts import Probe
from privatelink.verify.errors import CouldNotCheckError

MISSED = 2e-6
"""How probable it may be that a text which is there is not seen."""
PROGRAM = Path(probe.__file__).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Job:
    """A name to look at, on one port."""

    name: str
    port: int
    requests: int
    trace: bool = False


def enough(texts: int, at_least: int) -> int:
    """How many requests show each of so many texts, but for once in half a million looks.

    A load balancer hashes each connection, so that each goes to any of its targets:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/introduction.html#network-load-balancer-overview
    """
    if texts < 2:
        return at_least
    return max(at_least, math.ceil(math.log(MISSED / texts) / math.log(1 - 1 / texts)))


@dataclass(frozen=True)
class Trace:
    """The routers on the way, `*` for those that stay silent, and whether the end answered."""

    hops: tuple[str, ...]
    reached: bool


@dataclass(frozen=True)
class Sight:
    """What was seen of one name."""

    addresses: tuple[str, ...]
    error: str
    answers: Mapping[str, Mapping[str, int]]
    """By address, how often it answered with which text."""
    failures: Mapping[str, Mapping[str, int]]
    traces: Mapping[str, Trace]

    @property
    def texts(self) -> list[str]:
        """The different texts, sorted."""
        return sorted({text for texts in self.answers.values() for text in texts})

    @property
    def failed(self) -> str:
        """Which addresses failed how often and how; empty when none did."""
        return ", ".join(
            f"{address} {kind}" + (f" ({times} times)" if times > 1 else "")
            for address, kinds in self.failures.items()
            for kind, times in kinds.items()
        )


Sights = Mapping[Job, Sight]


def look(stack: Stack, instance: Probe, jobs: Sequence[Job]) -> Sights:
    """Have the probe look at every name; raises `CouldNotCheckError` where it cannot."""
    arguments = shlex.quote(json.dumps([vars(job) for job in jobs]))
    script = f"python3 - {arguments} <<'PROBE'\n{PROGRAM}PROBE\n"
    ssm = cast(run_command.Ssm, stack.client("ssm"))
    output = run_command.run(ssm, instance.instance_id, script)
    try:
        return read_sights(output, jobs)
    except (ValueError, KeyError, TypeError) as error:
        raise CouldNotCheckError(
            f"the probe {instance.instance_id} answered what cannot be read: {output[:200]!r}"
        ) from error


def read_sights(output: str, jobs: Sequence[Job]) -> Sights:
    """What the program printed about its jobs; raises ValueError, KeyError or TypeError for anything else."""
    answers = probe.decode(output)
    return {job: _sight(answer) for job, answer in zip(jobs, answers, strict=True)}


def _sight(answer: probe.Seen) -> Sight:
    return Sight(
        addresses=tuple(answer["addresses"]),
        error=answer["error"],
        answers=answer["answers"],
        failures=answer["failures"],
        traces={
            address: Trace(tuple(trace["hops"]), trace["reached"])
            for address, trace in answer["traces"].items()
        },
    )
