"""The review as SARIF 2.1.0, for code scanning and editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
"""

import hashlib
from pathlib import Path
from urllib.parse import quote

from privatelink.escapes import json_text
from privatelink.review.catalogue import RULES
from privatelink.review.findings import Finding, Review
from privatelink.review.rule import Severity

_LEVELS: dict[Severity, str] = {"blocking": "error", "warning": "warning", "note": "note"}


def as_sarif(found: Review) -> str:
    """Return one run; a plan has no lines, so each resource is a logical location in the file of its plan."""
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "fullDescription": {"text": rule.consequence},
            "help": {"text": f"Instead: {rule.instead}"},
            "helpUri": rule.page,
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in RULES
    ]
    paths = {plan.stack: plan.path for plan in found.plans}
    run = {
        "tool": {"driver": {"name": "privatelink-review", "rules": rules}},
        "results": [_result(finding, paths[finding.change.stack]) for finding in found.findings],
    }
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json_text(document)


def uri(path: str) -> str:
    """Return the URI of a plan: relative to the working directory, as code scanning needs it, or absolute.

    https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    whole, here = Path(path).absolute(), Path.cwd()
    if whole.is_relative_to(here):
        return quote(whole.relative_to(here).as_posix())
    return whole.as_uri()


def _plain(text: str) -> str:
    """A text without the links that a message of SARIF may have: `[text](target)`."""
    return text.replace("](", "] (")


def _result(finding: Finding, path: str) -> dict[str, object]:
    change = finding.change
    attribute = f" {finding.attribute}: {finding.before} → {finding.after}." if finding.attribute else ""
    place = f"{change.stack}\n{change.address}\n{finding.attribute}"
    said = (
        f"{change.address}: {finding.rule.title}.{attribute} {finding.consequence}. "
        f"Instead: {finding.rule.instead}."
    )
    result: dict[str, object] = {
        "ruleId": finding.rule.id,
        "level": _LEVELS[finding.severity],
        "message": {"text": _plain(said)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(path)},
                    "region": {"startLine": 1},
                },
                "logicalLocations": [{"fullyQualifiedName": change.address, "kind": "resource"}],
            }
        ],
        # The same finding in a later push is the same alert.
        "partialFingerprints": {"resource/v1": hashlib.sha256(place.encode()).hexdigest()},
    }
    if finding.accepted:
        reason = f"{finding.accepted.reason} (until {finding.accepted.until})"
        result["suppressions"] = [{"kind": "external", "justification": reason}]
    return result
