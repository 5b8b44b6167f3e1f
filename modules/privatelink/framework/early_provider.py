"""What jsii's kernel talks to until Node is there: requests whose answer no one waits for are sent meanwhile.

A thread has Node load the framework's assemblies, and then the types whose classes the program imports, until
the program asks for something. It imports nothing: two threads that import at once may see modules half made
where these import one another, and `importlib` itself is one of them
(https://github.com/python/cpython/blob/3.11/Lib/importlib/__init__.py, "Bootstrap help").
"""

import atexit
import base64
import contextlib
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterable
from typing import Any

from jsii import _runtime
from jsii._kernel.providers import BaseProvider
from jsii._kernel.providers.process import ProcessProvider, _NodeProcess
from jsii._kernel.types import LoadRequest, StaticGetRequest

from privatelink.framework import environment, guard, jsii_cache

# Every resource, data source and provider has it; asking for it loads the type.
PROPERTY = "tfResourceType"
# As long as jsii waits.
STOP_SECONDS = 5.0


def _pass_on(lines: Iterable[bytes]) -> None:
    """Print what Node prints, as `node_runtime.cjs` sends it."""
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue  # Node itself, as it fails; what follows of it is told in time
        if "gone" in said:  # by the preload
            guard.stock_way(said["gone"])
        for name in ("stdout", "stderr"):
            if name in said:
                getattr(sys, name).buffer.write(base64.b64decode(said[name]))


class _StartedProcess(_NodeProcess):
    """Node as jsii knows it, when it runs already."""

    def __init__(self, node: "subprocess.Popen[bytes]") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._process = self._node = node
        self._output = threading.Thread(
            name="node's output", target=_pass_on, args=(node.stderr,), daemon=True
        )

    def start(self) -> None:
        self._output.start()
        self.handshake()

    def stop(self) -> None:
        """End Node, by the end of what it reads; jsii's own way needs more of jsii."""
        assert self._node.stdin  # noqa: S101  (node_process.py has made it)
        with contextlib.suppress(OSError):  # it has ended by itself
            self._node.stdin.close()
        try:
            self._node.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._node.terminate()
        if self._output.is_alive():
            self._output.join(STOP_SECONDS)


class _Provider(ProcessProvider):
    """jsii's own provider, with a process that runs already."""

    _process: Any = None

    def __init__(self, process: _StartedProcess) -> None:
        self._process = process


class _EarlyProvider:
    """Sends what it can while Node starts, until something is asked for whose answer is needed.

    Whatever fails until then is met again, and told, by jsii's own provider, which takes its place.
    """

    def __init__(self, node: "subprocess.Popen[bytes]") -> None:
        self._process = _StartedProcess(node)
        self._loads = [
            LoadRequest(tarball.name, tarball.version, str(tarball.path)) for tarball in jsii_cache.tarballs()
        ]
        self._asked: list[LoadRequest] = []
        self._types: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._is_needed = self._is_over = self._sent = False
        self._failure: Exception | None = None
        # Python waits for other threads before it calls what is registered here.
        self._thread = threading.Thread(target=self._send, name="node", daemon=True)
        self._thread.start()
        atexit.register(self._stop)

    def _send(self) -> None:
        try:
            self._process.start()
            provider = _Provider(self._process)
            for load in self._loads:
                if self._is_over:
                    return
                provider.load(load)
            while (jsii_type := self._types.get()) and not self._is_needed:
                provider.sget(StaticGetRequest(jsii_type, PROPERTY))
            self._sent = True
        except Exception as failure:
            self._failure = failure

    def load(self, request: LoadRequest) -> None:
        """Load an assembly: one of those that are loaded anyway, or another one, now."""
        if request in self._loads:
            self._asked.append(request)
        else:
            self.finish().load(request)

    def expect(self, jsii_type: str) -> None:
        """Load a type when Node has time."""
        self._types.put(jsii_type)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.finish(), name)

    def finish(self) -> BaseProvider:
        """Wait for what is on its way, and give place to what jsii talks to from now on.

        Raises:
            NodeTooOldError: Node.js is older than the framework needs.
        """
        self._wait()
        if self._sent:
            _runtime.kernel.provider = _Provider(self._process)
            return _runtime.kernel.provider
        atexit.unregister(self._stop)
        self._stop()
        environment.check_node_version()
        _runtime.kernel.provider = ProcessProvider()
        for load in self._asked:
            _runtime.kernel.provider.load(load)
        # jsii's own process does what this one could not.
        guard.stock_way(f"what talks to jsii's Node process ({self._failure})")
        return _runtime.kernel.provider

    def _wait(self) -> None:
        self._is_needed = True
        self._types.put(None)
        self._thread.join()

    def _stop(self) -> None:
        self._is_over = True
        self._wait()
        self._process.stop()


def talk_to(node: "subprocess.Popen[bytes]") -> None:
    """Have jsii talk to this process, which is starting.

    Raises AttributeError where jsii's kernel has another way to it.
    """
    if not isinstance(_runtime.kernel.provider, ProcessProvider):
        raise AttributeError("_runtime.kernel.provider is no ProcessProvider")
    _runtime.kernel.provider = _EarlyProvider(node)  # type: ignore[assignment]


def expect(jsii_type: str) -> None:
    """Have Node load a type that will soon be used, if it is not busy with the program's requests yet."""
    if isinstance(_runtime.kernel.provider, _EarlyProvider):
        _runtime.kernel.provider.expect(jsii_type)


def wait() -> None:
    """Return when Node has loaded what it was told to."""
    if isinstance(_runtime.kernel.provider, _EarlyProvider):
        _runtime.kernel.provider.finish()
