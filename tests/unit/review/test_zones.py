"""Zones: by name within an account, by AZ ID between accounts."""

from tests.support.plan_facts import path_after


def test_zones_of_two_accounts_are_compared_by_their_ids():
    other = {"owner_id": "2", "availability_zone": "a"}

    assert path_after({"aws_subnet.c": other}).state("after") == "unknown"
    same = path_after({
        "aws_subnet.c": other | {"availability_zone": "b", "availability_zone_id": "az1"},
        "aws_subnet.p": {"availability_zone_id": "az1"},
    })  # fmt: skip
    assert same.state("after") == "open"
