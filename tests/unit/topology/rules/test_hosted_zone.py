"""HostedZone: a new one or an existing one, and the names in it."""

import pytest

from tests.support.consumer_side import consumer, named
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

EXISTING = "Z0123456789ABCDEFGHIJ"

RIGHT = {
    "names": (
        named("a.shop.internal", "*.shop.internal", "shop.internal"),
        "hosted-zone-new-or-existing",
        "hosted-zone-wildcard",
        "hosted-zone-name-outside",
    ),
    "names in an existing zone": (
        named("a.example.com", zone={"zone_id": EXISTING}),
        "hosted-zone-new-or-existing",
    ),
    "existing zone of another account": (
        named("a.example.com", zone={"zone_id": EXISTING, "account": {"profile": "dns"}}),
        "hosted-zone-account",
    ),
    "shared zone": (
        named(
            "a.shop.internal",
            zone={"name": "shop.internal", "shared_with": {"office": {"vpc_id": "vpc-0a1b2c3d4e5f60009"}}},
        ),
        "hosted-zone-shared",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, the rule, what the message has to name.
WRONG = {
    "zone of both kinds": (
        named("a.b", zone={"name": "a.b", "zone_id": EXISTING}),
        "hosted_zone",
        "hosted-zone-new-or-existing",
        "`hosted_zone.name`",
        "`hosted_zone.zone_id`",
    ),
    "zone of neither kind": (
        consumer(endpoint={"names": ["a.b"]}, hosted_zone={}),
        "hosted_zone",
        "hosted-zone-new-or-existing",
    ),
    "wildcard zone": (
        named("a.b", zone={"name": "*.b.c"}),
        "hosted_zone.name",
        "hosted-zone-wildcard",
        '"*.b.c"',
    ),
    "existing zone, shared": (
        named("a.b", zone={"zone_id": EXISTING, "shared_with": {"x": {"vpc_id": "vpc-0a1b2c3d"}}}),
        "hosted_zone.shared_with",
        "hosted-zone-shared",
        "only with `hosted_zone.name`",
    ),
    "account of a new zone": (
        named("a.b", zone={"name": "a.b", "account": {"profile": "dns"}}),
        "hosted_zone.account",
        "hosted-zone-account",
        "only with `hosted_zone.zone_id`",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)
