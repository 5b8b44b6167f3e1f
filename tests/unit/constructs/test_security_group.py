"""Security groups: without rules, replaceable, with a name AWS takes."""

import pytest

from privatelink.constructs.component import Component
from privatelink.constructs.security_group import RuleOrder, add_security_group
from privatelink.framework import aws
from tests.support.synth import resources, synth_one


def group(name):
    def build(stack):
        add_security_group(Component(stack, "one"), name=name, description="for a test", vpc_id="vpc-1")

    return resources(synth_one(build), "aws_security_group")["one"]


def test_group_has_no_rule_and_its_successor_comes_first():
    made = group("team")

    assert set(made) == {"name_prefix", "description", "vpc_id", "tags", "lifecycle"}
    assert made["lifecycle"] == {"create_before_destroy": True}
    assert made["tags"] == {"Name": "team"}


@pytest.mark.parametrize(
    ("name", "prefix"), [("team", "team-"), ("sg-1", "group-sg-1-"), ("SG-1", "group-SG-1-"), ("sga", "sga-")]
)
def test_name_never_starts_as_aws_keeps_for_itself(name, prefix):
    assert group(name)["name_prefix"] == prefix


def test_a_resource_changes_with_the_rules_that_it_orders():
    def build(stack):
        one = Component(stack, "one")
        rules = [
            one.add(aws.VpcSecurityGroupIngressRule, key, security_group_id="sg-1", ip_protocol="-1")
            for key in "ab"
        ]
        order = RuleOrder(one)
        order.add(rules[:1])
        order.add(rules[1:])

    assert resources(synth_one(build), "terraform_data")["one_rules"]["input"] == {
        "rules": [
            "${aws_vpc_security_group_ingress_rule.one_a.id}",
            "${aws_vpc_security_group_ingress_rule.one_b.id}",
        ]
    }
