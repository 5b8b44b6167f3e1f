"""Machines of instances, each with its own network, disk, processes and host name."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import threading
from pathlib import Path

from privatelink.sandbox.dataplane.namespaces import Namespace
from privatelink.sandbox.dataplane.outcome import Outcome

INIT = Path(__file__).with_name("machine_init.py")
START_SECONDS = 30
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BOOT_LOG = "/var/log/cloud-init-output.log"
SYSTEM_PYTHON = Path("/usr/bin/python3")

KEPT_CAPABILITIES = (
    "chown",
    "dac_override",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "net_bind_service",
    "net_raw",
    "sys_chroot",
    "setfcap",
    "audit_write",
)
"""The capabilities of root in a machine: those in a container, without creating device nodes. It must not
configure the kernel, which is the host's, nor the network of the machine."""


class Machine:
    """The machine of a running instance."""

    def __init__(self, namespace: Namespace, *, hostname: str, nameserver: str, address: str) -> None:
        self.namespace = namespace
        with namespace.entered():
            starter = subprocess.Popen(
                [sys.executable, "-I", "-S", str(INIT), hostname, nameserver, address],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        too_long = threading.Timer(START_SECONDS, starter.kill)
        too_long.start()
        assert starter.stdout is not None  # noqa: S101 - for the type checker: they are pipes
        assert starter.stderr is not None  # noqa: S101
        try:
            # Two processes write these lines, in either order.
            said = {starter.stdout.readline().strip() for _ in range(2)}
            if "ready" not in said:
                raise RuntimeError(f"the machine did not start: {starter.stderr.read().strip()}")
            (self.pid,) = map(int, said - {"ready"})
        finally:
            too_long.cancel()
            starter.stdout.close()
            starter.stderr.close()
            starter.wait()
        self._command = [
            *(
                "nsenter",
                "--target",
                str(self.pid),
                "--mount",
                "--uts",
                "--ipc",
                "--net",
                "--pid",
                "--wdns=/",
            ),
            *("setpriv", "--bounding-set", "-all" + "".join(f",+{name}" for name in KEPT_CAPABILITIES)),
            *("--inh-caps=-all", "--"),
        ]

    def boot(self, script: str) -> None:
        """Run the user data in the background."""
        if script:
            command = f"exec >>{BOOT_LOG} 2>&1\n{script}"
            process = subprocess.Popen(
                [*self._command, "setsid", "sh", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self._environment(),
            )
            threading.Thread(target=process.wait, daemon=True).start()

    def run(self, command: list[str], seconds: float, text: str = "") -> Outcome:
        """Run a command.

        Arguments:
            command: the command with its arguments.
            seconds: its timeout.
            text: its standard input.
        """
        process = subprocess.Popen(
            [*self._command, "setsid", "timeout", "--signal=KILL", str(seconds), *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environment(),
        )
        timed_out = False
        try:
            stdout, stderr = process.communicate(text.encode(), timeout=seconds + 1)
        except subprocess.TimeoutExpired as expired:
            # The command has ended, but a process that it started keeps its output open.
            process.kill()
            stdout, stderr = expired.stdout or b"", expired.stderr or b""
            process.wait()
            timed_out = True
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        # `timeout` kills itself with the command; nsenter ends with the same signal.
        timed_out = timed_out or process.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)
        return Outcome(
            code=-1 if timed_out else process.returncode,
            stdout=stdout.decode(errors="replace"),
            stderr=stderr.decode(errors="replace"),
            timed_out=timed_out,
        )

    def stop(self) -> None:
        """End all processes of the machine."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _environment(self) -> dict[str, str]:
        return {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", "USER": "root"}


def provide_python() -> str:
    """Return a shell line that creates /usr/bin/python3, as on Amazon Linux, if the host has it elsewhere."""
    if SYSTEM_PYTHON.exists():
        return ""
    real = Path(sys.base_prefix, "bin", "python3").resolve()
    return f"[ -e {SYSTEM_PYTHON} ] || ln -s {shlex.quote(str(real))} {SYSTEM_PYTHON}\n"
