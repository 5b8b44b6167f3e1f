"""Security group rules: what each admits, and what is not known of it."""

from ipaddress import ip_network

import pytest

from privatelink.review.admission import Admission, admissions, network
from privatelink.review.shapes import UNKNOWN
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, configured, plan

TEN = ip_network("10.0.0.0/8")
HTTPS = Admission("tcp", 443, 443, TEN)
GROUP = {"id": "sg-1", "ingress": [], "egress": []}
PORTS = {"from_port": 443, "to_port": 443}


def admitted(*changes, direction="ingress", side="after", group="aws_security_group.g", **further):
    world = getattr(Worlds([plan(*changes, **further)]), side)
    (thing,) = [each for each in world.of("aws_security_group") if each.address == group]
    return admissions(world, [thing], direction)


def by(found):
    return [(each.protocol, each.from_port, each.to_port, str(each.peer)) for each, _ in found.by]


@pytest.mark.parametrize(
    ("other", "covered"),
    [
        (HTTPS, True),
        (Admission("tcp", 443, 443, ip_network("10.1.0.0/16")), True),
        (Admission("tcp", 443, 443, ip_network("11.0.0.0/8")), False),
        (Admission("udp", 443, 443, TEN), False),
        (Admission("tcp", 443, 444, TEN), False),
        (Admission("tcp", 443, 443, "sg-1"), False),
        (Admission("tcp", 443, 443, ip_network("::/0")), False),
        (Admission("tcp", 443, 443, None), False),
    ],
)
def test_one_admission_covers_another_of_its_ports_and_peers(other, covered):
    assert HTTPS.covers(other) == covered


def test_what_is_unknown_covers_nothing():
    assert not Admission("-1", 0, 65535, None).covers(HTTPS)
    assert Admission("-1", 0, 65535, TEN).covers(HTTPS)


@pytest.mark.parametrize(
    ("peer", "peers", "meets"),
    [
        (TEN, [ip_network("10.1.0.0/16")], True),
        (TEN, [ip_network("192.168.0.0/16")], False),
        (TEN, [ip_network("::/0")], False),
        (TEN, ["sg-1"], None),
        ("sg-1", ["sg-1"], True),
        ("sg-1", ["sg-2"], False),
        ("sg-1", [TEN], None),
        ("pl-1", [TEN], None),
        (None, [TEN], None),
    ],
)
def test_who_is_met_is_told_only_where_the_plan_knows(peer, peers, meets):
    assert Admission("tcp", 443, 443, peer).meets(peers) is meets


@pytest.mark.parametrize(
    ("cidr", "expected"),
    [
        ("10.0.0.0/8", TEN),
        ("10.9.9.9/8", TEN),
        ("::/0", ip_network("::/0")),
        ("10.0.0.0/33", None),
        ("", None),
        ("x", None),
    ],
)
def test_a_cidr_is_read_or_is_none(cidr, expected):
    assert network(cidr) == expected


def test_rules_and_blocks_are_read_together():
    blocks = [
        {"protocol": "6", **PORTS, "cidr_blocks": ["10.0.0.0/8"], "ipv6_cidr_blocks": ["fd00::/8"]},
        {
            "protocol": "-1",
            "from_port": 0,
            "to_port": 0,
            "security_groups": ["123456789012/sg-2"],
            "self": True,
        },
    ]
    rule = {
        "security_group_id": "sg-1",
        "ip_protocol": "udp",
        "from_port": 53,
        "to_port": 54,
        "cidr_ipv4": "0.0.0.0/0",
    }
    old = {"security_group_id": "sg-1", "type": "ingress", "protocol": "tcp", **PORTS, "self": True}
    out = {
        "security_group_id": "sg-1",
        "type": "egress",
        "protocol": "tcp",
        **PORTS,
        "cidr_blocks": ["1.0.0.0/8"],
    }
    made = [
        change("aws_security_group.g", GROUP, GROUP | {"ingress": blocks}),
        change("aws_vpc_security_group_ingress_rule.a", rule, rule),
        change("aws_security_group_rule.b", old, old),
        change("aws_security_group_rule.c", out, out),
    ]

    found = admitted(*made)

    assert by(found) == [
        ("udp", 53, 54, "0.0.0.0/0"), ("tcp", 443, 443, "sg-1"),
        ("tcp", 443, 443, "10.0.0.0/8"), ("tcp", 443, 443, "fd00::/8"), ("-1", 0, 65535, "sg-2"),
        ("-1", 0, 65535, "sg-1"),
    ]  # fmt: skip
    assert found.complete
    assert by(admitted(*made, direction="egress")) == [("tcp", 443, 443, "1.0.0.0/8")]


@pytest.mark.parametrize(
    ("rule", "unknown"),
    [
        ({"ip_protocol": "tcp", "from_port": 443, "to_port": 443}, {"cidr_ipv4": True}),
        ({"ip_protocol": "tcp", "cidr_ipv4": "10.0.0.0/8"}, {"from_port": True, "to_port": True}),
        ({"cidr_ipv4": "10.0.0.0/8", **PORTS}, {"ip_protocol": True}),
    ],
)
def test_a_rule_that_is_partly_unknown_admits_someone_unknown(rule, unknown):
    made = change(
        "aws_vpc_security_group_ingress_rule.a", None, {"security_group_id": "sg-1"} | rule, unknown=unknown
    )
    found = admitted(change("aws_security_group.g", GROUP, GROUP), made)

    assert [each.peer for each, _ in found.by] == [None]
    assert found.admits(443, [TEN]) is None


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ({"from_port": "443", "to_port": 443.0}, (443, 443)),
        ({"from_port": -1, "to_port": -1}, (0, 65535)),
        ({}, (0, 65535)),
        ({"from_port": True, "to_port": 443}, (0, 65535)),
    ],
)
def test_ports_are_read_as_providers_write_them(ports, expected):
    rule = {"security_group_id": "sg-1", "ip_protocol": "tcp", "cidr_ipv4": "10.0.0.0/8"} | ports
    made = change("aws_vpc_security_group_ingress_rule.a", rule, rule)
    ((only, _),) = admitted(change("aws_security_group.g", GROUP, GROUP), made).by

    assert (only.from_port, only.to_port) == expected


def test_a_group_that_no_plan_holds_may_have_further_rules():
    rule = {"security_group_id": "sg-elsewhere", "ip_protocol": "tcp", "cidr_ipv4": "10.0.0.0/8", **PORTS}
    world = Worlds([plan(change("aws_vpc_security_group_ingress_rule.a", rule, rule))]).after

    found = admissions(world, ["sg-elsewhere"], "ingress")

    assert found.admits(443, [TEN]) is True
    assert found.admits(444, [TEN]) is None
    assert not admissions(world, [UNKNOWN], "ingress").complete


def test_without_peers_nobody_can_be_refused():
    found = admitted(change("aws_security_group.g", GROUP, GROUP))

    assert found.admits(443, []) is None
    assert found.admits(443, [TEN]) is False


def test_blocks_that_are_unknown_admit_someone_unknown_unless_none_are_written():
    made = change("aws_security_group.g", None, {"name": "g"}, unknown={"id": True, "ingress": True})

    assert [each.peer for each, _ in admitted(made).by] == [None]
    assert admitted(made, configuration=[configured("aws_security_group.g", name="g")]).by == []


def test_a_block_mirrors_a_rule_of_its_own_direction_alone():
    # What AWS told last of rules made elsewhere stays in the group that writes no blocks.
    group = GROUP | {"ingress": [{"protocol": "tcp", **PORTS, "cidr_blocks": ["10.0.0.0/8"]}]}
    rule = {"security_group_id": "sg-1", "protocol": "tcp", **PORTS, "cidr_blocks": ["10.0.0.0/8"]}
    written = [configured("aws_security_group.g", name="g")]

    def after(direction):
        gone = change("aws_security_group_rule.r", rule | {"type": direction}, None)
        return by(admitted(change("aws_security_group.g", group, group), gone, configuration=written))

    assert after("ingress") == []
    assert after("egress") == [("tcp", 443, 443, "10.0.0.0/8")]


@pytest.mark.parametrize(("rules", "answer"), [([], False), (["10.0.0.0/8"], True)])
def test_a_default_group_that_is_adopted_has_the_rules_of_its_resource(rules, answer):
    vpc = {"id": "vpc-1", "default_security_group_id": "sg-default"}
    blocks = [{"protocol": "tcp", **PORTS, "cidr_blocks": [each]} for each in rules]
    adopted = change(
        "aws_default_security_group.d", None, {"vpc_id": "vpc-1", "ingress": blocks}, unknown={"id": True}
    )
    both = Worlds([plan(change("aws_vpc.v", vpc, vpc), adopted)])

    assert admissions(both.after, ["sg-default"], "ingress").admits(443, [TEN]) is answer
    assert admissions(both.before, ["sg-default"], "ingress").admits(443, [TEN]) is None
