"""Findings of plans without those of paths, which have tests of their own."""

from privatelink.review.findings import Finding
from privatelink.review.plan import Plan
from privatelink.review.rules import paths
from tests.support.plan_facts import reviewed


def findings(*plans: Plan) -> list[Finding]:
    return [finding for finding in reviewed(*plans).findings if finding.rule not in paths.RULES]


def found(*plans: Plan) -> list[str]:
    """The ids of the rules that find something, each once, in order."""
    return list(dict.fromkeys(finding.rule.id for finding in findings(*plans)))


def only(*plans: Plan) -> Finding:
    (finding,) = findings(*plans)
    return finding
