"""Runs the generator on a topology."""

import os
import subprocess
import sys
from pathlib import Path

from runner.errors import RunnerError

PROJECT = Path(__file__).resolve().parent.parent


class SynthError(RunnerError):
    """The generator refused the topology; the message is the generator's own."""


def synthesize(topology: Path, out_dir: Path) -> None:
    """Run the generator on a topology file."""
    run = subprocess.run(
        [sys.executable, "main.py"],
        cwd=PROJECT,
        env=os.environ | {"PRIVATELINK_TOPOLOGY": str(topology.absolute()), "CDKTF_OUTDIR": str(out_dir)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SynthError(run.stderr.strip() or f"main.py ended with exit code {run.returncode}")
