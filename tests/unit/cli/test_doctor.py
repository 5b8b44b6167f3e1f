"""`privatelink doctor`."""

import io
import json

import pytest
from rich.console import Console

from privatelink.cli import doctor
from privatelink.doctor.finding import Finding
from tests.support.cli import run

FINE = Finding("Python", "ok", "3.12.0")
LACKS = Finding("Node.js", "missing", 'no command "node"', "install Node.js", ("synth", "demo"))
NOTED = Finding("AWS account", "warning", "no [bold] credentials", "log in")


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    findings: list[Finding] = [FINE, NOTED]
    monkeypatch.setattr(doctor, "examine", lambda _checks: findings)
    return findings


def test_warnings_are_allowed(found: list[Finding]) -> None:
    ran = run("doctor")
    assert ran.exit_code == 0
    assert ran.stdout == (
        "ok      Python       3.12.0\n"
        "warning AWS account  no [bold] credentials\n"
        "                     needed for: every command\n"
        "                     fix: log in\n"
        "\n"
        "nothing is missing; 1 warning\n"
    )


def test_something_missing_is_a_finding_with_what_needs_it(found: list[Finding]) -> None:
    found.append(LACKS)
    ran = run("doctor")
    assert ran.exit_code == 1
    assert "needed for: synth, demo\n" in ran.stdout
    assert ran.stdout.endswith("\n1 missing; 1 warning\n")


def test_a_terminal_has_marks(found: list[Finding], monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(doctor, "stdout", lambda: Console(file=screen, force_terminal=True))
    found.append(LACKS)
    assert run("doctor").exit_code == 1
    assert "✓" in screen.getvalue()
    assert "✗" in screen.getvalue()


def test_json(found: list[Finding]) -> None:
    found.append(LACKS)
    ran = run("doctor", "--json")
    assert ran.exit_code == 1
    assert [each["state"] for each in json.loads(ran.stdout)] == ["ok", "warning", "missing"]
    assert json.loads(ran.stdout)[2]["needed_for"] == ["synth", "demo"]


def test_this_machine_can_do_what_the_tests_do() -> None:
    findings = {each["name"]: each["state"] for each in json.loads(run("doctor", "--json").stdout)}
    assert findings["Python"] == findings["Node.js"] == findings["extra: synth"] == "ok"
    assert len(findings) == 12
