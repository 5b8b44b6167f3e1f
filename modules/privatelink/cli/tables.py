"""Tables and consoles that all commands share."""

import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

LOG_WIDTH = 140
"""Used without a terminal; wide enough for the tables."""
WIDEST_TABLE = 100_000
"""Wider than any table."""


def stdout() -> Console:
    """Return a console for results."""
    return Console(width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False)


def stderr() -> Console:
    """Return a console for progress and errors."""
    return Console(stderr=True, highlight=False)


def table(*headers: str) -> Table:
    """Return a table without lines, whose cells are never truncated."""
    made = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for header in headers:
        made.add_column(header, no_wrap=True)
    return made


def print_table(made: Table) -> None:
    """Print a table to standard output."""
    console = Console()
    needed = console.measure(made, options=console.options.update(width=WIDEST_TABLE)).maximum
    # On a narrower terminal the line wraps. rich would truncate IDs, which then could not be copied.
    console.width = max(console.width, needed)
    console.print(made)


def print_text(console: Console, text: str) -> None:
    """Print text unchanged: without markup and added line breaks."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def age(since: datetime, now: datetime | None = None) -> str:
    """Return the time since `since`, in the largest unit that fits."""
    seconds = max(0, int(((now or datetime.now(UTC)) - since).total_seconds()))
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
