"""Run the sandbox as a subprocess that always ends."""

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
    """The sandbox did not start; the message has its output."""


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Its endpoint URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables for a client; for a subprocess use `client_environment`, which unsets others."""
        return environment(self.port)

    @property
    def client_environment(self) -> dict[str, str]:
        """The environment for a subprocess that uses the sandbox."""
        return client_environment(self.port)

    @property
    def data_plane_missing(self) -> str | None:
        """The reason why it has no data plane; None if it has one."""
        return outside.data_plane_missing(self.port)

    def settle(self) -> None:
        """Wait until the data plane matches the state of the API."""
        outside.settle(self.port)

    def run_outside(self, command: Sequence[str], seconds: float = 30.0) -> outside.Answer:
        """Run a command on a host outside all VPCs."""
        return outside.run(self.port, command, seconds)


@contextlib.contextmanager
def running_sandbox(port: int = 0, *, data_plane: bool | None = False) -> Iterator[Sandbox]:
    """Run a sandbox during the block; it also ends if this process dies.

    It has its own process group, so that Ctrl-C in the terminal does not stop it before its clients.

    Arguments:
        port: its port; 0 selects a free one.
        data_plane: True requires a data plane, None uses one if this machine supports it.

    Raises:
        SandboxStartError: it did not start.
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
    """Return the port when the sandbox is ready; None if it ends or takes too long."""
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
