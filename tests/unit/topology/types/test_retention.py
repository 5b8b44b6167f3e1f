"""How long CloudWatch Logs keeps logs."""

import pytest

from privatelink.topology.types.retention import RetentionDays
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "retention": (
        "cidr: 10.10.0.0/16",
        "cidr: 10.10.0.0/16\n    flow_logs: {retention_days: 31}",
        "31}",
        "service.network.flow_logs.retention_days",
        ["31", "try 30"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


@pytest.mark.parametrize("days", [1, 30, 3653])
def test_days_that_cloudwatch_logs_has(days):
    assert accepted(RetentionDays, days) == days


@pytest.mark.parametrize(("days", "nearest"), [(0, 1), (2, 1), (29, 30), (9999, 3653)])
def test_days_that_it_lacks(days, nearest):
    broken = broken_rule(RetentionDays, days)

    assert broken.what == "retention that CloudWatch Logs does not have"
    assert broken.allowed.startswith("1, 3, 5, 7, ")
    assert broken.fix == f"try {nearest}"
