"""Ends what a demo left running that was killed before it could clean up.

The local AWS and all in it end by themselves with the demo that started them. Terraform does not: it goes on
asking an AWS that is no longer there.
"""

import contextlib
import os
import signal
from pathlib import Path

PROC = Path("/proc")


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
