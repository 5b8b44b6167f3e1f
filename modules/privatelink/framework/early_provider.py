"""What jsii's kernel talks to until Node is there: requests whose answer no one waits for are sent meanwhile.

A thread has Node load the framework's assemblies, and then the types whose classes the program imports, until
the program asks for something. It imports nothing: two threads that import at once may see modules half made
where these import one another, and `importlib` itself is one of them
(https://github.com/python/cpython/blob/3.11/Lib/importlib/__init__.py, "Bootstrap help").
"""

import atexit
import contextlib
import importlib.util
import queue
import subprocess
import threading
from pathlib import Path
from typing import Any

from jsii import _runtime
from jsii._kernel.providers import BaseProvider
from jsii._kernel.providers.process import ProcessProvider, _NodeProcess, stderr_sink
from jsii._kernel.types import LoadRequest, StaticGetRequest

from privatelink.framework.choice import FRAMEWORK

# Every resource, data source and provider has it; asking for it loads the type.
PROPERTY = "tfResourceType"

# In the order in which they need one another.
ASSEMBLIES = {
    "constructs": "constructs",
    FRAMEWORK.package: FRAMEWORK.package,
    FRAMEWORK.assembly.as_posix(): FRAMEWORK.bindings,
}


class _StartedProcess(_NodeProcess):
    """Node as jsii knows it, when it runs already."""

    def __init__(self, node: "subprocess.Popen[bytes]") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._process = node

    def start(self) -> None:
        self.sink_thread = threading.Thread(
            name="process.stderr_sink", target=stderr_sink, args=(self._process.stderr,), daemon=True
        )
        self.sink_thread.start()
        self.handshake()


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
            LoadRequest(name, tarball.name.removesuffix(".jsii.tgz").rpartition("@")[2], str(tarball))
            for name, package in ASSEMBLIES.items()
            for tarball in _folder(package).glob("_jsii/*.jsii.tgz")
        ]
        self._asked: list[LoadRequest] = []
        self._types: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._is_needed = self._is_over = self._sent = False
        # Python waits for other threads before it calls what is registered here.
        self._thread = threading.Thread(target=self._send, name="node", daemon=True)
        self._thread.start()
        atexit.register(self._stop)

    def _send(self) -> None:
        with contextlib.suppress(Exception):
            self._process.start()
            provider = _Provider(self._process)
            for load in self._loads:
                if self._is_over:
                    return
                provider.load(load)
            while (jsii_type := self._types.get()) and not self._is_needed:
                provider.sget(StaticGetRequest(jsii_type, PROPERTY))
            self._sent = True

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
        """Wait for what is on its way, and give place to what jsii talks to from now on."""
        self._wait()
        if self._sent:
            _runtime.kernel.provider = _Provider(self._process)
            return _runtime.kernel.provider
        atexit.unregister(self._stop)
        self._stop()
        _runtime.kernel.provider = ProcessProvider()
        for load in self._asked:
            _runtime.kernel.provider.load(load)
        return _runtime.kernel.provider

    def _wait(self) -> None:
        self._is_needed = True
        self._types.put(None)
        self._thread.join()

    def _stop(self) -> None:
        self._is_over = True
        self._wait()
        with contextlib.suppress(OSError):  # it has ended by itself
            self._process.stop()


def _folder(package: str) -> Path:
    """Where a package is installed, without importing it."""
    spec = importlib.util.find_spec(package)
    assert spec  # noqa: S101  (framework.py has found the framework, which needs the others)
    assert spec.origin  # noqa: S101
    return Path(spec.origin).parent


def talk_to(node: "subprocess.Popen[bytes]") -> None:
    """Have jsii talk to this process, which is starting."""
    _runtime.kernel.provider = _EarlyProvider(node)  # type: ignore[assignment]


def expect(jsii_type: str) -> None:
    """Have Node load a type that will soon be used, if it is not busy with the program's requests yet."""
    if isinstance(_runtime.kernel.provider, _EarlyProvider):
        _runtime.kernel.provider.expect(jsii_type)


def wait() -> None:
    """Return when Node has loaded what it was told to."""
    if isinstance(_runtime.kernel.provider, _EarlyProvider):
        _runtime.kernel.provider.finish()
