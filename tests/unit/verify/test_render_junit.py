"""The report as JUnit XML."""

from collections import Counter
from xml.etree import ElementTree

from privatelink.escapes import printable
from privatelink.verify.render_junit import as_junit
from tests.support.verify_reports import BROKEN, EVERY, FAILED, HALF, HOSTILE


def test_a_test_case_for_each_check_and_its_result():
    root = ElementTree.fromstring(as_junit(EVERY))
    suites = {suite.get("name"): suite for suite in root}

    assert (root.tag, root.get("name"), [*suites]) == (
        "testsuites",
        "privatelink.verify",
        ["client", "broken", "half", "unknown"],
    )
    for finding in EVERY.findings:
        cases = [*suites[finding.consumer]]
        assert {case.tag for case in cases} == {"testcase"}
        assert {case.get("classname") for case in cases} == {f"privatelink.verify.{finding.consumer}"}
        assert [case.get("name") for case in cases] == ([check.id for check in finding.checks] or ["path"])
        results = {"holds": [], "fails": ["failure"], "not checked": ["skipped"]}
        for check, case in zip(finding.checks, cases, strict=False):
            assert [result.tag for result in case] == results[check.outcome]


def test_a_failure_has_what_was_observed_and_the_cause_and_fix():
    root = ElementTree.fromstring(as_junit(EVERY))
    failure = root.find("testsuite[@name='broken']/testcase[@name='backends']/failure")
    broken = BROKEN.broken

    assert failure.get("type") == "backend"
    assert failure.get("message") == f"backend: {broken.observed}"
    assert failure.text.splitlines() == [
        f"expected: {broken.expected}",
        f"observed: {broken.observed}",
        "hop: backend",
        f"likely cause and fix: {broken.cause}",
    ]
    skipped = root.find("testsuite[@name='half']/testcase[@name='backends']/skipped")
    assert skipped.get("message") == next(c.observed for c in HALF.checks if c.id == "backends")


def test_what_could_not_be_checked_is_an_error():
    for report, suite, why in ((EVERY, "unknown", "i-1 has not"), (FAILED, "all consumers", "no generated")):
        error = ElementTree.fromstring(as_junit(report)).find(f"testsuite[@name='{suite}']/testcase/error")
        assert error.get("message").startswith(f"could not check: {why}")
        assert error.text == error.get("message")


def test_the_numbers_are_those_of_the_cases():
    for report in (EVERY, FAILED, HOSTILE):
        root = ElementTree.fromstring(as_junit(report))
        for element in (root, *root):
            cases = [*element.iter("testcase")]
            found = Counter(result.tag for case in cases for result in case)
            told = {name: int(element.get(name)) for name in ("tests", "failures", "errors", "skipped")}
            assert told == {
                "tests": len(cases),
                "failures": found["failure"],
                "errors": found["error"],
                "skipped": found["skipped"],
            }
            assert element.get("timestamp") == "2026-05-04T03:02:01"


def test_no_text_of_a_server_is_more_than_text():
    text = as_junit(HOSTILE)
    root = ElementTree.fromstring(text)

    assert text.replace("\n", "").isprintable()
    assert {element.tag for element in root.iter()} == {
        *("testsuites", "testsuite", "testcase", "failure", "skipped", "error"),
    }
    assert root[0].get("name") == printable(HOSTILE.findings[0].consumer)
    assert "<script>" in root[0].get("name")
