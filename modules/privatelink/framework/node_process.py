"""jsii's Node process, started at once while the program does other things.

jsii starts Node when it is first asked for something, and waits; its entry then starts a second Node process,
which does the work. Here that second one is the only one (`node_runtime.cjs`), and what it will need is
loaded while the program is still importing (`early_provider.py`).
"""

import importlib.util
import os
import platform
import shutil
import subprocess
from pathlib import Path

from privatelink.errors import UserError


class NodeMissingError(UserError):
    """Node.js is not installed."""


RUNTIME = Path(__file__).with_name("node_runtime.cjs")
# The program that jsii's entry starts, in jsii's package.
PROGRAM = Path("_embedded", "jsii", "lib__program.js")
# The first as jsii has Python give it, the second as its entry does: with it, jsii links the packages it has
# unpacked, without it it copies them, file by file.
OPTIONS = ("--max-old-space-size=4069", "--preserve-symlinks")

# jsii prints a banner of some 30 lines for each Node release that is past its end of life.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

_started = False


def command() -> str:
    """Node.js as jsii will call it."""
    return os.environ.get("JSII_NODE", "node")


def require() -> None:
    """Raise `NodeMissingError` before jsii fails to start Node.js."""
    if shutil.which(command()) is None:
        raise NodeMissingError(
            f"Node.js is missing: no command {command()!r}; "
            "install Node.js 18 or newer, or set JSII_NODE to it"
        )


def start() -> None:
    """Start Node, once, and do not wait for it.

    A jsii whose program lies elsewhere, or that is told to run another (JSII_RUNTIME), starts Node itself.
    """
    global _started
    jsii = importlib.util.find_spec("jsii")
    program = Path(jsii.origin).parent / PROGRAM if jsii and jsii.origin else PROGRAM
    if _started or shutil.which(command()) is None or "JSII_RUNTIME" in os.environ or not program.exists():
        return
    _started = True
    node = subprocess.Popen(
        [command(), *OPTIONS, str(RUNTIME), str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"JSII_AGENT": f"Python/{platform.python_version()}"},
    )
    # jsii is imported while Node starts.
    from privatelink.framework import early_provider

    early_provider.talk_to(node)


def expect(jsii_type: str) -> None:
    """Have Node load a type that will soon be used, if it has time."""
    if _started:
        from privatelink.framework import early_provider

        early_provider.expect(jsii_type)


def wait() -> None:
    """Return when Node has loaded what it was told to."""
    if _started:
        from privatelink.framework import early_provider

        early_provider.wait()
