"""Binaries that stand in for Terraform."""

import os
from pathlib import Path

ANSWERS_VERSION = """[ "$1" = version ] && echo '{"terraform_version": "1.9.0"}' && exit"""


def fake_binary(path: Path, answer: str) -> Path:
    """A shell script at `path`."""
    path.write_text(f"#!/bin/sh\n{answer}\n")
    path.chmod(0o755)
    return path


def fake_terraform(directory: Path, answer: str) -> dict[str, str]:
    """An environment whose `terraform` is a shell script."""
    fake_binary(directory / "terraform", answer)
    return {"PATH": os.pathsep.join((str(directory), "/bin", "/usr/bin"))}
