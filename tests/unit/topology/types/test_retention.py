"""Retention periods of CloudWatch Logs."""

import pytest

from privatelink.topology.types.retention import RetentionDays
from tests.support.rules import breaks, keeps, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "retention": (
        ("cidr: 10.10.0.0/16", "cidr: 10.10.0.0/16\n    flow_logs: {retention_days: 31}", "31}"),
        "service.network.flow_logs.retention_days",
        "log-retention-days",
        ": 31",
        "use 30 days",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


@keeps("log-retention-days")
@pytest.mark.parametrize("days", [1, 30, 3653])
def test_days_of_cloudwatch_logs(days):
    assert accepted(RetentionDays, days) == days


@breaks("log-retention-days")
@pytest.mark.parametrize(("days", "nearest"), [(0, 1), (2, 1), (29, 30), (9999, 3653)])
def test_other_days(days, nearest):
    check_value_broken(
        RetentionDays, days, "log-retention-days", ["allowed: 1, 3, 5, 7, ", f"use {nearest} days, "]
    )
