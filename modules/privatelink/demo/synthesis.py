"""Generates the Terraform of a topology, and refuses topologies that the demo cannot run."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console

from privatelink.errors import UserError
from privatelink.terraform.progress import progress
from privatelink.terraform.stacks import read_stacks

TOPOLOGIES = Path(__file__).with_name("topologies")
"""The walkthrough and its variants."""
OUT = "cdktf.out"
"""Folder of the generated Terraform, in the folder of a demo."""
SHOWN: Mapping[str, Sequence[str]] = {
    "provider": ("aws_vpc", "aws_lb", "aws_instance"),
    "consumer": ("aws_vpc",),
}
"""Resource types that the stacks of a side must create."""
MAIN_ENDPOINT = "endpoint"
"""Terraform's name of the endpoint of the field `endpoint`."""


class SynthError(UserError):
    """`privatelink synth` refused the topology; the message is its own."""


class NotShownError(UserError):
    """The demo cannot run this topology."""


def synthesize(topology: Path, out_dir: Path) -> None:
    """Run `privatelink synth` on a topology file; raises `SynthError` if it fails."""
    run = subprocess.run(
        [sys.executable, "-m", "privatelink", "synth", str(topology), "--out", str(out_dir)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        said = run.stderr.strip().removeprefix("error: ")
        raise SynthError(said or f"`privatelink synth` ended with exit code {run.returncode}")


def synthesize_shown(topology: Path, work_dir: Path, console: Console) -> None:
    """Generate the Terraform of a topology, and check that the demo can run it.

    Raises:
        SynthError: the topology has errors.
        NotShownError: the demo cannot run this topology.
    """
    with progress(console, "synthesize Terraform JSON"):
        synthesize(topology, work_dir / OUT)
    stacks = read_stacks(work_dir / OUT, {})
    if "cloud" in stacks[0].backend:  # the same for all
        raise NotShownError(
            f"{topology} has its state in HCP Terraform, which the local AWS does not have; remove `backend` "
            "for the demo, or choose another topology"
        )
    services = sum(stack.side == "provider" for stack in stacks)
    if services > 1:
        raise NotShownError(
            f"{topology} has several services, but the demo needs exactly one; plan this topology on AWS, or "
            "choose another one"
        )
    if not services:
        raise NotShownError(
            f"{topology} has only consumers, and their service does not exist in the sandbox; plan this "
            "topology on AWS, or choose one with a service"
        )
    for stack in stacks:
        endpoints = stack.configuration.get("resource", {}).get("aws_vpc_endpoint", {})
        if stack.side == "consumer" and MAIN_ENDPOINT not in endpoints:
            raise NotShownError(
                f"{stack.name} has only `endpoints`, but the demo needs an endpoint to the service; plan "
                "this topology on AWS, or choose another one"
            )
        for kind in SHOWN.get(stack.side, ()):
            if not stack.describes(kind):
                raise NotShownError(
                    f"{stack.name} creates no {kind}, but the demo needs a topology that creates the VPCs, "
                    "one load balancer and one instance in each zone; plan this topology on AWS, or choose "
                    "another one"
                )
