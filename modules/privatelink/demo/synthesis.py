"""Runs the generator on a topology, and refuses one that the walkthrough cannot show."""

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
"""In the folder of a demo, where the generated Terraform is."""
SHOWN: Mapping[str, Sequence[str]] = {
    "provider": ("aws_vpc", "aws_lb", "aws_instance"),
    "consumer": ("aws_vpc",),
}
"""What a side makes, where its steps can be shown."""


class SynthError(UserError):
    """The generator refused the topology; the message is the generator's own."""


class NotShownError(UserError):
    """The walkthrough cannot be shown with this topology."""


def synthesize(topology: Path, out_dir: Path) -> None:
    """Run the generator on a topology file."""
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
    """Generate the Terraform of a topology; refuse what the walkthrough cannot show, before anything starts.

    Raises `SynthError` with the generator's words, and `NotShownError`.
    """
    with progress(console, "synthesize Terraform JSON"):
        synthesize(topology, work_dir / OUT)
    stacks = read_stacks(work_dir / OUT, {})
    if "cloud" in stacks[0].backend:  # the same for all
        raise NotShownError(
            f"{topology} keeps its state in HCP Terraform, which is not there on a local AWS; leave out "
            "`backend` for the demo, or choose another topology"
        )
    services = sum(stack.side == "provider" for stack in stacks)
    if services > 1:
        raise NotShownError(
            f"{topology} has several services, and the walkthrough is of one; plan this one against AWS, or "
            "choose another"
        )
    if not services:
        raise NotShownError(
            f"{topology} has only consumers, and the sandbox no service of the name they look for; run the "
            "demo on a topology with a service, or plan this one against AWS"
        )
    for stack in stacks:
        for kind in SHOWN.get(stack.side, ()):
            if not stack.describes(kind):
                raise NotShownError(
                    f"{stack.name} makes no {kind}: the walkthrough shows VPCs, one load balancer and one "
                    "instance a zone, all made by the topology; plan this one against AWS, or choose another"
                )
