"""The folders that commands write to, and the space in them."""

import shutil
import tempfile
from pathlib import Path

from privatelink.doctor.finding import Finding

LEAST_FREE = 10**9
"""Bytes; the AWS provider alone has 700 MB, jsii's cache 300 MB."""


def current_folder(folder: Path | None = None) -> Finding:
    """Check that the current folder can be written."""
    needed_for = ("init", "synth", "plan", "apply", "hcl", "demo")
    return _folder("current folder", folder or Path.cwd(), "change to a folder of your own", needed_for)


def home(folder: Path | None = None) -> Finding:
    """Check that the home folder can be written, where jsii keeps its package cache."""
    fix = "set HOME, or JSII_RUNTIME_PACKAGE_CACHE_ROOT, to a folder of your own"
    return _folder("home folder", folder or Path.home(), fix, ("synth", "demo"))


def _folder(name: str, folder: Path, fix: str, needed_for: tuple[str, ...]) -> Finding:
    try:
        # Tried, not asked: permissions do not tell of a read-only file system.
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(
            name, "missing", f"{folder} cannot be written: {error.strerror or error}", fix, needed_for
        )
    found = f"{folder}, {free / 1e9:.1f} GB free"
    if free < LEAST_FREE:
        free_up = f"free up {LEAST_FREE / 1e9:.0f} GB: the AWS provider alone needs most of it"
        return Finding(name, "warning", found, free_up, needed_for)
    return Finding(name, "ok", found, needed_for=needed_for)
