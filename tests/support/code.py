"""Code run by a Python of its own, which has imported nothing yet."""

import os
import subprocess
import sys

from tests.support.project import PROJECT


def run(code, **environment):
    """What the code prints on standard output."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def main(**environment):
    """`main.py`, with what it prints and its exit code."""
    return subprocess.run(
        [sys.executable, "main.py"],
        cwd=PROJECT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
