"""The variants of the walkthrough. Each runs as another demo, in parallel."""

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
"""The example of each variant, by the step that it shows."""
STOP_SECONDS = 60.0
LOG_LINES = 20


class VariantError(UserError):
    """The demo of a variant failed; the message has the last lines of its log."""


@dataclass(frozen=True)
class Variant:
    """A demo of one example, in another process."""

    topology: Path
    log: Path
    process: subprocess.Popen[str]

    def steps(self) -> dict[str, dict[str, str]]:
        """Wait until the demo has ended, and return its steps by ID."""
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
    """Run the demos of the variants, by the step that each shows; stop those that still run at the end."""
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
            # Ctrl-C in the terminal goes to the main demo, which then stops this one.
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
