"""The review for machines."""

import json

from privatelink.review.findings import Finding, Review, verdict
from privatelink.review.reachability import Path, Way

FORMAT = 1
"""Grows when something is taken away or means something else, not when something is added."""


def as_json(found: Review) -> str:
    """The whole review; the order is that of gravity."""
    return json.dumps(as_document(found), indent=2, ensure_ascii=False) + "\n"


def as_document(found: Review) -> dict[str, object]:
    """The same before it is text."""
    return {
        "format": FORMAT,
        "verdict": verdict(found),
        "exit_code": found.exit_code,
        "plans": [
            {"stack": plan.stack, "path": plan.path, "notes": [*plan.notes], "drift": [*plan.drift]}
            for plan in found.plans
        ],
        "findings": [_finding(finding) for finding in found.findings],
        "paths": [_path(path) for path in found.paths],
        "unused_acceptances": [each.model_dump(mode="json") for each in found.unused],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule.id,
        "severity": finding.severity,
        "title": finding.rule.title,
        "stack": finding.change.stack,
        "address": finding.change.address,
        "attribute": finding.attribute or None,
        "before": finding.before,
        "after": finding.after,
        "consequence": finding.consequence,
        "instead": finding.rule.instead,
        "page": finding.rule.page,
        "accepted": finding.accepted.model_dump(mode="json") if finding.accepted else None,
        "expired": finding.expired.model_dump(mode="json") if finding.expired else None,
    }


def _path(path: Path) -> dict[str, object]:
    return {
        "stack": path.thing.change.stack,
        "endpoint": path.endpoint.address if path.endpoint else None,
        "service": path.service.address if path.service else None,
        "port": path.port.number if path.port else None,
        "protocol": path.port.protocol if path.port else None,
        "zone": path.zone or None,
        "before": _way(path.before),
        "after": _way(path.after),
    }


def _way(way: Way | None) -> dict[str, object] | None:
    return (
        {
            "state": way.state,
            "hops": [{"name": hop.name, "holds": hop.holds, "why": hop.why} for hop in way.hops],
        }
        if way
        else None
    )
