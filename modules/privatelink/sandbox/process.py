"""Run the sandbox as a subprocess that always ends."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from privatelink.errors import UserError
from privatelink.sandbox import outside
from privatelink.sandbox.client import client_environment, environment
from privatelink.sandbox.credentials import AccessKey

READY_SECONDS = 120.0
STOP_SECONDS = 5.0
EXPORT = re.compile(r"^export (\w+)=(\S+)$")
LAST_EXPORT = "AWS_SHARED_CREDENTIALS_FILE"


class SandboxStartError(UserError):
    """The sandbox did not start; the message has its output."""


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox.

    Arguments:
        port: its port.
        pid: its process ID.
        key: its access key.
    """

    port: int
    pid: int
    key: AccessKey

    @property
    def url(self) -> str:
        """Its endpoint URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables for a client; for a subprocess use `client_environment`, which unsets others."""
        return environment(self.port, key=self.key)

    @property
    def client_environment(self) -> dict[str, str]:
        """The environment for a subprocess that uses the sandbox."""
        return client_environment(self.port, key=self.key)

    @property
    def data_plane_missing(self) -> str | None:
        """The reason why it has no data plane; None if it has one."""
        return outside.data_plane_missing(self.port, self.key.secret)

    def settle(self) -> None:
        """Wait until the data plane matches the state of the API."""
        outside.settle(self.port, self.key.secret)

    def run_outside(self, command: Sequence[str], seconds: float = 30.0) -> outside.Answer:
        """Run a command on a host outside all VPCs."""
        return outside.run(self.port, self.key.secret, command, seconds)


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
            found = _wait(process)
            if found is None:
                process.wait()
                errors.seek(0)
                raise SandboxStartError(
                    f"the sandbox did not start (exit code {process.returncode}):\n{errors.read().decode()}"
                )
            yield found
        finally:
            _stop(process)


def read_sandbox(lines: Iterable[str], pid: int) -> Sandbox | None:
    """Read the export commands that a sandbox prints when it is ready; None if it ends before."""
    exported: dict[str, str] = {}
    for line in lines:
        if match := EXPORT.match(line.strip()):
            exported[match[1]] = match[2]
            if match[1] == LAST_EXPORT:
                port = int(exported["AWS_ENDPOINT_URL"].rpartition(":")[2])
                key = AccessKey(exported["AWS_ACCESS_KEY_ID"], exported["AWS_SECRET_ACCESS_KEY"])
                return Sandbox(port, pid, key)
    return None


def _wait(process: subprocess.Popen[str]) -> Sandbox | None:
    """Return the sandbox when it is ready; None if it ends or takes too long."""
    assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
    too_long = threading.Timer(READY_SECONDS, process.kill)
    too_long.start()
    try:
        return read_sandbox(process.stdout, process.pid)
    finally:
        too_long.cancel()


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
