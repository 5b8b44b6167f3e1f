"""jsii's Node process, started while the program does other things.

Node takes a third of a run to start. A thread waits for it, which imports nothing: two threads that import at
once may see modules half made where these import one another, and `importlib` itself is one of them
(https://github.com/python/cpython/blob/3.11/Lib/importlib/__init__.py, "Bootstrap help").
"""

import contextlib
import os
import shutil
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PRELOAD = Path(__file__).with_name("node_preload.cjs")
# A synth is short: with Node's default of 16 MB for young objects it would use 10 MB more, and no less time.
YOUNG_OBJECTS_MEGABYTES = 4

# jsii prints a banner of some 30 lines for each Node release that is past its end of life.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

_starting: threading.Thread | None = None


def command() -> str:
    """Node.js as jsii will call it."""
    return os.environ.get("JSII_NODE", "node")


def require() -> None:
    """Say that Node.js is missing before jsii fails to start it."""
    if shutil.which(command()) is None:
        sys.exit(
            f"Node.js is missing: no command {command()!r}; "
            "install Node.js 18 or newer, or set JSII_NODE to it"
        )


@contextmanager
def preload(script: Path) -> "Iterator[None]":
    """Have the Node processes started within preload `script` and stay small; later ones must not."""
    before = os.environ.get("NODE_OPTIONS")
    # Node reads double quotes and backslash escapes in NODE_OPTIONS, so that paths may hold spaces
    # (https://nodejs.org/api/cli.html#node_optionsoptions).
    quoted = str(script).replace("\\", "\\\\").replace('"', '\\"')
    ours = f'--max-semi-space-size={YOUNG_OBJECTS_MEGABYTES} --require "{quoted}"'
    os.environ["NODE_OPTIONS"] = f"{ours} {before or ''}".strip()
    try:
        yield
    finally:
        if before is None:
            del os.environ["NODE_OPTIONS"]
        else:
            os.environ["NODE_OPTIONS"] = before


def start() -> None:
    """Start Node with the preload of the fast start, once, and do not wait for it."""
    global _starting
    if _starting is not None or shutil.which(command()) is None:
        return
    from jsii import _runtime

    def wait_for_node() -> None:
        # What goes wrong here is met again, and told, when jsii is first asked for something.
        with contextlib.suppress(Exception), preload(PRELOAD):
            _ = _runtime.kernel.provider._process  # type: ignore[attr-defined]

    _starting = threading.Thread(target=wait_for_node, name="node")
    _starting.start()


def wait() -> None:
    """Return when Node is there: jsii talks to it from one thread at a time."""
    start()
    if _starting is not None:
        _starting.join()
