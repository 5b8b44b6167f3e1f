"""Runs commands so that none outlives this program, whatever moment a signal comes.

Python runs signal handlers in the main thread, between any two instructions. One that raises, as Python's own
for Ctrl-C does, may raise after a process was started and before anything refers to it. The handlers here
raise nothing while a command runs: they pass the interrupt on, and the exception follows when the command has
ended.
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
"""How long an interrupted command has to end by itself."""
_LOOK_MILLISECONDS = 500
_CHUNK_BYTES = 65536

OnLine = Callable[[str], None]


class NotStartedError(UserError):
    """A command was not started, as the program had been interrupted before."""


@dataclass(frozen=True)
class Finished:
    """How a command ended."""

    exit_code: int
    stderr: str


class Interruption:
    """An interrupt for all commands that run: the first asks them to end, a second one kills them.

    Threads that share one are interrupted together, and start nothing more afterwards.
    """

    def __init__(self) -> None:
        # Reentrant: a signal handler may run in the very thread that is starting a process.
        self._lock = threading.RLock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._times = 0
        self.deadline = math.inf
        """When the commands are killed, by the monotonic clock."""

    @property
    def requested(self) -> bool:
        """Whether there was an interrupt."""
        return self._times > 0

    def request(self) -> None:
        """Interrupt what runs; when it was interrupted before, kill it."""
        with self._lock:
            self._times += 1
            if self._times == 1:
                self.deadline = time.monotonic() + STOP_SECONDS
            for process in tuple(self._running):
                self._pass_on(process)

    @contextlib.contextmanager
    def on_signals(self) -> Iterator[None]:
        """Interrupt on Ctrl-C, SIGTERM and SIGHUP, and raise what they mean once the block has ended.

        A handler of the program's own is asked first; if it raises nothing, the signal is no interrupt. Has
        no effect outside the main thread.
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
                    # None: a handler that is not Python's.
                    if handler not in (signal.SIG_IGN, None):
                        restored.callback(signal.signal, number, handler)
                        signal.signal(number, pass_on)
                yield
        finally:
            if raised:
                # What is left in this list refers to itself, by its handler's frame, and keeps the command's
                # object until a garbage collection. An interrupt during an object's end is lost: see
                # https://docs.python.org/3/library/signal.html#handlers-and-exceptions
                del raised[1:]
                raise raised.pop()

    @contextlib.contextmanager
    def start(
        self, command: Sequence[str], directory: Path, environment: Mapping[str, str], stderr: IO[bytes]
    ) -> Iterator[subprocess.Popen[bytes]]:
        """Start a command that is interrupted with the others; it has ended when the block has.

        Raises `NotStartedError` after an interrupt.
        """
        with self._lock:
            if self._times:
                raise NotStartedError(f"interrupted before `{' '.join(command)}` was started")
            process = subprocess.Popen(
                command,
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                bufsize=0,
                # A terminal sends Ctrl-C to its whole foreground group, and Terraform takes a second
                # interrupt as "exit at once": in its own session it gets only the one that is sent here.
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
                pass  # waits, and closes the pipe
            with self._lock:
                self._running.discard(process)

    def _pass_on(self, process: subprocess.Popen[bytes]) -> None:
        if self._times == 1:
            # Only Terraform itself is asked: it stops its provider processes in its own time.
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
    """Run a command to its end, giving each line of its output to `on_line`.

    Arguments:
        on_interrupt: called when the command has been interrupted.
        interruption: the one this command shares with others; default: one of its own, by signals.
        seconds: how long it may take before it is killed.

    Raises what `on_line` raises, after the command has been interrupted and has ended.
    """
    if interruption is None:
        interruption = Interruption()
        signals: contextlib.AbstractContextManager[None] = interruption.on_signals()
    else:
        signals = contextlib.nullcontext()
    # stderr goes to a file: nobody would empty a second pipe while we read the first (TF_LOG fills it).
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
    """Kill a command that leads a session, and what it has started."""
    # The leader of a session leads a process group of the same number.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _read(
    process: subprocess.Popen[bytes],
    interruption: Interruption,
    on_line: OnLine,
    on_interrupt: Callable[[], None],
    deadline: float,
) -> None:
    """Read a command's output until it ends, or has to be killed."""
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
            # What it started may hold the pipe open after its end.
            if interruption.requested and process.poll() is not None:
                break
            continue
        chunk = os.read(pipe, _CHUNK_BYTES)
        *lines, begun = (begun + decoder.decode(chunk, final=not chunk)).split("\n")
        if not chunk:
            lines = [begun] if begun else []
        for line in lines:
            # Reading on after a failure keeps the command from blocking on a full pipe.
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
