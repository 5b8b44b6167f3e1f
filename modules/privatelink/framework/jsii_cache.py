"""The jsii package cache: check whether it is warm and complete, and wait until it is warm.

jsii unpacks an assembly on first use, then a worker thread writes an index of its types. If the process ends
before the index is written, every later run reads all 130 MB of the AWS assembly again, which takes 2 s and
600 MB each time. jsii decides on the location (`@jsii/kernel`, `tar-cache/default-cache-root.ts`).
"""

import atexit
import importlib.util
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from privatelink.framework.choice import FRAMEWORK

ASSEMBLY_PATTERN = "*/*/package.json"
INDEX_PATTERN = "*/*/.jsii.runtime.v*.json"
# The index takes about 4 s on two idle cores; a first run that does not wait makes every later run slow.
INDEX_WAIT_SECONDS = 60.0
# The top directory of every npm tarball.
PREFIX = "package/"

# The Python package of each assembly, each after its dependencies.
ASSEMBLIES = {
    "constructs": "constructs",
    FRAMEWORK.package: FRAMEWORK.package,
    FRAMEWORK.assembly.as_posix(): FRAMEWORK.bindings,
}


@dataclass(frozen=True)
class Tarball:
    """The npm tarball of an assembly."""

    name: str
    version: str
    path: Path


@dataclass(frozen=True)
class Damage:
    """A file that is missing or truncated, and the directory to delete so that jsii unpacks it again."""

    file: str
    folder: Path


def tarballs() -> list[Tarball]:
    """Return the installed assemblies of the framework, without importing the framework."""
    found = []
    for name, package in ASSEMBLIES.items():
        spec = importlib.util.find_spec(package)
        for path in Path(spec.origin).parent.glob("_jsii/*.jsii.tgz") if spec and spec.origin else ():
            found.append(Tarball(name, path.name.removesuffix(".jsii.tgz").rpartition("@")[2], path))
    return found


def cache_root() -> Path:
    """Return the directory of jsii's package cache on this machine."""
    configured = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT")
    if configured:
        return Path(configured)
    try:
        home = Path.home()
    except RuntimeError:  # no HOME and no passwd entry
        return Path(tempfile.gettempdir(), f"aws-jsii-package-cache-{os.getuid()}")
    if sys.platform == "darwin":
        return home / "Library/Caches/com.amazonaws.jsii/package-cache"
    return home / ".cache/aws/jsii/package-cache"


def is_warm() -> bool:
    """Return whether the index of the AWS assembly exists."""
    return any((cache_root() / FRAMEWORK.assembly).glob(INDEX_PATTERN))


def is_used() -> bool:
    """Return whether jsii has unpacked the AWS assembly; with its cache disabled, it keeps no files."""
    return any((cache_root() / FRAMEWORK.assembly).glob(ASSEMBLY_PATTERN))


def wait_until_warm(seconds: float) -> bool:
    """Wait for jsii's worker to write the index.

    Arguments:
        seconds: the timeout.

    Returns:
        False on timeout, or if the cache is not in use.
    """
    deadline = time.monotonic() + seconds
    while not is_warm():
        if not is_used() or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def fill_on_first_run() -> None:
    """Make the first run wait for the index before it ends, and print a line about it."""
    if not is_warm():
        print(
            "first run: filling jsii's package cache, once for this machine ...", file=sys.stderr, flush=True
        )
        atexit.register(_finish)


def _finish() -> None:
    if is_used() and not wait_until_warm(INDEX_WAIT_SECONDS):
        print(
            "jsii's package cache is still cold; warm it with: python -m privatelink.stacks.warm",
            file=sys.stderr,
        )


def damaged() -> Damage | None:
    """Compare unpacked files with their tarballs; takes seconds, so call it only after jsii has failed."""
    import tarfile  # imported here: only a failed run needs it

    for tarball in tarballs():
        with tarfile.open(tarball.path) as members:
            sizes = {member.name.removeprefix(PREFIX): member.size for member in members if member.isfile()}
        for folder in (cache_root() / tarball.name / tarball.version).glob("*/"):
            for name, size in sizes.items():
                file = folder / name
                if not file.is_file() or file.stat().st_size != size:
                    return Damage(name, folder)
    return None
