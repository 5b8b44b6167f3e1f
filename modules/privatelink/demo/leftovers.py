"""One demo at a time in a directory, and an end to what a killed one left running.

The local AWS and all in it end by themselves with the demo that started them. Terraform does not: it goes on
asking an AWS that is no longer there.
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
"""For a demo that is about to end: the ones beside a demo that was killed take a moment."""


class InUseError(UserError):
    """Another demo works in the directory."""


@contextlib.contextmanager
def claimed(work_dir: Path, seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Have a demo's directory for oneself; raises InUseError when another demo does not let go of it."""
    work_dir.parent.mkdir(parents=True, exist_ok=True)
    path = work_dir.with_name(f".{work_dir.name}.lock")
    deadline = time.monotonic() + seconds
    while True:
        with path.open("w", encoding="utf-8") as lock:
            try:
                # The kernel lets go of it with the process, however that ends.
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Whoever had it before has removed the file, if this is another one.
                if path.exists() and path.stat().st_ino == os.fstat(lock.fileno()).st_ino:
                    try:
                        yield
                    finally:
                        path.unlink(missing_ok=True)
                    return
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise InUseError(
                        f"another demo works in {work_dir}: end it with Ctrl-C, or if it was kept, with "
                        "make demo-clean"
                    ) from None
                time.sleep(0.2)


def end_leftovers(work_dir: Path) -> list[int]:
    """Kill the Terraform processes, core and provider, that work below a directory (Linux); their ids."""
    ended = []
    for process in PROC.glob("[0-9]*"):
        # A process may end while it is looked at, or be another user's.
        with contextlib.suppress(OSError):
            program = (process / "exe").readlink().name
            inside = (process / "cwd").readlink().is_relative_to(work_dir.absolute())
            if program.startswith("terraform") and inside:
                os.kill(int(process.name), signal.SIGKILL)
                ended.append(int(process.name))
    return ended
