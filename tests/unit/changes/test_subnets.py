"""VPCs whose subnets cannot change in one apply."""

from typing import Any

import pytest

from privatelink.changes import subnets
from tests.support.staged_plans import (
    CREATE,
    CREATE_FIRST,
    DELETE,
    DELETE_FIRST,
    NO_OP,
    UPDATE,
    A,
    C,
    balancer,
    endpoint,
    plans,
    subnet,
    vpc,
)

FLAG = f"aws_subnet.network_{C}"
KEPT = subnet(A, NO_OP, "10.20.0.0/24")
REMOVED = subnet(C, DELETE, "10.20.1.0/24")


def kinds(*changes: dict[str, Any], flags: tuple[str, ...] = ()) -> list[str]:
    return [found.kind.id for found in subnets.find(plans(flags, one=changes))]


def test_a_subnet_that_an_endpoint_leaves_needs_the_flag_in_the_state() -> None:
    leaves = endpoint("ac", "a")
    assert kinds(vpc(), KEPT, REMOVED, leaves) == ["subnet-in-use"]
    assert kinds(vpc(), KEPT, REMOVED, leaves, flags=(FLAG,)) == []
    assert kinds(vpc(), KEPT, REMOVED, endpoint("a", "a", NO_OP)) == []
    assert kinds(vpc(), KEPT, REMOVED, endpoint("ac", actions=DELETE)) == []
    assert kinds(vpc(), KEPT, REMOVED, endpoint("ac", actions=DELETE_FIRST)) == []


def test_another_subnet_in_the_same_zone() -> None:
    moved = subnet(C, CREATE_FIRST, "10.20.1.0/24", "10.20.2.0/24")
    assert kinds(vpc(), KEPT, moved, endpoint("ac")) == ["endpoint-subnet-same-zone"]
    # The endpoint leaves the zone.
    assert kinds(vpc(), KEPT, moved, endpoint("ac", "a")) == []
    assert kinds(vpc(), KEPT, moved, endpoint("a", "a", NO_OP)) == []


def test_a_subnet_of_another_name_in_the_same_zone() -> None:
    new = subnet(C, CREATE, None, "10.20.2.0/24") | {"address": "aws_subnet.network_apne2-az3"}
    assert kinds(vpc(), KEPT, REMOVED, new, endpoint("ac"), flags=(FLAG,)) == ["endpoint-subnet-same-zone"]


def test_a_subnet_that_is_destroyed_first_is_in_use() -> None:
    moved = subnet(C, DELETE_FIRST, "10.20.1.0/24", "10.20.2.0/24")
    assert kinds(vpc(), KEPT, moved, endpoint("ac", "a")) == ["subnet-in-use"]


@pytest.mark.parametrize(
    ("actions", "cidr", "expected"),
    [
        (CREATE_FIRST, "10.20.0.0/23", ["subnet-overlap"]),
        (CREATE_FIRST, "10.20.1.128/25", ["subnet-overlap"]),
        (CREATE_FIRST, "10.20.2.0/24", []),
        (DELETE_FIRST, "10.20.1.128/25", []),
    ],
)
def test_an_overlap_needs_no_endpoint(actions: Any, cidr: str, expected: list[str]) -> None:
    assert kinds(vpc(), subnet(C, actions, "10.20.1.0/24", cidr)) == expected


def test_a_new_subnet_overlaps_a_removed_one() -> None:
    assert kinds(vpc(), REMOVED, subnet(A, CREATE, None, "10.20.1.0/25")) == ["subnet-overlap"]


def test_subnets_of_a_load_balancer_are_not_reported() -> None:
    moved = subnet(C, CREATE_FIRST, "10.20.1.0/24", "10.20.1.0/25")
    assert kinds(vpc(), moved, balancer(UPDATE)) == []
    assert kinds(vpc(), moved, balancer(DELETE)) == []


def test_a_new_network_is_not_reported() -> None:
    assert kinds(subnet(A, CREATE, None, "10.20.0.0/24"), subnet(C, CREATE, None, "10.20.1.0/24")) == []


def test_what_the_stages_need() -> None:
    (found,) = subnets.find(plans(one=[vpc(), KEPT, REMOVED, endpoint("ac", "a")]))
    assert (str(found.vpc), found.first.id) == ("10.20.0.0/16", "subnet-c")
    assert [each.id for each in found.endpoints] == ["vpce-1"]
    assert len(found.subnets) == 2
