"""The walkthrough's other choices, each shown by a demo of its own that runs beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from privatelink.demo.synthesis import TOPOLOGIES
from privatelink.errors import UserError

VARIANTS = {"W9": "automatic", "W13": "internal"}
"""By step: the example that takes the other choice."""
STOP_SECONDS = 60.0
LOG_LINES = 20


class VariantError(UserError):
    """A demo beside this one failed; the message has the end of what it said."""


@dataclass(frozen=True)
class Variant:
    """A demo of one example, in a process of its own."""

    topology: Path
    log: Path
    process: subprocess.Popen[str]

    def steps(self) -> dict[str, dict[str, str]]:
        """Its steps by their ids, once it has ended."""
        out, _ = self.process.communicate()
        try:
            steps: list[dict[str, str]] = json.loads(out)["steps"]
        except ValueError:
            said = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
            raise VariantError(
                f"the demo of {self.topology.name} ended with exit code {self.process.returncode}:\n"
                + "\n".join(said)
            ) from None
        return {step["id"]: step for step in steps}


@contextmanager
def running_variants(files: Path) -> Iterator[Mapping[str, Variant]]:
    """Run the demos of the variants, by the step each shows; what still runs at the end is stopped."""
    files.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        yield {step: stack.enter_context(_running(name, files)) for step, name in VARIANTS.items()}


@contextmanager
def _running(name: str, files: Path) -> Iterator[Variant]:
    topology, log = TOPOLOGIES / f"{name}.yaml", files / f"{name}.log"
    command = [
        sys.executable,
        "-m",
        "privatelink",
        "demo",
        "--topology",
        str(topology),
        "--files",
        str(files),
        "--json",
    ]
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*command, "--exit-with-parent", str(os.getpid())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            # A Ctrl-C in the terminal is for the demo in front, which then stops this one.
            start_new_session=True,
        )
    try:
        yield Variant(topology, log, process)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
