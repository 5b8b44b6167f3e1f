"""The review for machines."""

from privatelink.escapes import json_text
from privatelink.review.findings import Finding, Review, verdict
from privatelink.review.hops.hop import Way
from privatelink.review.reachability import Path
from privatelink.review.secrets import Redaction

FORMAT = 2
"""Grows when something is taken away or means something else, not when something is added."""


def as_json(found: Review) -> str:
    """The whole review; the order is that of gravity."""
    return json_text(as_document(found))


def as_document(found: Review) -> dict[str, object]:
    """The same before it is text."""
    return {
        "format": FORMAT,
        "verdict": found.verdict,
        "summary": verdict(found),
        "exit_code": found.exit_code,
        "plans": [
            {"stack": plan.stack, "path": plan.path, "notes": [*plan.notes], "drift": [*plan.drift]}
            for plan in found.plans
        ],
        "findings": [_finding(finding) for finding in found.findings],
        "paths": [_path(path, found.hide) for path in found.paths],
        "outside": [found.hide(each) for each in found.outside],
        "unused_acceptances": [each.model_dump(mode="json") for each in found.unused],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule.id,
        "severity": finding.severity,
        "lowered_from": finding.lowered_from,
        "title": finding.rule.title,
        "stack": finding.change.stack,
        "address": finding.change.address,
        "attribute": finding.attribute or None,
        "before": finding.before,
        "after": finding.after,
        "consequence": finding.consequence,
        "instead": finding.rule.instead,
        "code": finding.code or None,
        "page": finding.rule.page,
        "accepted": finding.accepted.model_dump(mode="json") if finding.accepted else None,
        "expired": finding.expired.model_dump(mode="json") if finding.expired else None,
    }


def _path(path: Path, hide: Redaction) -> dict[str, object]:
    return {
        "stack": path.thing.change.stack,
        "endpoint": path.endpoint.address if path.endpoint else None,
        "service": path.service.address if path.service else None,
        "port": path.port.number if path.port else None,
        "protocol": path.port.protocol if path.port else None,
        "zone": path.zone or None,
        "before": _way(path.before, hide),
        "after": _way(path.after, hide),
    }


def _way(way: Way | None, hide: Redaction) -> dict[str, object] | None:
    return (
        {
            "state": way.state,
            "hops": [{"name": hop.name, "holds": hop.holds, "why": hide(hop.why)} for hop in way.hops],
        }
        if way
        else None
    )
