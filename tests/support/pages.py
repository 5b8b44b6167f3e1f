"""The pages that people read, and the commands in them."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.support.project import PROJECT

PAGES = [
    *sorted(PROJECT.glob("*.md")),
    *sorted(PROJECT.glob("docs/**/*.md")),
    PROJECT / "examples/broken/README.md",
]
_BLOCK = re.compile(r"(?:<!-- tested: ([^\n]*) -->\n)?```sh\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Commands:
    """A block of shell commands, and what its page says it is tested by."""

    page: Path
    tested_by: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(PROJECT)}: {self.text.splitlines()[0]}"


def commands(page: Path) -> list[Commands]:
    """Return the blocks of a page, in its order."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [Commands(page, tested_by, text) for tested_by, text in found]


def commands_tested_by(test: str) -> list[Commands]:
    """Return the blocks of all pages that name a test: `tests/path.py::name`."""
    return [block for page in PAGES for block in commands(page) if block.tested_by == test]
