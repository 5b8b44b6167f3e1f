"""The report on a terminal, or in the log of a CI system."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from privatelink.escapes import console_line, console_lines
from privatelink.verify.check import Outcome
from privatelink.verify.report import Finding, shortened, way

_STYLE: dict[Outcome, str] = {"holds": "green", "fails": "bold red", "not checked": "yellow"}


def show(console: Console, finding: Finding) -> None:
    """Print the table of a consumer's checks, and the first broken hop."""
    name = console_line(finding.consumer)
    if finding.error:
        _say(console, f"{name}: could not check: {finding.error}", "red")
        return
    # Not the title of the table: it would be wrapped, and its lines begin with what a stranger chose.
    _say(console, f"consumer {name}", "italic")
    table = Table()
    for heading in ("check", "step", "expected", "observed", "outcome"):
        table.add_column(heading, overflow="fold")
    for check in finding.checks:
        cells = map(_text, (check.id, check.step, check.expected, check.observed))
        table.add_row(*cells, Text(check.outcome, _STYLE[check.outcome]))
    console.print(table)
    if finding.broken is None:
        _say(console, f"{name}: {finding.counts}", "green" if finding.verdict == "works" else "yellow")
        return
    _say(console, f"{name}: {way(finding.broken)}", "bold red")
    _say(console, f"  likely cause: {finding.broken.cause}")


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(console_lines(text), style), soft_wrap=True)


def _text(text: str) -> Text:
    """Return text, which a server may have chosen, for a cell of a table."""
    return Text(console_line(shortened(text)))
