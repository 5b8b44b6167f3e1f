"""The report on a terminal."""

import io

from rich.console import Console

from privatelink.verify.check import compared, not_checked
from privatelink.verify.render_terminal import show
from privatelink.verify.report import LONGEST, Finding
from tests.support.hostile_text import check_console
from tests.support.verify_reports import HOSTILE

HOLDING = compared("names", "W10", "addresses", "10.20.0.4", True, "dns")
BROKEN = compared("texts", "W11", "2 texts", "[bold]1[/bold] text", False, "backend", "it is stopped")
UNSEEN = not_checked("trace", "W12", "no router", "no probe", "endpoint")


def shown(finding):
    out = io.StringIO()
    show(Console(file=out, width=200), finding)
    return out.getvalue()


def test_a_table_then_what_holds():
    said = shown(Finding("client", [HOLDING, UNSEEN]))

    assert said.startswith("consumer client")
    assert "client: 1 passed, 1 not checked" in said


def test_a_table_then_the_way_to_the_first_broken_hop():
    said = shown(Finding("client", [HOLDING, BROKEN]))

    assert "connection → endpoint → dns" in said
    assert "targets → backend BROKEN" in said
    assert "likely cause: it is stopped" in said
    assert "[bold]1[/bold] text" in said  # what a server answers is text, never markup


def test_why_there_are_no_checks():
    assert shown(Finding("client", error="no [probe]")) == "client: could not check: no [probe]\n"


def test_no_text_of_a_server_is_more_than_text():
    for finding in HOSTILE.findings:
        said = shown(finding)
        check_console(said)
        assert ("[red]" in said) is bool(finding.checks)


def test_a_long_text_is_cut_and_its_length_is_told():
    said = shown(Finding("client", [compared("texts", "W11", "a text", "x" * 1_000_000, True, "backend")]))

    assert "… (1,000,000 characters)" in said.replace("\n", "")
    assert len(said) < 5 * LONGEST
