"""Checks of the folders that commands write to, and of their free space."""

import shutil
import tempfile
from pathlib import Path

from privatelink.doctor.finding import Finding

LEAST_FREE = 10**9
"""Bytes. The AWS provider needs 700 MB, jsii's cache 300 MB."""


def current_folder(folder: Path | None = None) -> Finding:
    """Check that the current folder is writable."""
    needed_for = ("init", "synth", "plan", "apply", "hcl", "demo")
    return _folder("current folder", folder or Path.cwd(), "change to a folder of your own", needed_for)


def home(folder: Path | None = None) -> Finding:
    """Check that the home folder, where jsii has its package cache, is writable."""
    fix = "set HOME, or JSII_RUNTIME_PACKAGE_CACHE_ROOT, to a folder of your own"
    return _folder("home folder", folder or Path.home(), fix, ("synth", "demo"))


def _folder(name: str, folder: Path, fix: str, needed_for: tuple[str, ...]) -> Finding:
    try:
        # Write a file: permissions do not show that a file system is read-only.
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(
            name, "missing", f"{folder} cannot be written: {error.strerror or error}", fix, needed_for
        )
    found = f"{folder}, {free / 1e9:.1f} GB free"
    if free < LEAST_FREE:
        free_up = f"free {LEAST_FREE / 1e9:.0f} GB; the AWS provider alone needs 0.7 GB"
        return Finding(name, "warning", found, free_up, needed_for)
    return Finding(name, "ok", found, needed_for=needed_for)
