"""Rules compared as sets: what is lost is what no rule after allows, however it is written."""

from ipaddress import ip_network

import pytest

from privatelink.review.admission import Admission, Admissions, network
from privatelink.review.traffic import addresses_of_vpc, by_entries, lost, shown
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, plan

LIST = {"id": "pl-1", "entry": [{"cidr": "10.0.0.0/17"}]}
ENTRY = {"id": "x", "prefix_list_id": "pl-1", "cidr": "10.0.128.0/17"}
VPC = {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
FURTHER = {"id": "y", "vpc_id": "vpc-1", "cidr_block": "10.1.0.0/16"}
GROUP = {"id": "sg-1", "vpc_id": "vpc-1"}


def same(address, values):
    return change(address, values, values)


WORLDS = Worlds(
    [
        plan(
            same("aws_ec2_managed_prefix_list.l", LIST),
            same("aws_ec2_managed_prefix_list_entry.e", ENTRY),
            same("aws_ec2_managed_prefix_list.broken", LIST | {"id": "pl-2", "entry": [{"cidr": "none"}]}),
            same("aws_vpc.v", VPC),
            same("aws_vpc_ipv4_cidr_block_association.a", FURTHER),
            same("aws_security_group.g", GROUP),
        )
    ]
)


def rule(source, ports=(443, 443), protocol="tcp"):
    return Admission(protocol, *ports, network(source) or source)


def gone(before, after, *, serves=lambda _: True, home=()):
    missing = lost((WORLDS.before, before), (WORLDS.after, after), serves, home)
    assert set(missing) <= set(before)
    return [each for parts in missing.values() for each in parts]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["10.0.0.0/16"], ["10.0.0.0/17", "10.0.128.0/17"]),
        (["10.0.0.0/17", "10.0.128.0/17"], ["10.0.0.0/16"]),
        (["10.0.0.0/16"], ["10.0.0.0/8"]),
        # A host bit is set, which AWS ignores.
        (["10.0.0.0/16"], ["10.0.3.4/16"]),
        (["2001:db8::/32"], ["2001:db8::/33", "2001:db8:8000::/33"]),
        (["10.0.0.0/16"], ["pl-1"]),
        (["pl-1"], ["10.0.0.0/16"]),
        (["sg-1"], ["sg-1"]),
        (["pl-elsewhere"], ["pl-elsewhere"]),
        # The members of the group have addresses of its VPC.
        (["sg-1"], ["10.0.0.0/15"]),
    ],
)
def test_the_same_sources_are_not_lost(before, after):
    assert gone([*map(rule, before)], [*map(rule, after)]) == []


@pytest.mark.parametrize(
    ("before", "after", "missing"),
    [
        ("10.0.0.0/16", ["10.0.0.0/17"], ["10.0.128.0/17"]),
        ("10.0.0.0/16", [], ["10.0.0.0/16"]),
        ("10.0.0.0/16", ["sg-1"], ["10.0.0.0/16"]),
        ("10.0.0.0/15", ["pl-1"], ["10.1.0.0/16"]),
        ("10.0.0.0/16", ["2001:db8::/32"], ["10.0.0.0/16"]),
        # One of the two CIDRs of the group's VPC is missing.
        ("sg-1", ["10.0.0.0/16"], ["sg-1"]),
        ("sg-elsewhere", ["10.0.0.0/8"], ["sg-elsewhere"]),
        ("pl-elsewhere", ["0.0.0.0/0"], ["pl-elsewhere"]),
    ],
)
def test_what_no_rule_allows_is_lost(before, after, missing):
    assert gone([rule(before)], [*map(rule, after)]) == [rule(each) for each in missing]


def test_members_of_a_group_elsewhere_are_taken_to_be_in_the_given_addresses():
    home = [ip_network("10.0.0.0/16")]

    assert gone([rule("sg-elsewhere")], [rule("10.0.0.0/16")], home=home) == []
    assert gone([rule("sg-elsewhere")], [rule("10.0.0.0/17")], home=home) == [rule("sg-elsewhere")]
    # The entries of a prefix list elsewhere may be any address.
    assert gone([rule("pl-elsewhere")], [rule("10.0.0.0/16")], home=home) == [rule("pl-elsewhere")]


@pytest.mark.parametrize("unknown", ["pl-elsewhere", "pl-2"])
def test_a_prefix_list_whose_entries_are_not_known_may_have_any_address(unknown):
    assert gone([rule("10.0.0.0/16")], [rule(unknown)]) == []
    # It was allowed beside the CIDR: then the CIDR was for other addresses.
    both = [rule("10.0.0.0/16"), rule(unknown)]
    assert gone(both, both[1:]) == both[:1]


def test_ports_are_sets_too():
    before = [rule("10.0.0.0/16", (0, 65535))]

    assert gone(before, [rule("10.0.0.0/16", (0, 442)), rule("10.0.0.0/16", (443, 65535))]) == []
    assert gone(before, [rule("10.0.0.0/16", (0, 441)), rule("10.0.0.0/16", (443, 65535))]) == [
        rule("10.0.0.0/16", (442, 442))
    ]


def test_of_all_protocols_those_of_privatelink_count():
    before = [rule("10.0.0.0/16", (0, 65535), "-1")]
    tcp, udp = (rule("10.0.0.0/16", (0, 65535), name) for name in ("tcp", "udp"))

    assert gone(before, [tcp, udp]) == []
    assert gone(before, [tcp]) == [udp]
    assert gone([tcp], before) == []


def test_an_unknown_source_after_may_be_the_same_and_one_before_says_nothing():
    unknown = Admission("tcp", 443, 443, None)

    assert gone([rule("10.0.0.0/16")], [unknown]) == []
    assert gone([rule("10.0.0.0/16", (80, 80))], [unknown]) == [rule("10.0.0.0/16", (80, 80))]
    assert gone([unknown], []) == []


def test_traffic_that_nobody_serves_is_not_lost():
    assert gone([rule("10.0.0.0/16", (80, 80))], [], serves=lambda each: each.opens("tcp", 443, 443)) == []


def test_traffic_is_shown_as_rules_with_neighbours_joined():
    rules = [
        rule("10.0.0.0/17"), rule("10.0.128.0/17"), rule("sg-1"), rule("sg-2"), rule("sg-3"),
        rule("10.0.0.0/8", (0, 65535), "-1"), rule("10.0.0.0/8", (80, 81), "udp"),
    ]  # fmt: skip

    assert shown(WORLDS.before, rules) == (
        "tcp 443 from 10.0.0.0/16, aws_security_group.g, sg-2 and 1 more; all traffic from 10.0.0.0/8; "
        "udp 80-81 from 10.0.0.0/8"
    )
    assert shown(WORLDS.before, [Admission("tcp", 1, 1, None)]) == "tcp 1 from (known after apply)"
    assert shown(WORLDS.before, []) == ""


def test_the_addresses_of_a_vpc_are_all_its_cidrs():
    vpc = WORLDS.before.find("vpc-1")

    assert addresses_of_vpc(WORLDS.before, vpc) == [ip_network("10.0.0.0/16"), ip_network("10.1.0.0/16")]
    assert addresses_of_vpc(WORLDS.before, "vpc-elsewhere") == ()


def test_the_entries_of_a_prefix_list_stand_for_it_if_the_plans_show_them():
    thing = WORLDS.after.find("sg-1")
    by = [(rule(source), thing) for source in ("pl-1", "pl-2", "sg-1", "10.9.0.0/16")]
    found = by_entries(WORLDS.after, Admissions(by, complete=True))

    assert [str(each.peer) for each, _ in found.by] == [
        "10.0.0.0/17", "10.0.128.0/17", "pl-2", "sg-1", "10.9.0.0/16",
    ]  # fmt: skip
    assert found.complete
