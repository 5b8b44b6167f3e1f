"""A provider for jsii's kernel while Node starts: it sends requests early if no caller waits for the answer.

A thread makes Node load the framework's assemblies, then the types of the classes that the program imports,
until the program needs an answer. The thread imports nothing: if two threads import at the same time, one may
see a partly initialized module in an import cycle, and `importlib` itself has one
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

from jsii import _runtime
from jsii._kernel.providers import BaseProvider
from jsii._kernel.providers.process import ProcessProvider, _NodeProcess
from jsii._kernel.types import LoadRequest, StaticGetRequest

from privatelink.framework import environment, guard, jsii_cache

# Every resource, data source and provider has this property; reading it loads the type.
PROPERTY = "tfResourceType"
# The same timeout as jsii's.
STOP_SECONDS = 5.0


def _pass_on(lines: Iterable[bytes]) -> None:
    """Print Node's output, which `node_runtime.cjs` sends as JSON lines."""
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue  # an error of Node itself; jsii reports its consequences
        if "gone" in said:  # from node_preload.cjs
            guard.stock_way(said["gone"])
        for name in ("stdout", "stderr"):
            if name in said:
                getattr(sys, name).buffer.write(base64.b64decode(said[name]))


class _StartedProcess(_NodeProcess):
    """jsii's Node process, already running."""

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
        """End Node by closing its standard input; jsii's own method needs more private names of jsii."""
        assert self._node.stdin  # noqa: S101  (node_process.py has made it)
        with contextlib.suppress(OSError):  # Node has already ended
            self._node.stdin.close()
        try:
            self._node.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._node.terminate()
        if self._output.is_alive():
            self._output.join(STOP_SECONDS)


class _Provider(ProcessProvider):
    """jsii's own provider, with a process that already runs."""

    _process: _StartedProcess | None = None

    def __init__(self, process: _StartedProcess) -> None:
        self._process = process


class _EarlyProvider:
    """Sends requests while Node starts, until the program needs an answer.

    jsii's own provider then replaces it. A request that failed is repeated there, and its error is raised.
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
        # A daemon: Python joins other threads before it calls the function registered below.
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
        """Load an assembly: one that the thread loads already, or another one at once."""
        if request in self._loads:
            self._asked.append(request)
        else:
            self.finish().load(request)

    def expect(self, jsii_type: str) -> None:
        """Load a type as soon as Node is idle."""
        self._types.put(jsii_type)

    def __getattr__(self, name: str) -> object:
        return getattr(self.finish(), name)

    def finish(self) -> BaseProvider:
        """Wait for the pending requests, replace this provider by jsii's own, and return that.

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
        # A process that jsii starts itself takes over.
        guard.stock_way(f"the provider of jsii's kernel ({self._failure})")
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
    """Make jsii use this process, which is starting.

    Raises:
        AttributeError: jsii's kernel has another kind of provider.
    """
    if not isinstance(_runtime.kernel.provider, ProcessProvider):
        raise AttributeError("_runtime.kernel.provider is not a ProcessProvider")
    _runtime.kernel.provider = _EarlyProvider(node)  # type: ignore[assignment]


def expect(jsii_type: str) -> None:
    """Make Node load a type before its first use, unless the program has already sent requests."""
    if isinstance(_runtime.kernel.provider, _EarlyProvider):
        _runtime.kernel.provider.expect(jsii_type)


def wait() -> None:
    """Wait until Node has loaded all requested assemblies and types."""
    if isinstance(_runtime.kernel.provider, _EarlyProvider):
        _runtime.kernel.provider.finish()
