"""A copy of the project as it is checked out."""

import shutil
import subprocess

from tests.support.project import PROJECT


def checkout(folder):
    """A copy of the project as it is checked out, with the environment that is installed already."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout
    for name in listed.splitlines():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PROJECT / name, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
