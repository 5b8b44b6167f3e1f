"""PrivateDns: the name, and how its domain is proved."""

import pytest

from privatelink.topology.rules.private_dns import PrivateDns
from tests.support.provider_side import with_service
from tests.support.topology_cases import check_right, problem_at

RIGHT = {
    "wildcard name": with_service(private_dns={"name": "*.example.com"}),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


WRONG = {
    "record beside a zone": (
        {"zone_id": "Z1", "record_exists": True},
        "record_exists",
        "only without zone_id",
    ),
    "account without a zone": ({"account": {"profile": "dns"}}, "account", "only with zone_id"),
    "path of a zone": ({"zone_id": "/hostedzone/Z1"}, "zone_id", "malformed hosted zone id"),
}


@pytest.mark.parametrize(("fields", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(fields, field, words):
    topology = with_service(private_dns={"name": "api.example.com", **fields})

    assert words in str(problem_at(topology, f"service.private_dns.{field}"))


@pytest.mark.parametrize(
    ("fields", "verified"), [({}, False), ({"zone_id": "Z1"}, True), ({"record_exists": True}, True)]
)
def test_verified_where_terraform_makes_the_record_or_is_told_of_it(fields, verified):
    assert PrivateDns(name="api.example.com", **fields).verified is verified
