"""The report as JUnit XML, which CI systems show as tests: one test case for each check.

https://github.com/testmoapp/junitxml
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC

from privatelink.escapes import markup
from privatelink.verify.check import Check
from privatelink.verify.report import CAUSE, Finding, Report, shortened

NAME = "privatelink.verify"
_RESULT = {"fails": "failures", "not checked": "skipped"}


def as_junit(report: Report) -> str:
    """Return the XML document.

    A failed check is a failure, with its cause and fix. A check that was not made is skipped. A path that
    could not be checked at all is an error.
    """
    return "\n".join(_document(report)) + "\n"


def _document(report: Report) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    findings = [*report.findings, *([Finding("all consumers", error=report.error)] if report.error else [])]
    total = sum((_counts(finding) for finding in findings), Counter[str]())
    # Without an offset, as the format has it.
    time = f'timestamp="{report.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"'
    yield f'<testsuites name="{NAME}" {_attributes(total)} {time}>'
    for finding in findings:
        yield f'<testsuite name="{_text(finding.consumer)}" {_attributes(_counts(finding))} {time}>'
        if finding.error:
            yield _case(finding, "path")
            message = f"could not check: {finding.error}"
            yield f'<error type="not checked" message="{_line(message)}">{_lines(message)}</error>'
            yield "</testcase>"
        for check in finding.checks:
            yield from _check(finding, check)
        yield "</testsuite>"
    yield "</testsuites>"


def _counts(finding: Finding) -> Counter[str]:
    counts = Counter[str](tests=len(finding.checks), failures=0, errors=0, skipped=0)
    counts.update(_RESULT[check.outcome] for check in finding.checks if check.outcome in _RESULT)
    if finding.error:
        counts.update(tests=1, errors=1)
    return counts


def _attributes(counts: Counter[str]) -> str:
    return " ".join(f'{name}="{counts[name]}"' for name in ("tests", "failures", "errors", "skipped"))


def _check(finding: Finding, check: Check) -> Iterator[str]:
    case = _case(finding, check.id)
    if check.outcome == "holds":
        yield f"{case.removesuffix('>')}/>"
        return
    yield case
    if check.outcome == "not checked":
        yield f'<skipped message="{_line(check.observed)}"/>'
    else:
        message = f"{check.hop}: {check.observed}"
        details = [f"expected: {check.expected}", f"observed: {check.observed}", f"hop: {check.hop}"]
        details.append(f"{CAUSE}: {check.cause}")
        text = "\n".join(map(_text, details))
        yield f'<failure type="{_text(check.hop)}" message="{_line(message)}">{text}</failure>'
    yield "</testcase>"


def _case(finding: Finding, name: str) -> str:
    return f'<testcase classname="{NAME}.{_text(finding.consumer)}" name="{_text(name)}">'


def _text(text: str) -> str:
    return markup(shortened(text))


def _line(text: str) -> str:
    return markup(shortened(text, 200))


def _lines(text: str) -> str:
    return "\n".join(map(markup, shortened(text).splitlines()))
