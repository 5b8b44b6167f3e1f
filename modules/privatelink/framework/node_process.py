"""Start jsii's Node process early, in parallel with the program.

jsii starts Node on the first request and waits for it; its entry point then starts a second Node process,
which does the work. Here only that second process exists (`node_runtime.cjs`), and it loads its assemblies
while the program is still importing (`early_provider.py`).
"""

import importlib.util
import os
import platform
import subprocess
from pathlib import Path

from privatelink.framework import guard
from privatelink.framework.environment import start_node

RUNTIME = Path(__file__).with_name("node_runtime.cjs")
# In jsii's package: the program that jsii's entry point starts, and the worker that writes the index.
PROGRAM = Path("_embedded", "jsii", "lib__program.js")
WORKER = PROGRAM.with_name("lib__runtime-index-worker.js")
# jsii's Python package sets the first one, its entry point the second: with it, jsii links unpacked packages
# instead of copying them file by file.
OPTIONS = ("--max-old-space-size=4069", "--preserve-symlinks")

# jsii prints a banner of about 30 lines for each Node release after its end of life.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

_started = False


def start() -> bool:
    """Start Node without waiting for it.

    Returns:
        False if jsii has to start it: jsii's program is not at its usual path, or JSII_RUNTIME names another.
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
        stderr=subprocess.PIPE,
        env=os.environ | {"JSII_AGENT": f"Python/{platform.python_version()}"},
    )
    try:
        # Imported here: jsii is imported while Node starts.
        from privatelink.framework import early_provider

        early_provider.talk_to(node)
    except (ImportError, AttributeError) as gone:
        node.kill()
        node.communicate()
        guard.stock_way(f"the provider of jsii's kernel ({gone})")
        return False
    _started = True
    return True


def expect(jsii_type: str) -> None:
    """Make Node load a type before its first use, if Node is idle."""
    if _started:
        from privatelink.framework import early_provider

        early_provider.expect(jsii_type)


def wait() -> None:
    """Wait until Node has loaded all requested assemblies and types."""
    if _started:
        from privatelink.framework import early_provider

        early_provider.wait()
