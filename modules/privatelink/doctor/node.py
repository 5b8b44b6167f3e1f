"""Node.js, which the framework runs in, and the cache that makes it start fast."""

import importlib.util
import os
import shutil
import subprocess

from privatelink.doctor.finding import Finding
from privatelink.errors import UserError

OLDEST_NODE = 18
NEEDED_FOR = ("synth", "demo")
_SECONDS = 2.0


def node() -> Finding:
    """Check that Node.js is there and new enough."""
    name, fix = "Node.js", f"install Node.js {OLDEST_NODE} or newer, or set JSII_NODE to it"
    # As jsii finds it. The framework's own check is out of reach where its extra is not installed.
    command = os.environ.get("JSII_NODE", "node")
    path = shutil.which(command)
    if path is None:
        return Finding(name, "missing", f'no command "{command}"', fix, NEEDED_FOR)
    try:
        ran = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=_SECONDS, check=True
        )
        version = ran.stdout.strip().removeprefix("v")
        major = int(version.partition(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return Finding(name, "missing", f"{path} does not print a version: {error}", fix, NEEDED_FOR)
    found = f"{version}, {path}"
    if major < OLDEST_NODE:
        return Finding(name, "missing", found, fix, NEEDED_FOR)
    return Finding(name, "ok", found, needed_for=NEEDED_FOR)


def package_cache() -> Finding:
    """Check whether jsii has unpacked the AWS bindings and written their index."""
    name = "jsii package cache"
    if importlib.util.find_spec("jsii") is None:
        return Finding(name, "ok", "not used: the synth extra is not installed", needed_for=NEEDED_FOR)
    try:
        # It looks for the framework that is chosen, and raises where that is not installed.
        from privatelink.framework import jsii_cache
    except UserError as error:
        return Finding(name, "missing", str(error).splitlines()[0], _fix_of(error), NEEDED_FOR)
    root = jsii_cache.cache_root()
    if jsii_cache.is_warm():
        return Finding(name, "ok", f"warm, {root}", needed_for=NEEDED_FOR)
    return Finding(
        name,
        "warning",
        f"cold, {root}: the first run takes some seconds more",
        "python -m privatelink.stacks.warm",
        NEEDED_FOR,
    )


def _fix_of(error: UserError) -> str:
    """Return the line of an error's message that says what to do."""
    fixes = [line.strip() for line in str(error).splitlines() if line.strip().startswith("fix: ")]
    return fixes[0].removeprefix("fix: ") if fixes else ""
