"""This machine as the probe: for a machine in the consumer's VPC, such as a runner of a CI system."""

import json
import os
import socket
import sys
from collections.abc import Sequence
from ipaddress import IPv4Address
from pathlib import Path

from privatelink.terraform.process import Interruption, run
from privatelink.terraform.stacks import Stack
from privatelink.verify import probe
from privatelink.verify.consumer_facts import ConsumerFacts, Probe, read_probe_with_address
from privatelink.verify.errors import CouldNotCheckError
from privatelink.verify.run_command import EXECUTION_SECONDS
from privatelink.verify.sight import Job, Sights, read_sights

_RESOLVER = 2
"""Number of the resolver's address in the first CIDR block of a VPC.

https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
"""
_ANY_PORT = 53


class Here:
    """Runs the program of the probe on this machine, without Systems Manager.

    Arguments:
        interruption: ends the program.
    """

    def __init__(self, interruption: Interruption | None = None) -> None:
        self._interruption = interruption or Interruption()

    def probe(self, stack: Stack, consumer: ConsumerFacts) -> Probe:
        """Return this machine as the AWS API describes it: its network interface in the consumer's VPC.

        Raises:
            CouldNotCheckError: it is not in the VPC, or it does not run Linux.
        """
        if sys.platform != "linux":
            raise CouldNotCheckError(
                f"--from-here needs Linux, and this is {sys.platform}; set probe: true for the consumer"
            )
        address = _address_towards(consumer.vpc_cidrs[0][_RESOLVER], consumer.vpc_id)
        return read_probe_with_address(stack.ec2, consumer.vpc_id, address)

    def look(self, jobs: Sequence[Job]) -> Sights:
        """Run the program, for all jobs.

        Raises:
            CouldNotCheckError: the program fails, or takes too long.
        """
        lines: list[str] = []
        ended = run(
            [sys.executable, "-I", probe.__file__, json.dumps([job.as_json() for job in jobs])],
            Path(probe.__file__).parent,
            os.environ,
            lines.append,
            interruption=self._interruption,
            seconds=EXECUTION_SECONDS,
        )
        if ended.exit_code < 0:
            raise CouldNotCheckError(
                f"the program did not end within {EXECUTION_SECONDS} s on this machine; use fewer --requests"
            )
        try:
            return read_sights("\n".join(lines), jobs)
        except ValueError as error:
            raise CouldNotCheckError(
                f"the output of the program on this machine cannot be read: {ended.stderr[-500:]!r}"
            ) from error


def _address_towards(resolver: IPv4Address, vpc_id: str) -> IPv4Address:
    """Return the address of this machine from which it reaches the VPC; no packet is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect((str(resolver), _ANY_PORT))
            return IPv4Address(asked.getsockname()[0])
    except OSError as error:
        raise CouldNotCheckError(
            f"--from-here: this machine has no route to {vpc_id} ({error}); run it on a machine in this VPC"
        ) from error
