"""EC2 instance types."""

import pytest

from privatelink.topology.types.instance_types import InstanceType
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_value_broken

ACCEPTED = {
    "burstable": ((InstanceType, "t3.micro"), "instance-type"),
    "bare metal": ((InstanceType, "u-6tb1.metal"), "instance-type"),
}
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "no size": ("t3", InstanceType, "instance-type", "<family>.<size>", "write it like t3.micro"),
    "capital": ("T3.micro", InstanceType, "instance-type"),
    "two dots": ("t3.micro.x", InstanceType, "instance-type"),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
