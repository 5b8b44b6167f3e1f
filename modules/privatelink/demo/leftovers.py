"""Allows one demo at a time in a folder, and ends the processes that a killed demo left running.

The local AWS ends with the demo that started it. Terraform processes do not: they continue to send requests
to an AWS that no longer exists.
"""

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from privatelink.errors import UserError

PROC = Path("/proc")
WAIT_SECONDS = 60.0
"""Maximum time to wait for a demo that is ending: the variants of a killed demo need a moment."""


class InUseError(UserError):
    """Another demo uses the folder."""


@contextlib.contextmanager
def claimed(work_dir: Path, seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Lock the folder of a demo.

    Raises:
        InUseError: another demo does not release it in time.
    """
    work_dir.parent.mkdir(parents=True, exist_ok=True)
    path = work_dir.with_name(f".{work_dir.name}.lock")
    deadline = time.monotonic() + seconds
    while True:
        with path.open("w", encoding="utf-8") as lock:
            try:
                # The kernel releases the lock when the process ends, for any reason.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # If the path is another file now, the previous owner has removed this one.
                if path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                    try:
                        yield
                    finally:
                        path.unlink(missing_ok=True)
                    return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise InUseError(
                        f"another demo uses {work_dir}; stop it with Ctrl-C, or if it was kept, with "
                        "make demo-clean"
                    ) from None
                time.sleep(0.2)


def end_leftovers(work_dir: Path) -> list[int]:
    """Kill the Terraform processes, core and provider, that run below a folder (Linux); return their IDs."""
    ended = []
    for process in PROC.glob("[0-9]*"):
        # A process may end meanwhile, or belong to another user.
        with contextlib.suppress(OSError):
            program = (process / "exe").readlink().name
            inside = (process / "cwd").readlink().is_relative_to(work_dir.absolute())
            if program.startswith("terraform") and inside:
                os.kill(int(process.name), signal.SIGKILL)
                ended.append(int(process.name))
    return ended
