"""Paths and status codes of health checks."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.http import HealthyCodes, UrlPath
from tests.support.topology_cases import accepted, broken_rule

ACCEPTED = {
    "root": (UrlPath, "/"),
    "path of 1024": (UrlPath, "/" + "a" * 1023),
    "query": (UrlPath, "/health?deep=1"),
    "one code": (HealthyCodes, "200"),
    "codes": (HealthyCodes, "200,204"),
    "range": (HealthyCodes, "200-399"),
    "codes and ranges": (HealthyCodes, "200-299,301,500-599"),
}
PATH = ("malformed path", "/ and at most 1023 visible ASCII characters", "start it with /")
CODES = (
    "malformed status codes",
    "codes from 200 to 599, singly, by commas, or as a range",
    "write them like 200, 200,204 or 200-399",
)
BROKEN_VALUES = {
    "no slash": (UrlPath, "health", Broken(*PATH)),
    "path of 1025": (UrlPath, "/" + "a" * 1024, Broken(*PATH)),
    "space": (UrlPath, "/a b", Broken(*PATH)),
    "code of 1": (HealthyCodes, "199", Broken(*CODES)),
    "code of 600": (HealthyCodes, "600", Broken(*CODES)),
    "open range": (HealthyCodes, "200-", Broken(*CODES)),
    "space after a comma": (HealthyCodes, "200, 204", Broken(*CODES)),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken
