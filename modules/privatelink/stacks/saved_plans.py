"""Finds saved plans in a stack's folder by their content, because they can have any name."""

from collections.abc import Iterator
from pathlib import Path

# A saved plan is a ZIP archive with this file first; `terraform show -json` writes these keys first.
ARCHIVE, FIRST_FILE = b"PK\x03\x04", b"tfplan"
KEYS = (b'"format_version"', b'"planned_values"')
HEAD_BYTES = 4096


def saved_plans(folder: Path) -> Iterator[str]:
    """Find the names of the saved plans, and of plans as JSON, in a folder."""
    for file in folder.iterdir():
        if file.is_file():
            with file.open("rb") as content:
                head = content.read(HEAD_BYTES)
            if (head.startswith(ARCHIVE) and FIRST_FILE in head) or all(key in head for key in KEYS):
                yield file.name
