"""Names of an endpoint: as text or with a zone, and the zone that each belongs to."""

import pytest

from privatelink.topology.model import Topology
from tests.support.consumer_side import named
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

ZONE = "ap-northeast-2c"
RIGHT = {
    "names of zones": (
        named("*.shop.internal", f"*.{ZONE}.shop.internal", {"name": "c.shop.internal", "zone": ZONE}),
        "endpoint-name-zone",
    ),
    "a zone set for a name with the AZ ID": (
        named({"name": "*.apne2-az1.shop.internal", "zone": ZONE}),
        "endpoint-name-zone",
    ),
    "a zone of another Region in a name": (named("*.use1-az1.shop.internal"), "endpoint-name-zone"),
    "a mapping without a zone": (named({"name": "a.shop.internal"}),),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, the rule, what the message has to name.
WRONG = {
    "a zone without the endpoint": (
        named({"name": "b.shop.internal", "zone": "ap-northeast-2b"}),
        "endpoint.names[0]",
        "endpoint-name-zone",
        "ap-northeast-2b",
        f"ap-northeast-2a, {ZONE}",
    ),
    "a zone without the endpoint, in the name": (
        named("*.ap-northeast-2b.shop.internal"),
        "endpoint.names[0]",
        "endpoint-name-zone",
        '"*.ap-northeast-2b.shop.internal"',
        "`zone`",
    ),
    "an AZ ID in the name, beside zone names": (
        named("*.apne2-az1.shop.internal"),
        "endpoint.names[0]",
        "endpoint-name-zone",
        "apne2-az1",
    ),
    "a name twice": (
        named("a.shop.internal", {"name": "a.shop.internal", "zone": ZONE}),
        "endpoint.names[1]",
        "list-duplicate",
        "DNS name",
    ),
    "a malformed name": (
        named({"name": "A", "zone": ZONE}),
        "endpoint.names[0].name",
        "dns-name",
        '"A"',
    ),
    "neither text nor a mapping": (named(1), "endpoint.names[0]", "value-type", "text"),
    "an unknown field": (named({"name": "a.b", "zones": [ZONE]}), "endpoint.names[0].zones", "field-unknown"),
    "outside the hosted zone": (
        named({"name": "a.b", "zone": ZONE}),
        "endpoint.names[0]",
        "hosted-zone-name-outside",
        "shop.internal",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)


def test_each_name_has_its_zone():
    topology = named("*.shop.internal", f"*.{ZONE}.shop.internal", {"name": "c.shop.internal", "zone": ZONE})

    (client,) = Topology.model_validate(topology).resolve().consumers

    assert dict(client.endpoint.names) == {
        "*.shop.internal": None,
        f"*.{ZONE}.shop.internal": ZONE,
        "c.shop.internal": ZONE,
    }
