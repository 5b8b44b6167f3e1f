"""The jsii package cache: is it warm, and wait until it is.

jsii unpacks an assembly on first use and then writes an index of its types from a worker thread. A process
that ends before the index is written leaves it unwritten, and every later run reads all 130 MB of the AWS
assembly again: 2 s and 600 MB each time. The location is jsii's own
(`@jsii/kernel`, `tar-cache/default-cache-root.ts`).
"""

import os
import sys
import time
from pathlib import Path

from privatelink.framework.choice import FRAMEWORK

ASSEMBLY_PATTERN = "*/*/package.json"
INDEX_PATTERN = "*/*/.jsii.runtime.v*.json"


def cache_root() -> Path:
    """Where jsii keeps unpacked assemblies on this machine."""
    configured = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT")
    if configured:
        return Path(configured)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/com.amazonaws.jsii/package-cache"
    return Path.home() / ".cache/aws/jsii/package-cache"


def is_warm() -> bool:
    """Whether the index of the AWS assembly has been written."""
    return any((cache_root() / FRAMEWORK.assembly).glob(INDEX_PATTERN))


def is_used() -> bool:
    """Whether jsii has unpacked the AWS assembly: where it is told to, or cannot write, it keeps nothing."""
    return any((cache_root() / FRAMEWORK.assembly).glob(ASSEMBLY_PATTERN))


def wait_until_warm(seconds: float) -> bool:
    """Wait for jsii's worker to write the index; False if it has not within `seconds`, or never will."""
    deadline = time.monotonic() + seconds
    while not is_warm():
        if not is_used() or time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
