"""`make audit`: what it says of answers that the services give, and of none."""

import json

import pytest

from tools.audit import of_npm_audit, of_pip_audit

VULNERABLE = {
    "name": "requests",
    "version": "2.0.0",
    "vulns": [{"id": "PYSEC-2018-28", "fix_versions": ["2.20.0"], "aliases": [], "description": ""}],
}
CLEAN = {"name": "rich", "version": "15.0.0", "vulns": []}
SKIPPED = {"name": "moto", "skip_reason": "not found"}


def pip(*packages):
    return of_pip_audit("lock", json.dumps({"dependencies": packages, "fixes": []}), "")


def test_no_known_vulnerability_is_0():
    audit = pip(CLEAN)

    assert (audit.exit_code, str(audit)) == (0, "lock: 1 packages checked, 0 vulnerable")


def test_a_vulnerability_is_1_with_its_id_and_the_version_that_fixes_it():
    audit = pip(CLEAN, VULNERABLE)

    assert audit.exit_code == 1
    assert "  requests 2.0.0: PYSEC-2018-28; fixed in 2.20.0" in str(audit).splitlines()


def test_a_package_that_the_service_does_not_know_is_not_taken_for_a_safe_one():
    audit = pip(CLEAN, SKIPPED)

    assert audit.exit_code == 2
    assert "not checked: 1 packages, such as moto: not found" in str(audit)


@pytest.mark.parametrize("read", [of_pip_audit, of_npm_audit])
def test_no_answer_is_2_with_the_last_line_of_what_was_said(read):
    audit = read("lock", "", "Traceback\nConnectionError: no route\n")

    assert audit.exit_code == 2
    assert "not checked: ConnectionError: no route" in str(audit)


def test_a_registry_that_refuses_npm_is_2():
    audit = of_npm_audit("lock", json.dumps({"message": "405 Method Not Allowed", "statusCode": 405}), "")

    assert audit.exit_code == 2
    assert "not checked: 405 Method Not Allowed" in str(audit)


def test_npm_names_each_vulnerable_package():
    answer = {
        "vulnerabilities": {"minimist": {"name": "minimist", "severity": "critical"}},
        "metadata": {"dependencies": {"total": 400}},
    }

    audit = of_npm_audit("lock", json.dumps(answer), "")

    assert audit.exit_code == 1
    assert str(audit) == "lock: 400 packages checked, 1 vulnerable\n  minimist: critical"
