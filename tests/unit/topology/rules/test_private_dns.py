"""PrivateDns: the name, and the record that verifies it."""

import pytest

from privatelink.topology.rules.private_dns import PrivateDns
from tests.support.provider_side import with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right


def named(**fields):
    return with_service(private_dns={"name": "api.example.com", **fields})


RIGHT = {
    "wildcard name": (named(name="*.example.com"), "private-dns-name"),
    "record in a hosted zone": (named(zone_id="Z1"), "private-dns-record"),
    "record elsewhere": (named(record_exists=True), "private-dns-record"),
    "hosted zone of another account": (
        named(zone_id="Z1", account={"profile": "dns"}),
        "private-dns-account",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of service.private_dns at fault, the rule, what the message has to name.
WRONG = {
    "record beside a zone": (
        named(zone_id="Z1", record_exists=True),
        "record_exists",
        "private-dns-record",
        "only without `zone_id`",
    ),
    "account without a zone": (
        named(account={"profile": "dns"}),
        "account",
        "private-dns-account",
        "only with `zone_id`",
    ),
    "path of a zone": (
        named(zone_id="/hostedzone/Z1"),
        "zone_id",
        "hosted-zone-id",
        '"/hostedzone/Z1"',
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"service.private_dns.{field}", rule, words)


@pytest.mark.parametrize(
    ("fields", "verified"), [({}, False), ({"zone_id": "Z1"}, True), ({"record_exists": True}, True)]
)
def test_verified_when_the_record_exists_or_terraform_creates_it(fields, verified):
    assert PrivateDns(name="api.example.com", **fields).verified is verified
