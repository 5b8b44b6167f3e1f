"""The report of the checks, as text and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from privatelink.escapes import console_line, console_lines
from privatelink.verify.check import BESIDE, HOPS, Check, Outcome, first_broken

HOLDS, FAILS, UNKNOWN = 0, 1, 2
LONGEST = 2000
"""Maximum number of characters of a text that is shown; in JSON it is complete."""
_STYLE: dict[Outcome, str] = {"holds": "green", "fails": "bold red", "not checked": "yellow"}


@dataclass(frozen=True)
class Finding:
    """The result for one consumer: its checks, or the error if it could not be checked."""

    consumer: str
    checks: Sequence[Check] = ()
    error: str = ""

    @property
    def broken(self) -> Check | None:
        """The check of the first broken hop."""
        return first_broken(self.checks)


def exit_code(findings: Sequence[Finding]) -> int:
    """Return the exit code: a failed check outweighs one that could not be made."""
    if any(finding.broken for finding in findings):
        return FAILS
    return UNKNOWN if any(finding.error for finding in findings) else HOLDS


def show(console: Console, finding: Finding) -> None:
    """Print the table of a consumer's checks, and the first broken hop."""
    if finding.error:
        _say(console, f"{console_line(finding.consumer)}: could not check: {finding.error}", "red")
        return
    # Not the title of the table: it would be wrapped, and its lines begin with what a stranger chose.
    _say(console, console_line(f"consumer {finding.consumer}"), "italic")
    table = Table()
    for heading in ("check", "step", "expected", "observed", "outcome"):
        table.add_column(heading, overflow="fold")
    for check in finding.checks:
        cells = map(_text, (check.id, check.step, check.expected, check.observed))
        table.add_row(*cells, Text(check.outcome, _STYLE[check.outcome]))
    console.print(table)
    broken = finding.broken
    if broken is None:
        holding = sum(check.outcome == "holds" for check in finding.checks)
        left = sum(check.outcome == "not checked" for check in finding.checks)
        also = f", {left} not checked" if left else ""
        _say(console, f"{finding.consumer}: {holding} passed{also}", "green")
        return
    _say(console, f"{finding.consumer}: {way(broken)}", "bold red")
    _say(console, f"  likely cause: {broken.cause}")


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text(console_lines(text), style), soft_wrap=True)


def _text(text: str) -> Text:
    """Return text, which a server may have chosen, for a cell of a table."""
    return Text(console_line(shortened(text)))


def shortened(text: str, most: int = LONGEST) -> str:
    """Return the first `most` characters of a text, and if there are more, how many there are."""
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def way(broken: Check) -> str:
    """Return the path up to its first broken hop, in one line."""
    before = () if broken.hop in BESIDE else HOPS[: HOPS.index(broken.hop)]
    return " → ".join([*before, f"{broken.hop} BROKEN"])


def as_json(findings: Sequence[Finding]) -> dict[str, object]:
    """Return the findings as JSON."""
    return {
        "consumers": [
            {
                "consumer": finding.consumer,
                "error": finding.error or None,
                "first_broken": asdict(finding.broken) if finding.broken else None,
                "checks": [asdict(check) for check in finding.checks],
            }
            for finding in findings
        ]
    }
