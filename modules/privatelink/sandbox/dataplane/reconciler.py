"""Keep the data plane up to date with moto: after every change through the API, and every second.

A change that the kernel rejected is repeated every second.
"""

import sys
import threading
import time
import traceback

from privatelink.sandbox.changes import LOCK
from privatelink.sandbox.dataplane.control import DataPlane, DataPlaneError
from privatelink.sandbox.dataplane.desired import read_world
from privatelink.sandbox.dataplane.world import World

TICK_SECONDS = 1.0
SETTLE_SECONDS = 30.0


class Reconciler:
    """A thread that reads moto's state and applies changes."""

    def __init__(self, data_plane: DataPlane) -> None:
        self.data_plane = data_plane
        self._changed = threading.Event()
        self.error: str | None = None
        """The error of the last attempt to read moto's state."""
        self._stopping = False
        self._world: World | None = None
        self._number = 0
        # The state is read once at the start, then after each change.
        self._asked, self._done = 1, 0
        self._progress = threading.Condition()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and the data plane."""
        self._stopping = True
        self._changed.set()
        self._thread.join()
        self.data_plane.close()

    def changed(self) -> None:
        """Announce a possible change of moto's state."""
        with self._progress:
            self._asked += 1
        self._changed.set()

    def settle(self, seconds: float = SETTLE_SECONDS) -> bool:
        """Wait until the kernel matches the current state of the API; return False on timeout."""
        deadline = time.monotonic() + seconds
        with self._progress:
            wanted = self._asked
            if not self._progress.wait_for(lambda: self._done >= wanted, timeout=seconds):
                return False
            number = self._number
        return self.data_plane.wait_applied(number, max(deadline - time.monotonic(), 0.1))

    def _loop(self) -> None:
        while not self._stopping and not self.data_plane.gone.is_set():
            self._changed.wait(TICK_SECONDS)
            self._changed.clear()
            with self._progress:
                asked = self._asked
            try:
                with LOCK:
                    world = read_world()
                if world != self._world or self.data_plane.failed(self._number):
                    self._number = self.data_plane.apply(world)
                    self._world = world
                self.error = None
            except DataPlaneError:
                break
            except Exception:
                self.error = traceback.format_exc()
                print(f"sandbox: data plane: {self.error}", file=sys.stderr, flush=True)
            with self._progress:
                self._done = asked
                self._progress.notify_all()
