"""EC2 instance types."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.instance_types import InstanceType
from tests.support.topology_cases import accepted, broken_rule

ACCEPTED = {
    "burstable": (InstanceType, "t3.micro"),
    "bare metal": (InstanceType, "u-6tb1.metal"),
}
WRONG_TYPE = Broken("malformed instance type", "<family>.<size>", "write it like t3.micro")
BROKEN_VALUES = {
    "no size": (InstanceType, "t3", WRONG_TYPE),
    "capital": (InstanceType, "T3.micro", WRONG_TYPE),
    "two dots": (InstanceType, "t3.micro.x", WRONG_TYPE),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken
