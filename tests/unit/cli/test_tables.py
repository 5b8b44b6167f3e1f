"""Tables and consoles that every command shares."""

import io
import sys
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from privatelink.cli import tables

SINCE = datetime(2024, 5, 1, 9, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (7199, "1 h"), (86399, "23 h"), (172800, "2 d")],
)
def test_age(seconds: int, text: str) -> None:
    assert tables.age(SINCE, SINCE + timedelta(seconds=seconds)) == text


def test_cells_are_never_cut_however_narrow_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    made = tables.table("endpoint", "state")
    made.add_row("vpce-0aaaaaaaaaaaaaaa1", "pendingAcceptance")
    made.add_row("vpce-0aaaaaaaaaaaaaaa2", 200 * "x")

    tables.print_table(made)

    said = capsys.readouterr().out
    assert "vpce-0aaaaaaaaaaaaaaa1 pendingAcceptance" in said
    assert "vpce-0aaaaaaaaaaaaaaa2 " + 200 * "x" in said


def test_text_is_printed_as_it_is() -> None:
    out = io.StringIO()

    tables.print_text(Console(file=out, width=20), "[red]not markup[/red] " + "x" * 40)

    assert out.getvalue() == "[red]not markup[/red] " + "x" * 40 + "\n"


def test_a_log_is_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())

    assert tables.stdout().width == tables.LOG_WIDTH
    assert tables.stderr().stderr
