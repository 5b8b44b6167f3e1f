"""Runs commands so that none outlives this program, at whatever moment a signal arrives.

Python runs signal handlers in the main thread, between any two instructions. A handler that raises, such as
Python's own for Ctrl-C, can raise after a process was started and before a variable refers to it. The
handlers here raise nothing while a command runs: they forward the interrupt, and the exception is raised when
the command has ended.
"""

import codecs
import contextlib
import math
import os
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from privatelink.errors import UserError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 60.0
"""Maximum time for an interrupted command to end by itself."""
_LOOK_MILLISECONDS = 500
_CHUNK_BYTES = 65536

OnLine = Callable[[str], None]


class NotStartedError(UserError):
    """A command was not started, because the program was already interrupted."""


@dataclass(frozen=True)
class Finished:
    """The exit code and the error output of a command."""

    exit_code: int
    stderr: str


class Interruption:
    """An interrupt for all running commands: the first request asks them to end, a second one kills them.

    Threads that share an interruption are interrupted together, and start no more commands afterwards.
    """

    def __init__(self) -> None:
        # Reentrant: a signal handler can run in the thread that is starting a process.
        self._lock = threading.RLock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._times = 0
        self.deadline = math.inf
        """When the commands are killed, by the monotonic clock."""

    @property
    def requested(self) -> bool:
        """Whether an interrupt was requested."""
        return self._times > 0

    def request(self) -> None:
        """Interrupt the running commands; the second time, kill them."""
        with self._lock:
            self._times += 1
            if self._times == 1:
                self.deadline = time.monotonic() + STOP_SECONDS
            for process in tuple(self._running):
                self._pass_on(process)

    def kill(self) -> None:
        """Kill the running commands, and let no more start."""
        for _ in range(2):
            self.request()

    @contextlib.contextmanager
    def on_signals(self) -> Iterator[None]:
        """Interrupt on Ctrl-C, SIGTERM and SIGHUP, and raise their exception when the block has ended.

        The program's own handler is called first; if it raises nothing, the signal is not an interrupt. It
        has no effect outside the main thread.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in SIGNALS}
        raised: list[BaseException] = []

        def pass_on(number: int, frame: FrameType | None) -> None:
            handler = before[signal.Signals(number)]
            try:
                if not callable(handler):
                    raise SystemExit(128 + number)
                handler(number, frame)
            except BaseException as error:
                raised.append(error)
                self.request()

        try:
            with contextlib.ExitStack() as restored:
                for number, handler in before.items():
                    # None: a handler that was not installed by Python.
                    if handler not in (signal.SIG_IGN, None):
                        restored.callback(signal.signal, number, handler)
                        signal.signal(number, pass_on)
                yield
        finally:
            if raised:
                # An exception left in this list would refer to itself through the handler's frame, and keep
                # the command's object until a garbage collection. Interrupts at an object's end are lost:
                # https://docs.python.org/3/library/signal.html#handlers-and-exceptions
                del raised[1:]
                raise raised.pop()

    @contextlib.contextmanager
    def start(
        self, command: Sequence[str], directory: Path, environment: Mapping[str, str], stderr: IO[bytes]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command that is interrupted together with the others; it ends before the block does.

        Raises:
            NotStartedError: there was an interrupt.
        """
        with self._lock:
            if self._times:
                raise NotStartedError(f"interrupted before the start of `{' '.join(command)}`")
            process = subprocess.Popen(
                command,
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                bufsize=0,
                # A terminal sends Ctrl-C to its foreground process group, and at a second interrupt Terraform
                # exits at once. In another session, it gets only the interrupt that is sent here.
                start_new_session=True,
            )
            self._running.add(process)
            if self._times:
                self._pass_on(process)
        ended = False
        try:
            yield process
            ended = True
        finally:
            if not ended or self._times:
                kill_group(process)
            with process:
                pass  # wait, and close the pipe
            with self._lock:
                self._running.discard(process)

    def _pass_on(self, process: subprocess.Popen[bytes]) -> None:
        if self._times == 1:
            # Interrupt only Terraform: it stops its provider processes itself.
            process.send_signal(signal.SIGINT)
        else:
            kill_group(process)


def run(
    command: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    on_line: OnLine,
    *,
    on_interrupt: Callable[[], None] = lambda: None,
    interruption: Interruption | None = None,
    seconds: float = math.inf,
) -> Finished:
    """Run a command to its end, and call `on_line` with each line of its output.

    If `on_line` raises, the command is interrupted, and the exception is raised when it has ended.

    Arguments:
        command: the command with its arguments.
        directory: its working directory.
        environment: its environment.
        on_line: is called with each line of standard output.
        on_interrupt: is called when the command was interrupted.
        interruption: the interruption that it shares with others; default: its own, by signals.
        seconds: maximum time until it is killed.
    """
    if interruption is None:
        interruption = Interruption()
        signals: contextlib.AbstractContextManager[None] = interruption.on_signals()
    else:
        signals = contextlib.nullcontext()
    # stderr goes to a file: a second pipe would fill up while the first is read (with TF_LOG).
    with (
        signals,
        tempfile.TemporaryFile() as errors,
        interruption.start(command, directory, environment, errors) as process,
    ):
        _read(process, interruption, on_line, on_interrupt, time.monotonic() + seconds)
        process.wait()
        errors.seek(0)
        return Finished(process.returncode, errors.read().decode(errors="replace"))


def kill_group(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Kill a command that leads a session, and the processes that it started."""
    # The process group of a session leader has the leader's number.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _read(
    process: subprocess.Popen[bytes],
    interruption: Interruption,
    on_line: OnLine,
    on_interrupt: Callable[[], None],
    deadline: float,
) -> None:
    """Read the output of a command until it ends, or kill it at the deadline."""
    assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
    pipe = process.stdout.fileno()
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    failure: BaseException | None = None
    begun, told = "", False
    while True:
        if interruption.requested and not told:
            told = True
            with contextlib.suppress(Exception):
                on_interrupt()
        if time.monotonic() > min(deadline, interruption.deadline):
            kill_group(process)
            break
        if not waiting.poll(_LOOK_MILLISECONDS):
            # Processes that it started may keep the pipe open after its end.
            if interruption.requested and process.poll() is not None:
                break
            continue
        chunk = os.read(pipe, _CHUNK_BYTES)
        *lines, begun = (begun + decoder.decode(chunk, final=not chunk)).split("\n")
        if not chunk:
            lines = [begun] if begun else []
        for line in lines:
            # Continue to read after a failure, so that the command does not block on a full pipe.
            if failure is None:
                try:
                    on_line(line)
                except BaseException as error:
                    failure = error
                    process.send_signal(signal.SIGINT)
                    deadline = min(deadline, time.monotonic() + STOP_SECONDS)
        if not chunk:
            break
    if failure is not None:
        try:
            raise failure
        finally:
            del failure  # else it refers to itself, by this frame
