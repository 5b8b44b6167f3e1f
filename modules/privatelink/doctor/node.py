"""Checks of Node.js, which runs the framework, and of jsii's package cache, which makes it start fast."""

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
    """Check that Node.js is installed and new enough."""
    name, fix = "Node.js", f"install Node.js {OLDEST_NODE} or newer, or set JSII_NODE to its path"
    # Find it as jsii does. The framework's own check cannot be imported without its extra.
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
    """Check whether jsii's cache has the unpacked AWS bindings and their index."""
    name = "jsii package cache"
    if importlib.util.find_spec("jsii") is None:
        return Finding(name, "ok", "not used: the synth extra is not installed", needed_for=NEEDED_FOR)
    try:
        # This import raises if the selected framework is not installed.
        from privatelink.framework import jsii_cache
    except UserError as error:
        return Finding(name, "missing", str(error).splitlines()[0], _fix_of(error), NEEDED_FOR)
    root = jsii_cache.cache_root()
    if jsii_cache.is_warm():
        return Finding(name, "ok", f"filled, {root}", needed_for=NEEDED_FOR)
    return Finding(
        name,
        "warning",
        f"empty, {root}: the first run takes a few seconds longer",
        "python -m privatelink.stacks.warm",
        NEEDED_FOR,
    )


def _fix_of(error: UserError) -> str:
    """Return the fix in the message of an error."""
    fixes = [line.strip() for line in str(error).splitlines() if line.strip().startswith("fix: ")]
    return fixes[0].removeprefix("fix: ") if fixes else ""
