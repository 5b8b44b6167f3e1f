"""Names of Auto Scaling groups."""

import pytest

from privatelink.topology.types.auto_scaling_group_names import AutoScalingGroupName
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_value_broken

ACCEPTED = {
    f"group {name[:20]}": ((AutoScalingGroupName, name), "auto-scaling-group-name")
    for name in ("web", "eks-Nodes_1/a.b", "a|$~", "a" * 255)
}
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    f"group {name[:20]!r}": (
        name,
        AutoScalingGroupName,
        "auto-scaling-group-name",
        "spaces, colons and braces",
    )
    for name in (
        "",
        "${web}",
        "web blue",
        "wéb",
        "arn:aws:autoscaling:eu-west-1:1:autoScalingGroup:1",
        "a" * 256,
    )
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
