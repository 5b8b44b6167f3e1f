"""Zones: by name within an account, by AZ ID between accounts."""

import pytest

from privatelink.review.shapes import UNKNOWN
from privatelink.review.world import Worlds
from privatelink.review.zones import Zone, Zones, in_common, zone_of, zones_of, zones_of_subnets
from tests.support.plan_facts import change, path_after, plan


def test_zones_of_two_accounts_are_compared_by_their_ids():
    other = {"owner_id": "2", "availability_zone": "a"}

    assert path_after({"aws_subnet.c": other}).state("after") == "unknown"
    same = path_after({
        "aws_subnet.c": other | {"availability_zone": "b", "availability_zone_id": "az1"},
        "aws_subnet.p": {"availability_zone_id": "az1"},
    })  # fmt: skip
    assert same.state("after") == "open"


def zones(by_name, *, account="1", complete=True):
    return Zones(by_name, frozenset({account}), complete)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (zones({"a": ""}), zones({"a": ""}), True),
        (zones({"a": ""}), zones({"b": ""}), False),
        (zones({"a": ""}, complete=False), zones({"b": ""}), None),
        (zones({"a": "az1"}), zones({"b": "az1"}, account="2"), True),
        (zones({"a": "az1"}), zones({"a": "az2"}, account="2"), False),
        (zones({"a": "az1"}), zones({"a": ""}, account="2"), None),
        (zones({"a": "az1"}), zones({"a": "az2"}, account="2", complete=False), None),
        (zones({}), zones({}, account="2"), None),
        (zones({"a": "az1"}), zones({}, account="2"), None),
    ],
)
def test_zones_in_common_are_told_where_the_plan_knows(one, other, shared):
    assert in_common(one, other) is shared
    assert in_common(other, one) is shared


def test_the_zones_of_subnets_are_those_that_the_plans_hold():
    subnets = [
        {"id": "s-1", "availability_zone": "a", "availability_zone_id": "az1", "owner_id": "1"},
        {"id": "s-2", "availability_zone_id": "az2", "owner_id": "1"},
    ]
    lb = {"id": "lb", "subnets": ["s-1", "s-2"], "subnet_mapping": []}
    made = plan(
        *(change(f"aws_subnet.s[{n}]", each, each) for n, each in enumerate(subnets)),
        change("aws_lb.l", lb, lb),
    )
    world = Worlds([made]).after
    found = zones_of(world, world.of("aws_lb")[0], "subnets", "subnet_mapping.subnet_id")

    assert (found.names, found.ids, found.complete) == ({"a", "az2"}, {"az1", "az2"}, True)
    assert found.accounts == {"1"}


def test_a_subnet_to_be_made_is_in_the_account_of_its_stack():
    made = plan(change("aws_subnet.s", None, {"availability_zone": "a"}, unknown={"id": True}), stack="shop")
    (subnet,) = Worlds([made]).after.of("aws_subnet")

    assert zones_of_subnets([subnet]).accounts == {"stack shop"}


@pytest.mark.parametrize("subnet", [UNKNOWN, "subnet-elsewhere"])
def test_a_subnet_that_no_plan_holds_may_be_in_any_zone(subnet):
    assert not zones_of_subnets([subnet]).complete


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Zone("a", "az1", "1"), Zone("b", "az1", "2"), True),
        (Zone("a", "az1", "1"), Zone("a", "az2", "1"), False),
        (Zone("a", "", "1"), Zone("a", "az1", "1"), True),
        (Zone("a", "", "1"), Zone("b", "", "1"), False),
        (Zone("a", "", "1"), Zone("a", "az1", "2"), None),
        (Zone("", "az1", "1"), Zone("a", "", "1"), None),
    ],
)
def test_a_zone_is_the_same_by_its_id_or_by_its_name_in_one_account(one, other, same):
    assert one.same(other) is other.same(one) is same


def test_a_subnet_that_replaces_another_in_its_zone_has_the_same_id():
    before = {"id": "s-1", "availability_zone": "a", "availability_zone_id": "az1", "owner_id": "1"}
    made = plan(
        change(
            "aws_subnet.s",
            before,
            {"availability_zone": "a"},
            unknown={"id": True, "availability_zone_id": True, "owner_id": True},
            replaced_by=("cidr_block",),
        )
    )
    (subnet,) = Worlds([made]).after.of("aws_subnet")

    assert zone_of(subnet) == Zone("a", "az1", "1")
