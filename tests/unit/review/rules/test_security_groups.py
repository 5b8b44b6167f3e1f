"""Security groups of endpoints opened and closed, in each of the ways that their rules are written."""

import pytest

from tests.support.plan_facts import change, configured, found, plan

ENDPOINT = {"id": "vpce-1", "vpc_endpoint_type": "Interface", "security_group_ids": ["sg-e"]}
PORTS = {"from_port": 443, "to_port": 443}


def by_rule(cidr):
    rule = {"security_group_id": "sg-e", "cidr_ipv4": cidr, "ip_protocol": "tcp", **PORTS}
    return "aws_vpc_security_group_ingress_rule.r", rule


def by_old_rule(cidr):
    rule = {"type": "ingress", "security_group_id": "sg-e", "cidr_blocks": [cidr], "protocol": "6", **PORTS}
    return "aws_security_group_rule.r", rule


def by_block(cidr):
    return "aws_security_group.e", {
        "id": "sg-e",
        "ingress": [{"protocol": "tcp", "cidr_blocks": [cidr], **PORTS}],
    }


def findings(write, before, after, *further):
    (address, had), (_, has) = write(before or "192.0.2.0/24"), write(after or "192.0.2.0/24")
    made = [
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT),
        change(address, had if before else None, has if after else None),
    ]
    if write is not by_block:
        group = {"id": "sg-e", "ingress": []}
        made.append(change("aws_security_group.e", group, group))
    return found(plan(*made, *further))


each_way = pytest.mark.parametrize("write", [by_rule, by_old_rule, by_block])


@each_way
@pytest.mark.parametrize(
    ("before", "after", "finds"),
    [
        ("10.0.0.0/8", "10.0.0.0/8", []),
        ("10.0.0.0/8", "10.0.0.0/7", []),
        ("10.0.0.0/8", "10.0.0.0/9", ["endpoint-closed-to-clients"]),
        ("10.0.0.0/8", "0.0.0.0/0", ["endpoint-opened-to-everyone"]),
        ("0.0.0.0/0", "0.0.0.0/0", []),
        ("0.0.0.0/0", "10.0.0.0/8", ["endpoint-closed-to-clients"]),
    ],
)
def test_what_is_admitted_before_and_after_is_compared(write, before, after, finds):
    assert findings(write, before, after) == finds


@pytest.mark.parametrize("write", [by_rule, by_old_rule])
def test_a_rule_that_goes_closes_unless_another_admits_the_same(write):
    other = {"security_group_id": "sg-e", "cidr_ipv4": "10.0.0.0/8", "ip_protocol": "-1"}
    instead = change("aws_vpc_security_group_ingress_rule.other", None, other)

    assert findings(write, "10.1.0.0/16", None) == ["endpoint-closed-to-clients"]
    assert findings(write, "10.1.0.0/16", None, instead) == []


def test_what_the_group_mirrors_of_a_rule_does_not_hide_that_the_rule_goes():
    address, rule = by_rule("10.0.0.0/8")
    _, group = by_block("10.0.0.0/8")
    made = plan(
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT),
        change("aws_security_group.e", group, group),
        change(address, rule, None),
        configuration=[configured("aws_security_group.e", vpc_id="vpc-1")],
    )

    assert found(made) == ["endpoint-closed-to-clients"]


def test_another_group_of_the_endpoint_is_told_of_the_endpoint():
    address, rule = by_rule("0.0.0.0/0")
    groups = [{"id": "sg-e", "ingress": []}, {"id": "sg-open", "ingress": []}]
    made = plan(
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT | {"security_group_ids": ["sg-open"]}),
        *(change(f"aws_security_group.g{n}", group, group) for n, group in enumerate(groups)),
        change(address, rule | {"security_group_id": "sg-open"}, rule | {"security_group_id": "sg-open"}),
    )

    assert found(made) == ["endpoint-opened-to-everyone"]
