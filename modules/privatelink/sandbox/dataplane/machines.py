"""Machines of instances, each with its own network, disk, processes and host name.

The first process of a machine, `machine_init`, starts its commands: nothing enters a machine from outside. A
request is a message with the words of a command, and four file descriptors: standard input, output and error,
and a socket that receives the exit code. If the other end of that socket is closed, the command is killed.
"""

import contextlib
import os
import selectors
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from privatelink.sandbox.dataplane import syscall_filter
from privatelink.sandbox.dataplane.namespaces import Namespace
from privatelink.sandbox.dataplane.outcome import Outcome

INIT = Path(__file__).with_name("machine_init.py")
START_SECONDS = 30
BOOT_LOG = "/var/log/cloud-init-output.log"
SYSTEM_PYTHON = Path("/usr/bin/python3")
LONGEST_OUTPUT = 64 << 20
"""More output of a command is lost."""


class Machine:
    """The machine of a running instance."""

    def __init__(self, namespace: Namespace, *, hostname: str, nameserver: str, address: str) -> None:
        self.namespace = namespace
        self._requests, inside = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.send(syscall_filter.program())
        with inside, namespace.entered():
            starter = subprocess.Popen(
                [sys.executable, "-I", "-S", str(INIT), hostname, nameserver, address],
                stdin=inside.fileno(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={},  # root of the machine can read it
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

    def boot(self, script: str) -> None:
        """Run the user data in the background."""
        if script:
            null = os.open(os.devnull, os.O_RDWR)
            with _closing(null):
                self._boot = self._start(["sh", "-c", f"exec >>{BOOT_LOG} 2>&1\n{script}"], null, null, null)

    def run(self, command: Sequence[str], seconds: float, text: str = "") -> Outcome:
        """Run a command.

        Arguments:
            command: the command with its arguments.
            seconds: its timeout.
            text: its standard input.

        Raises:
            OSError: the machine has ended (`ConnectionError`), or the command is too long.
            ValueError: the command has no words, or a word with a NUL character.
        """
        deadline = time.monotonic() + seconds
        (stdout, to_stdout), (stderr, to_stderr) = os.pipe(), os.pipe()
        stdin = os.memfd_create("stdin")
        with _closing(stdout, stderr):
            with _closing(stdin, to_stdout, to_stderr):
                os.write(stdin, text.encode())
                os.lseek(stdin, 0, os.SEEK_SET)
                caller = self._start(command, stdin, to_stdout, to_stderr)
            with caller:
                received, complete = _receive((caller.fileno(), stdout, stderr), deadline)
        code, output, errors = received
        return Outcome(
            code=int(code) if complete and code else -1,
            stdout=output.decode(errors="replace"),
            stderr=errors.decode(errors="replace"),
            timed_out=not complete,
        )

    def stop(self) -> None:
        """End all processes of the machine."""
        self._requests.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def _start(self, command: Sequence[str], stdin: int, stdout: int, stderr: int) -> socket.socket:
        """Start a command, and return the socket that receives its exit code."""
        if not command or any("\0" in word for word in command):
            raise ValueError(f"a command needs a word, and no NUL character: {command!r}")
        caller, there = socket.socketpair()
        with there:
            words = "\0".join(command).encode()
            socket.send_fds(self._requests, [words], [stdin, stdout, stderr, there.fileno()])
        return caller


def _receive(files: Sequence[int], deadline: float) -> tuple[list[bytearray], bool]:
    """Return what is read from file descriptors, and whether all came to their end before the deadline."""
    received = {file: bytearray() for file in files}
    with selectors.DefaultSelector() as selector:
        for file in files:
            selector.register(file, selectors.EVENT_READ)
        while selector.get_map() and (seconds := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(seconds):
                data = os.read(key.fd, 1 << 16)
                if not data:
                    selector.unregister(key.fd)
                elif len(received[key.fd]) < LONGEST_OUTPUT:
                    received[key.fd] += data
        return list(received.values()), not selector.get_map()


@contextlib.contextmanager
def _closing(*files: int) -> Iterator[None]:
    try:
        yield
    finally:
        for file in files:
            os.close(file)


def provide_python() -> str:
    """Return a shell line that creates /usr/bin/python3, as on Amazon Linux, if the host has it elsewhere."""
    if SYSTEM_PYTHON.exists():
        return ""
    real = Path(sys.base_prefix, "bin", "python3").resolve()
    return f"[ -e {SYSTEM_PYTHON} ] || ln -s {shlex.quote(str(real))} {SYSTEM_PYTHON}\n"
