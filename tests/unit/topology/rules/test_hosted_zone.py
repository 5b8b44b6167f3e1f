"""HostedZone: one to make or one that exists, and the names in it."""

import pytest

from tests.support.consumer_side import consumer, named
from tests.support.topology_cases import check_right, first_problem

RIGHT = {
    "names": named("a.shop.internal", "*.shop.internal", "shop.internal"),
    "names in a zone that exists": named("a.example.com", zone={"zone_id": "Z0123456789ABCDEFGHIJ"}),
    "shared zone": named(
        "a.shop.internal",
        zone={"name": "shop.internal", "shared_with": {"office": {"vpc_id": "vpc-0a1b2c3d4e5f60009"}}},
    ),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, what is said.
WRONG = {
    "zone of both kinds": (
        named("a.b", zone={"name": "a.b", "zone_id": "Z0123456789ABCDEFGHIJ"}),
        "hosted_zone",
        "both a name",
    ),
    "zone of neither kind": (
        consumer(endpoint={"names": ["a.b"]}, hosted_zone={}),
        "hosted_zone",
        "neither a name",
    ),
    "wildcard zone": (named("a.b", zone={"name": "*.b.c"}), "hosted_zone.name", "wildcard"),
    "zone that exists, shared": (
        named(
            "a.b",
            zone={"zone_id": "Z0123456789ABCDEFGHIJ", "shared_with": {"x": {"vpc_id": "vpc-0a1b2c3d"}}},
        ),
        "hosted_zone.shared_with",
        "sharing of a zone that exists",
    ),
    "account of a zone to make": (
        named("a.b", zone={"name": "a.b", "account": {"profile": "dns"}}),
        "hosted_zone.account",
        "made for the consumer",
    ),
}


@pytest.mark.parametrize(("topology", "field", "what"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, what):
    problem = first_problem(topology)
    assert problem.field == f"consumers.client.{field}"
    assert what in problem.what
