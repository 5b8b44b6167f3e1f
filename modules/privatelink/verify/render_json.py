"""The report as JSON."""

from dataclasses import asdict

from privatelink.verify.report import Finding, Report


def as_json(report: Report) -> dict[str, object]:
    """Return the report as JSON; texts are complete, and as servers sent them."""
    return {
        "verdict": report.verdict,
        "at": report.at.isoformat(timespec="seconds"),
        "error": report.error or None,
        "consumers": [_consumer(finding) for finding in report.findings],
    }


def _consumer(finding: Finding) -> dict[str, object]:
    return {
        "consumer": finding.consumer,
        "verdict": finding.verdict,
        "error": finding.error or None,
        "first_broken": asdict(finding.broken) if finding.broken else None,
        "hops": [
            {"hop": station.hop, "side": side.name, "state": station.state}
            for side in finding.sides
            for station in side.stations
        ],
        "checks": [asdict(check) for check in finding.checks],
    }
