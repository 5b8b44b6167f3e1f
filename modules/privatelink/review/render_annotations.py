"""The findings as workflow commands of GitHub, which shows them on the run and its pull request.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
"""

from privatelink.escapes import console_line
from privatelink.review.findings import Review
from privatelink.review.rule import Severity

_COMMANDS: dict[Severity, str] = {"blocking": "error", "warning": "warning", "note": "notice"}


def as_annotations(found: Review) -> str:
    """Return one line for each finding that is not accepted."""
    lines = []
    for finding in found.open:
        title = f"{finding.rule.id}: {finding.change.address}"
        body = f"{finding.rule.title}: {finding.consequence}. Instead: {finding.rule.instead}"
        lines.append(f"::{_COMMANDS[finding.severity]} title={_property(title)}::{_message(body)}\n")
    return "".join(lines)


def _message(text: str) -> str:
    # One printable line: it has no other character that ends a command.
    return console_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
