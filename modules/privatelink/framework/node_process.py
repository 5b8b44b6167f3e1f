"""jsii's Node process, started at once while the program does other things.

jsii starts Node when it is first asked for something, and waits; its entry then starts a second Node process,
which does the work. Here that second one is the only one (`node_runtime.cjs`), and what it will need is
loaded while the program is still importing (`early_provider.py`).
"""

import importlib.util
import os
import platform
import subprocess
from pathlib import Path

from privatelink.framework import guard
from privatelink.framework.environment import start_node

RUNTIME = Path(__file__).with_name("node_runtime.cjs")
# The program that jsii's entry starts and the worker that writes its index, in jsii's package.
PROGRAM = Path("_embedded", "jsii", "lib__program.js")
WORKER = PROGRAM.with_name("lib__runtime-index-worker.js")
# The first as jsii has Python give it, the second as its entry does: with it, jsii links the packages it has
# unpacked, without it it copies them, file by file.
OPTIONS = ("--max-old-space-size=4069", "--preserve-symlinks")

# jsii prints a banner of some 30 lines for each Node release that is past its end of life.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

_started = False


def start() -> bool:
    """Start Node, and do not wait for it; return False where jsii is left to start it.

    It is where its program lies elsewhere, or it is told to run another one (JSII_RUNTIME).
    """
    global _started
    spec = importlib.util.find_spec("jsii")
    if "JSII_RUNTIME" in os.environ or spec is None or spec.origin is None:
        return False
    package = Path(spec.origin).parent
    for file in (PROGRAM, WORKER):
        if not (package / file).exists():
            guard.stock_way(f"{package.name}/{file.as_posix()}")
            return False
    node = start_node(
        [*OPTIONS, str(RUNTIME), str(package / PROGRAM), WORKER.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"JSII_AGENT": f"Python/{platform.python_version()}"},
    )
    try:
        # jsii is imported while Node starts.
        from privatelink.framework import early_provider

        early_provider.talk_to(node)
    except (ImportError, AttributeError) as gone:
        node.kill()
        node.communicate()
        guard.stock_way(f"what talks to jsii's Node process ({gone})")
        return False
    _started = True
    return True


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
