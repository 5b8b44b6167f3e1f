"""Network ACLs: the first rule that fits decides, and the last of all denies."""

from ipaddress import ip_network

import pytest

from privatelink.review.network_acls import deciding, lets
from privatelink.review.shapes import UNKNOWN
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, plan

SUBNET = {"id": "subnet-1", "cidr_block": "10.0.0.0/24"}
PEER = ip_network("10.1.0.0/24")
ALLOW = {"rule_no": 100, "action": "allow", "protocol": "-1", "cidr_block": "0.0.0.0/0"}


def answer(*rules, direction="ingress", ports=(443, 443), protocol="tcp", peer=PEER, further=()):
    acl = {"id": "acl-1", "subnet_ids": ["subnet-1"], "ingress": [*rules], "egress": []}
    made = plan(change("aws_subnet.s", SUBNET, SUBNET), change("aws_network_acl.a", acl, acl), *further)
    world = Worlds([made]).after
    return lets(world, world.of("aws_subnet")[0], direction, peer, ports, protocol)


def rule(**further):
    return {"rule_no": 50, "action": "deny", "protocol": "6", "from_port": 443, "to_port": 443,
            "cidr_block": "10.1.0.0/16"} | further  # fmt: skip


def test_a_subnet_without_an_acl_of_the_plans_lets_everything_through():
    world = Worlds([plan(change("aws_subnet.s", SUBNET, SUBNET))]).after

    assert lets(world, world.of("aws_subnet")[0], "ingress", PEER, (443, 443), "tcp") is True


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([], False),
        ([ALLOW], True),
        ([ALLOW, rule()], False),
        ([ALLOW, rule(rule_no=200)], True),
        ([ALLOW, rule(protocol="17")], True),
        ([ALLOW, rule(protocol="tcp")], False),
        ([ALLOW, rule(from_port=80, to_port=80)], True),
        ([ALLOW, rule(cidr_block="192.168.0.0/16")], True),
        ([ALLOW, rule(cidr_block="", ipv6_cidr_block="::/0")], True),
        ([ALLOW, rule(action="allow")], True),
        ([ALLOW, rule(cidr_block="10.1.0.0/25")], None),
        ([ALLOW, rule(cidr_block="bad")], True),
    ],
)
def test_rules_are_read_by_their_numbers(rules, expected):
    assert answer(*rules) is expected


def test_a_rule_for_a_part_of_the_ports_decides_for_that_part_alone():
    assert answer(ALLOW, rule(from_port=2000, to_port=3000), ports=(1024, 65535)) is None
    assert answer(ALLOW, rule(from_port=0, to_port=65535), ports=(1024, 65535)) is False


def test_the_directions_are_apart():
    assert answer(ALLOW, direction="egress") is False


def test_udp_has_rules_of_its_own():
    assert answer(ALLOW, rule(protocol="17"), protocol="udp") is False


OWN = {
    "network_acl_id": "acl-1", "egress": False, "rule_number": 10, "rule_action": "deny", "protocol": "6",
    "from_port": 443, "to_port": 443, "cidr_block": "0.0.0.0/0",
}  # fmt: skip


def test_a_rule_that_is_a_resource_counts_like_a_block():
    other_way = OWN | {"egress": True}

    assert answer(ALLOW, further=[change("aws_network_acl_rule.r", OWN, OWN)]) is False
    assert answer(ALLOW, further=[change("aws_network_acl_rule.r", other_way, other_way)]) is True


def test_a_rule_that_is_not_known_yet_decides_nothing():
    made = change("aws_network_acl_rule.r", None, OWN | {"cidr_block": None}, unknown={"cidr_block": True})

    assert answer(ALLOW, further=[made]) is None


def test_an_association_takes_the_place_of_the_acls_own_list():
    other = {"id": "acl-2", "ingress": [], "egress": []}
    link = {"id": "a", "subnet_id": "subnet-1", "network_acl_id": "acl-2"}
    made = [
        change("aws_network_acl.other", other, other),
        change("aws_network_acl_association.a", link, link),
    ]

    assert answer(ALLOW, further=made) is False


def test_an_association_with_an_acl_that_no_plan_holds_is_not_known():
    link = {"id": "a", "subnet_id": "subnet-1", "network_acl_id": "acl-elsewhere"}

    assert answer(ALLOW, further=[change("aws_network_acl_association.a", link, link)]) is None


def test_blocks_that_are_unknown_decide_nothing():
    acl = {"id": "acl-1", "subnet_ids": ["subnet-1"]}
    block = change("aws_network_acl.a", acl, acl | {"ingress": [None]}, unknown={"ingress": [True]})
    world = Worlds([plan(change("aws_subnet.s", SUBNET, SUBNET), block)]).after

    assert world.of("aws_network_acl")[0].value("ingress") == [UNKNOWN]
    assert lets(world, world.of("aws_subnet")[0], "ingress", PEER, (443, 443), "tcp") is None


VPC = {"id": "vpc-1", "default_network_acl_id": "acl-0"}
DEFAULT = {"id": "acl-0", "default_network_acl_id": "acl-0", "ingress": [], "egress": []}


@pytest.mark.parametrize(("vpc", "expected"), [("acl-0", False), ("acl-other", True)])
def test_a_subnet_without_an_acl_has_the_default_one_of_its_vpc(vpc, expected):
    subnet = SUBNET | {"vpc_id": "vpc-1"}
    made = plan(
        change("aws_subnet.s", subnet, subnet),
        change("aws_vpc.v", values := VPC | {"default_network_acl_id": vpc}, values),
        change("aws_default_network_acl.d", DEFAULT, DEFAULT),
    )
    world = Worlds([made]).after

    assert lets(world, world.of("aws_subnet")[0], "ingress", PEER, (443, 443), "tcp") is expected


def test_an_acl_whose_subnets_are_unknown_may_still_be_that_of_a_subnet():
    acl = {"id": "acl-1", "subnet_ids": ["subnet-1"], "ingress": [ALLOW]}
    made = plan(
        change("aws_subnet.s", SUBNET, SUBNET),
        change("aws_network_acl.a", acl, {"id": "acl-1", "ingress": [ALLOW]}, unknown={"subnet_ids": True}),
    )
    world = Worlds([made]).after
    (subnet,) = world.of("aws_subnet")

    assert lets(world, subnet, "ingress", PEER, (443, 443), "tcp") is None
    assert [each.address for each in deciding(world, subnet)] == ["aws_network_acl.a"]


def test_what_adds_to_an_acl_decides_with_it():
    acl = {"id": "acl-1", "subnet_ids": ["subnet-1"]}
    made = plan(
        change("aws_subnet.s", SUBNET, SUBNET),
        change("aws_network_acl.a", acl, acl),
        change("aws_network_acl_rule.r", OWN, OWN),
    )
    world = Worlds([made]).after

    assert [each.address for each in deciding(world, world.of("aws_subnet")[0])] == [
        "aws_network_acl.a", "aws_network_acl_rule.r",
    ]  # fmt: skip
