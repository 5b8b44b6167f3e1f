"""What a measurement returns: figures, results with their targets, and tables."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Target:
    """A result with its target."""

    what: str
    measured: str
    wanted: str
    met: bool


@dataclass(frozen=True)
class Measured:
    """The results of one part of the measurements."""

    figures: Any
    """Values for JSON."""
    targets: tuple[Target, ...]
    tables: tuple[Table, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the figures, and the results with their targets."""
        return {"figures": self.figures, "targets": [asdict(target) for target in self.targets]}


@contextmanager
def saying(console: Console, what: str) -> Iterator[None]:
    """Print the running measurement."""
    with console.status(what):
        console.print(what, style="dim")
        yield


def table_of_targets(targets: Iterable[Target], runs: int) -> Table:
    """Return the table of all results with their targets."""
    title = f"Targets (medians of {runs})"
    made = Table("measured", "figure", "target", "", title=title, title_justify="left")
    for target in targets:
        made.add_row(target.what, target.measured, target.wanted, "met" if target.met else "MISSED")
    return made
