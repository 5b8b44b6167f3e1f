"""Targets: instances, addresses or an Application Load Balancer that exist."""

import pytest

from tests.support.provider_side import ADDRESSES, APPLICATION, EXISTING, TCP, targets
from tests.support.topology_cases import check_right, problem_at

RIGHT = {
    "address beyond the VPC": targets(addresses={"one": "172.16.0.9"}),
    "instances": targets(EXISTING, instances={"one": "i-0a1b2c3d4e5f60001"}),
    "application load balancer": targets(EXISTING, application_load_balancer=APPLICATION, listeners=TCP),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, words of the message.
WRONG = {
    "no targets": (targets(), "service.targets", "no targets"),
    "two kinds of targets": (
        targets(EXISTING, addresses=ADDRESSES, application_load_balancer=APPLICATION),
        "service.targets",
        "exactly one of",
    ),
    "instance twice": (
        targets(EXISTING, instances=dict.fromkeys(("one", "two"), "i-0a1b2c3d4e5f60001")),
        "service.targets.instances.two",
        "instance listed twice",
    ),
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, words):
    assert words in str(problem_at(topology, field))
