"""Start the sandbox as a subprocess, and be sure that it ends."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from privatelink.errors import UserError
from privatelink.sandbox import outside
from privatelink.sandbox.client import client_environment, environment

READY_SECONDS = 120.0
STOP_SECONDS = 5.0
READY_LINE = re.compile(r"^export AWS_ENDPOINT_URL=http://127\.0\.0\.1:(\d+)$")


class SandboxStartError(UserError):
    """The sandbox did not start; the message carries what it said."""


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables a client needs. For a subprocess use `client_environment`, which also drops some."""
        return environment(self.port)

    @property
    def client_environment(self) -> dict[str, str]:
        """This process's whole environment, made safe for a client of the sandbox."""
        return client_environment(self.port)

    @property
    def data_plane_missing(self) -> str | None:
        """Why no packets flow; None when they do."""
        return outside.data_plane_missing(self.port)

    def settle(self) -> None:
        """Wait until the data plane has what the API says."""
        outside.settle(self.port)

    def run_outside(self, command: Sequence[str], seconds: float = 30.0) -> outside.Answer:
        """Run a command on a host of the internet that belongs to no VPC: the operator's own machine."""
        return outside.run(self.port, command, seconds)


@contextlib.contextmanager
def running_sandbox(port: int = 0, *, data_plane: bool | None = False) -> Iterator[Sandbox]:
    """Run a sandbox for the time of the block; port 0 picks a free one.

    With `data_plane` packets flow: True insists on it, None takes it where this machine can have it.

    It leads its own process group, so a Ctrl-C in the terminal does not hit it before its clients. It is
    stopped on leaving the block, and stops by itself when this process dies.
    """
    command = [
        sys.executable,
        "-m",
        "privatelink",
        "sandbox",
        "--port",
        str(port),
        "--exit-with-parent",
        str(os.getpid()),
    ]
    if data_plane is not None:
        command.append("--data-plane" if data_plane else "--no-data-plane")
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
        try:
            found = _wait_for_port(process)
            if found is None:
                process.wait()
                errors.seek(0)
                raise SandboxStartError(
                    f"the sandbox did not start (exit code {process.returncode}):\n{errors.read().decode()}"
                )
            yield Sandbox(port=found, pid=process.pid)
        finally:
            _stop(process)


def _wait_for_port(process: subprocess.Popen[str]) -> int | None:
    """The port, once the sandbox says it is ready; None when it ends instead, or takes too long."""
    assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    too_long = threading.Timer(READY_SECONDS, process.kill)
    too_long.start()
    try:
        for line in process.stdout:
            if match := READY_LINE.match(line.strip()):
                return int(match.group(1))
    finally:
        too_long.cancel()
    return None


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
