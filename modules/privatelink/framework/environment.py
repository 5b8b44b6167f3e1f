"""Node.js and jsii's package cache, where they are not as the framework needs them; each error has a fix."""

import contextlib
import os
import re
import shutil
import subprocess
import traceback
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any

from privatelink.errors import UserError
from privatelink.framework import jsii_cache

OLDEST_NODE = 18
FIX_NODE = f"install Node.js {OLDEST_NODE} or newer, or set JSII_NODE to it"
# A Node.js that does not tell its version in this time is not one.
VERSION_SECONDS = 10.0

# https://github.com/aws/jsii/blob/main/packages/%40jsii/kernel/src/tar-cache/index.ts, PackageCacheError
CACHE_ERROR = re.compile(
    r"Cannot use the jsii package cache in (?P<root>.*?): (?P<reason>.*?)\.? Fix the directory", re.DOTALL
)


class NodeMissingError(UserError):
    """Node.js is not installed, or is not a program that starts."""


class NodeTooOldError(UserError):
    """Node.js is older than the framework needs."""


class PackageCacheUnusableError(UserError):
    """The folder of jsii's package cache cannot be used."""


class PackageCacheDamagedError(UserError):
    """What jsii has unpacked is not what it unpacked."""


def node_command() -> str:
    """Return Node.js as jsii calls it."""
    return os.environ.get("JSII_NODE", "node")


def require_node() -> None:
    """Check that there is a Node.js to start.

    Raises:
        NodeMissingError: Node.js is not installed.
    """
    if shutil.which(node_command()) is None:
        raise NodeMissingError(f"Node.js is missing: no command {node_command()!r}; {FIX_NODE}")


def start_node(arguments: Sequence[str], **options: Any) -> "subprocess.Popen[bytes]":  # noqa: ANN401
    """Start Node.js.

    Raises:
        NodeMissingError: there is no such program, or it is not one for this machine.
    """
    try:
        return subprocess.Popen([node_command(), *arguments], **options)
    except OSError as error:
        raise NodeMissingError(
            f"Node.js does not start: {node_command()!r}: {error.strerror}; {FIX_NODE}"
        ) from error


def check_node_version() -> None:
    """Ask Node.js for its version, which takes some 50 ms: only where it has failed, or time does not matter.

    Raises:
        NodeMissingError: it does not start.
        NodeTooOldError: it is older than the framework needs.
    """
    with start_node(["--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as node:
        try:
            said = node.communicate(timeout=VERSION_SECONDS)[0].decode(errors="replace").strip()
        except subprocess.TimeoutExpired:
            node.kill()
            return
    major = re.match(r"v(\d+)\.", said)
    if major and int(major[1]) < OLDEST_NODE:
        raise NodeTooOldError(f"Node.js is too old: {node_command()!r} is {said}; {FIX_NODE}")


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Raise what jsii cannot do in this environment as an error that says how to fix it.

    Raises:
        NodeTooOldError: Node.js is older than the framework needs.
        PackageCacheUnusableError: jsii's package cache cannot be written, or others can write it.
        PackageCacheDamagedError: files of the cache are missing or cut short.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if _is_of_jsii(error.__traceback__):
            _explain(str(error))
        raise


def _is_of_jsii(trace: TracebackType | None) -> bool:
    return any(
        frame.f_globals.get("__name__", "").partition(".")[0] == "jsii"
        for frame, _ in traceback.walk_tb(trace)
    )


def _explain(text: str) -> None:
    """Raise what lies behind an error of jsii, if it is the environment."""
    if cache := CACHE_ERROR.search(text):
        raise PackageCacheUnusableError(
            f"jsii cannot use its package cache {cache['root']} ({cache['reason']}); "
            "set JSII_RUNTIME_PACKAGE_CACHE_ROOT to a folder of yours that can be written"
        )
    check_node_version()
    if damaged := jsii_cache.damaged():
        raise PackageCacheDamagedError(
            f"jsii's package cache is damaged: {damaged.file} in {damaged.folder}; "
            "delete this folder, the next run unpacks it again"
        )
