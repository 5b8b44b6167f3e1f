"""The jsii package cache: is it warm, is it whole, and wait until it is warm.

jsii unpacks an assembly on first use and then writes an index of its types from a worker thread. A process
that ends before the index is written leaves it unwritten, and every later run reads all 130 MB of the AWS
assembly again: 2 s and 600 MB each time. The location is jsii's own
(`@jsii/kernel`, `tar-cache/default-cache-root.ts`).
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
# The index takes some 4 s on two idle cores; a run that does not wait for it leaves every later one slow.
INDEX_WAIT_SECONDS = 60.0
# In a tarball of npm everything lies below it.
PREFIX = "package/"

# The Python package of each assembly, in the order in which they need one another.
ASSEMBLIES = {
    "constructs": "constructs",
    FRAMEWORK.package: FRAMEWORK.package,
    FRAMEWORK.assembly.as_posix(): FRAMEWORK.bindings,
}


@dataclass(frozen=True)
class Tarball:
    """What jsii unpacks an assembly from."""

    name: str
    version: str
    path: Path


@dataclass(frozen=True)
class Damage:
    """A file that is not as it was unpacked, and the folder that jsii unpacks anew when it is deleted."""

    file: str
    folder: Path


def tarballs() -> list[Tarball]:
    """Return the installed assemblies of the framework, without importing it."""
    found = []
    for name, package in ASSEMBLIES.items():
        spec = importlib.util.find_spec(package)
        for path in Path(spec.origin).parent.glob("_jsii/*.jsii.tgz") if spec and spec.origin else ():
            found.append(Tarball(name, path.name.removesuffix(".jsii.tgz").rpartition("@")[2], path))
    return found


def cache_root() -> Path:
    """Return where jsii keeps unpacked assemblies on this machine."""
    configured = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT")
    if configured:
        return Path(configured)
    try:
        home = Path.home()
    except RuntimeError:  # neither HOME nor an entry of the user
        return Path(tempfile.gettempdir(), f"aws-jsii-package-cache-{os.getuid()}")
    if sys.platform == "darwin":
        return home / "Library/Caches/com.amazonaws.jsii/package-cache"
    return home / ".cache/aws/jsii/package-cache"


def is_warm() -> bool:
    """Return whether the index of the AWS assembly has been written."""
    return any((cache_root() / FRAMEWORK.assembly).glob(INDEX_PATTERN))


def is_used() -> bool:
    """Return whether jsii has unpacked the AWS assembly: where it is told to, it keeps nothing."""
    return any((cache_root() / FRAMEWORK.assembly).glob(ASSEMBLY_PATTERN))


def wait_until_warm(seconds: float) -> bool:
    """Wait for jsii's worker to write the index; False if it has not within `seconds`, or never will."""
    deadline = time.monotonic() + seconds
    while not is_warm():
        if not is_used() or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def fill_on_first_run() -> None:
    """Have the end of a first run wait for the index, and say so."""
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
    """Compare what is unpacked with what it came from, which takes seconds: only where jsii has failed."""
    import tarfile  # needed only where jsii has failed; each run would wait for it

    for tarball in tarballs():
        with tarfile.open(tarball.path) as members:
            sizes = {member.name.removeprefix(PREFIX): member.size for member in members if member.isfile()}
        for folder in (cache_root() / tarball.name / tarball.version).glob("*/"):
            for name, size in sizes.items():
                file = folder / name
                if not file.is_file() or file.stat().st_size != size:
                    return Damage(name, folder)
    return None
