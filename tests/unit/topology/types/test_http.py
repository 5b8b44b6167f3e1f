"""Paths and status codes of health checks."""

import pytest

from privatelink.topology.types.http import HealthyCodes, UrlPath
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_value_broken

ACCEPTED = {
    "root": ((UrlPath, "/"), "health-check-path"),
    "path of 1024": ((UrlPath, "/" + "a" * 1023), "health-check-path"),
    "query": ((UrlPath, "/health?deep=1"), "health-check-path"),
    "one code": ((HealthyCodes, "200"), "health-check-codes"),
    "codes": ((HealthyCodes, "200,204"), "health-check-codes"),
    "range": ((HealthyCodes, "200-399"), "health-check-codes"),
    "codes and ranges": ((HealthyCodes, "200-299,301,500-599"), "health-check-codes"),
}
CODES = ("codes from 200 to 599", "write them like 200 or 200,204 or 200-399")
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "no slash": ("health", UrlPath, "health-check-path", "at most 1023 visible ASCII", "start it with /"),
    "path of 1025": ("/" + "a" * 1024, UrlPath, "health-check-path", "at most 1023"),
    "space": ("/a b", UrlPath, "health-check-path"),
    "code of 1": ("199", HealthyCodes, "health-check-codes", *CODES),
    "code of 600": ("600", HealthyCodes, "health-check-codes", *CODES),
    "open range": ("200-", HealthyCodes, "health-check-codes"),
    "space after a comma": ("200, 204", HealthyCodes, "health-check-codes"),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
