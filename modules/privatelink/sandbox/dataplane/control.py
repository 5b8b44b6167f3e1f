"""Start and control the process of the data plane, which runs `plane`."""

import contextlib
import itertools
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from multiprocessing.connection import Connection
from typing import IO

from privatelink.sandbox.dataplane.availability import system_path, unshare_command
from privatelink.sandbox.dataplane.messages import Applied, Apply, HealthChanged, Ran, Run
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.world import World

PLANE = "privatelink.sandbox.dataplane.plane"
OUTSIDE_ID = "outside"
LONGEST_ADDRESS = 64
EXTRA_SECONDS = 30.0
"""Added to the timeout of a command, to wait for its result."""


class DataPlaneError(RuntimeError):
    """The process of the data plane has ended."""


class DataPlane:
    """A running data plane."""

    def __init__(self, errors: IO[bytes] | int | None = None) -> None:
        """Start the process, which ends with the calling thread."""
        here, there = socket.socketpair()
        self._api, api = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there, api:
            self._process = subprocess.Popen(
                [
                    *unshare_command(),
                    sys.executable,
                    "-m",
                    PLANE,
                    str(there.fileno()),
                    str(api.fileno()),
                ],
                env=os.environ | {"PATH": system_path(), "PYTHONPATH": _import_path()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=[there.fileno(), api.fileno()],
                start_new_session=True,
            )
        self._socket = here
        self._connection = Connection(os.dup(here.fileno()))
        self._sending = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[Outcome | None]] = {}
        self._applied = threading.Condition()
        self._sent_number = self._applied_number = 0
        self.last_error: str | None = None
        self.health: dict[tuple[str, str, str], bool] = {}
        self.on_health: Callable[[], None] = lambda: None
        self.gone = threading.Event()
        threading.Thread(target=self._receive, daemon=True).start()

    def apply(self, world: World) -> int:
        """Send a new desired state; return its number without waiting."""
        with self._applied:
            self._sent_number = next(self._numbers)
            number = self._sent_number
        self._send(Apply(number, world))
        return number

    def wait_applied(self, number: int, seconds: float) -> bool:
        """Wait until a desired state, or a later one, is applied; return False on timeout."""
        with self._applied:
            return self._applied.wait_for(
                lambda: self._applied_number >= number or self.gone.is_set(), timeout=seconds
            )

    def failed(self, number: int) -> bool:
        """Return whether a desired state was applied last, and failed."""
        with self._applied:
            return self.last_error is not None and self._applied_number == number

    def answer_calls(self, answer: Callable[[socket.socket, tuple[str, int]], None]) -> None:
        """Answer connections of instances to AWS's own services, in a thread.

        Arguments:
            answer: is called with each connection and the address of the client.
        """

        def receive() -> None:
            while True:
                client, fds, _, _ = socket.recv_fds(self._api, LONGEST_ADDRESS, 1)
                if not fds:
                    return  # the process has ended
                answer(socket.socket(fileno=fds[0]), (client.decode(), 0))

        threading.Thread(target=receive, daemon=True).start()

    def run(
        self,
        machine_id: str,
        command: list[str],
        seconds: float,
        text: str = "",
        needs: tuple[str, ...] = (),
    ) -> Outcome | None:
        """Run a command on a machine.

        Arguments:
            machine_id: the ID of its instance.
            command: the command with its arguments.
            seconds: its timeout.
            text: its standard input.
            needs: the names of AWS's services that the machine must reach.

        Returns:
            The outcome; None if the machine does not exist, or does not reach the services.
        """
        number = next(self._numbers)
        future: Future[Outcome | None] = Future()
        self._waiting[number] = future
        try:
            self._send(Run(number, machine_id, command, seconds, text, needs))
            return future.result(timeout=seconds + EXTRA_SECONDS)
        except TimeoutError:
            raise DataPlaneError("the data plane does not answer") from None
        finally:
            self._waiting.pop(number, None)

    def close(self) -> None:
        """End the data plane."""
        # The process and the receiving thread end with the socket.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, message: Apply | Run) -> None:
        with self._sending:
            try:
                self._connection.send(message)
            except OSError as error:
                raise DataPlaneError(f"the data plane has ended: {error}") from None

    def _receive(self) -> None:
        try:
            while True:
                message = self._connection.recv()
                if isinstance(message, Ran):
                    if future := self._waiting.get(message.number):
                        future.set_result(message.outcome)
                elif isinstance(message, HealthChanged):
                    self.health = message.states
                    self.on_health()
                elif isinstance(message, Applied):
                    with self._applied:
                        self._applied_number = max(self._applied_number, message.number)
                        self.last_error = message.error
                        self._applied.notify_all()
                    if message.error:
                        print(f"sandbox: data plane: {message.error}", file=sys.stderr, flush=True)
        except (EOFError, OSError):
            self.gone.set()
            with self._applied:
                self._applied.notify_all()
            for future in list(self._waiting.values()):
                if not future.done():
                    future.set_exception(DataPlaneError("the data plane has ended"))


def _import_path() -> str:
    """The import path of this process, for a package that is not installed."""
    return os.pathsep.join(entry for entry in sys.path if entry)
