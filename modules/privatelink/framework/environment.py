"""Check Node.js and jsii's package cache; each error names the fix."""

import contextlib
import os
import re
import shutil
import subprocess
import traceback
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType

from privatelink.errors import UserError
from privatelink.framework import jsii_cache

OLDEST_NODE = 18
FIX_NODE = f"install Node.js {OLDEST_NODE} or newer, or set JSII_NODE to it"
# Timeout of `node --version`; a program that takes longer is not asked again.
VERSION_SECONDS = 10.0

# https://github.com/aws/jsii/blob/main/packages/%40jsii/kernel/src/tar-cache/index.ts, PackageCacheError
CACHE_ERROR = re.compile(
    r"Cannot use the jsii package cache in (?P<root>.*?): (?P<reason>.*?)\.? Fix the directory", re.DOTALL
)


class NodeMissingError(UserError):
    """Node.js is not installed, or does not start."""


class NodeTooOldError(UserError):
    """Node.js is older than the framework needs."""


class PackageCacheUnusableError(UserError):
    """jsii cannot use the directory of its package cache."""


class PackageCacheDamagedError(UserError):
    """Files in jsii's package cache differ from the packages they were unpacked from."""


def node_command() -> str:
    """Return the command by which jsii starts Node.js."""
    return os.environ.get("JSII_NODE", "node")


def require_node() -> None:
    """Check that Node.js is installed.

    Raises:
        NodeMissingError: Node.js is not installed.
    """
    if shutil.which(node_command()) is None:
        raise NodeMissingError(f"Node.js is missing: no command {node_command()!r}; {FIX_NODE}")


def start_node(
    arguments: Sequence[str],
    *,
    stdin: int | None = None,
    stderr: int,
    env: Mapping[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start Node.js, with its standard output as a pipe.

    Arguments:
        arguments: its command-line arguments.
        stdin, stderr, env: as `subprocess.Popen` has them.

    Raises:
        NodeMissingError: the program does not exist, or is not executable on this machine.
    """
    try:
        return subprocess.Popen(
            [node_command(), *arguments], stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=env
        )
    except OSError as error:
        raise NodeMissingError(
            f"Node.js does not start: {node_command()!r}: {error.strerror}; {FIX_NODE}"
        ) from error


def check_node_version() -> None:
    """Check the version of Node.js; takes about 50 ms, so call it only after a failure or in a slow path.

    Raises:
        NodeMissingError: Node.js does not start.
        NodeTooOldError: Node.js is older than the framework needs.
    """
    with start_node(["--version"], stderr=subprocess.PIPE) as node:
        try:
            said, errors = (
                output.decode(errors="replace").strip()
                for output in node.communicate(timeout=VERSION_SECONDS)
            )
        except subprocess.TimeoutExpired:
            node.kill()
            return
    if node.returncode:
        reason = errors.splitlines()[-1] if errors else f"exit code {node.returncode}"
        fix = "correct or unset NODE_OPTIONS" if "NODE_OPTIONS" in reason else FIX_NODE
        raise NodeMissingError(f"Node.js does not start: {node_command()!r}: {reason}; {fix}")
    major = re.match(r"v(\d+)\.", said)
    if major and int(major[1]) < OLDEST_NODE:
        raise NodeTooOldError(f"Node.js is too old: {node_command()!r} is {said}; {FIX_NODE}")


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn an error of jsii that this machine's setup causes into an error that names the fix.

    Raises:
        NodeTooOldError: Node.js is older than the framework needs.
        PackageCacheUnusableError: jsii's package cache is not writable, or other users can write to it.
        PackageCacheDamagedError: files of the cache are missing or truncated.
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
    """Raise the cause of an error of jsii if this machine's setup is the cause."""
    if cache := CACHE_ERROR.search(text):
        raise PackageCacheUnusableError(
            f"jsii cannot use its package cache {cache['root']} ({cache['reason']}); "
            "set JSII_RUNTIME_PACKAGE_CACHE_ROOT to a writable directory of your own"
        )
    check_node_version()
    if damaged := jsii_cache.damaged():
        raise PackageCacheDamagedError(
            f"jsii's package cache is damaged: {damaged.file} in {damaged.folder}; "
            "delete this directory; the next run unpacks it again"
        )
