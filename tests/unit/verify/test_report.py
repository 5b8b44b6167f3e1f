"""The report: a table, the first broken hop, JSON, an exit code."""

import io

import pytest
from rich.console import Console

from privatelink.verify.check import compared, not_checked
from privatelink.verify.report import LONGEST, Finding, as_json, exit_code, show, way
from tests.support.hostile_text import NASTY, check_console

HOLDING = compared("names", "W10", "addresses", "10.20.0.4", True, "dns")
BROKEN = compared("texts", "W11", "2 texts", "[bold]1[/bold] text", False, "backend", "it is stopped")
BESIDE = compared("public", "W4", "2 texts", "none", False, "internet", "closed")
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
    said = shown(Finding("client", [HOLDING, BESIDE, BROKEN]))

    assert "connection → endpoint → dns" in said
    assert "targets → backend BROKEN" in said
    assert "likely cause: it is stopped" in said
    assert "[bold]1[/bold] text" in said  # what a server answers is text, never markup


def test_no_text_of_a_server_is_more_than_text():
    nasty = compared(NASTY, NASTY, NASTY, NASTY, False, "backend", f"{NASTY}[red]x[/red]")
    for finding in (Finding(NASTY, [nasty]), Finding(NASTY, error=NASTY)):
        check_console(shown(finding))
    assert "[red]x[/red]" in shown(Finding("client", [nasty]))


def test_a_long_text_is_cut_and_its_length_is_told():
    said = shown(Finding("client", [compared("texts", "W11", "a text", "x" * 1_000_000, True, "backend")]))

    assert "… (1,000,000 characters)" in said.replace("\n", "")
    assert len(said) < 5 * LONGEST


def test_what_is_beside_the_path_has_no_way_to_it():
    assert way(BESIDE) == "internet BROKEN"


def test_why_there_are_no_checks():
    assert shown(Finding("client", error="no [probe]")) == "client: could not check: no [probe]\n"


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([], 0),
        ([Finding("a", [HOLDING, UNSEEN])], 0),
        ([Finding("a", [HOLDING]), Finding("b", error="x")], 2),
        ([Finding("a", error="x"), Finding("b", [BROKEN])], 1),
    ],
)
def test_a_failure_outweighs_what_could_not_be_checked(findings, code):
    assert exit_code(findings) == code


def test_json_has_every_check_and_the_first_broken():
    (found, unknown) = as_json([Finding("a", [HOLDING, BROKEN]), Finding("b", error="x")])["consumers"]

    assert (found["consumer"], found["error"], unknown["error"]) == ("a", None, "x")
    assert found["first_broken"] == found["checks"][1]
    assert found["checks"][0] == {
        "id": "names",
        "step": "W10",
        "expected": "addresses",
        "observed": "10.20.0.4",
        "outcome": "holds",
        "hop": "dns",
        "cause": "",
    }
    assert (unknown["first_broken"], unknown["checks"]) == (None, [])
