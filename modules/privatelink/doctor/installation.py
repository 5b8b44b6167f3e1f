"""Checks of Python, and of the extras of this package."""

import importlib.util
import platform
import sys
from collections.abc import Mapping, Sequence

from privatelink.doctor.finding import Finding

OLDEST_PYTHON = (3, 11)


def python(version: tuple[int, int] = sys.version_info[:2]) -> Finding:
    """Check the version of Python."""
    if version < OLDEST_PYTHON:
        needed = ".".join(map(str, OLDEST_PYTHON))
        return Finding("Python", "missing", f"{version[0]}.{version[1]}", f"install Python {needed} or newer")
    return Finding("Python", "ok", f"{platform.python_version()}, {sys.executable}")


def extra(name: str, packages: Sequence[str], needs: Mapping[str, Sequence[str]]) -> Finding:
    """Check whether an extra of this package is installed.

    Arguments:
        name: the extra.
        packages: Python packages that the extra installs, by import name.
        needs: extras that each subcommand needs.
    """
    what = f"extra: {name}"
    needed_for = tuple(command for command, extras in needs.items() if name in extras)
    absent = [package for package in packages if importlib.util.find_spec(package) is None]
    if absent:
        found = f"not installed ({', '.join(absent)})"
        return Finding(what, "missing", found, f"pip install 'privatelink[{name}]'", needed_for)
    return Finding(what, "ok", "installed", needed_for=needed_for)
