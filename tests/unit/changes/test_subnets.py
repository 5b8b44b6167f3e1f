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
    VPC,
    A,
    C,
    balancer,
    endpoint,
    plans,
    resource,
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


def renamed(letter: str, number: int) -> list[dict[str, Any]]:
    """A subnet whose zone was a name, and is an AZ ID."""
    name, zone_id = f"ap-northeast-2{letter}", f"apne2-az{number}"
    former = {"id": f"subnet-{letter}", "vpc_id": VPC, "cidr_block": f"10.20.{number}.0/24"}
    zone = {"availability_zone": name, "availability_zone_id": zone_id}
    new = {"vpc_id": VPC, "cidr_block": f"10.20.{number}.0/25", "availability_zone_id": zone_id}
    return [
        resource(f"aws_subnet.network_{name}", DELETE, former | zone),
        resource(f"aws_subnet.network_{zone_id}", CREATE, None, new),
    ]


def test_zones_in_another_form() -> None:
    (found,) = subnets.find(plans(one=[vpc(), *renamed("a", 1), *renamed("c", 3), balancer(UPDATE)]))
    assert found.kind.id == "zone-form"
    pairs = subnets.renamed_zones(found.subnets)
    assert {key: new.address for key, (_, new) in pairs.items()} == {
        "subnet-a": "aws_subnet.network_apne2-az1",
        "subnet-c": "aws_subnet.network_apne2-az3",
    }


def test_one_of_several_zones_in_another_form_and_one_that_goes() -> None:
    changes = [*renamed("a", 1), REMOVED]
    assert kinds(vpc(), *changes, endpoint("ac")) == ["zone-form"]


def test_a_subnet_that_is_destroyed_first_is_in_use() -> None:
    moved = subnet(C, DELETE_FIRST, "10.20.1.0/24", "10.20.2.0/24")
    assert kinds(vpc(), KEPT, moved, endpoint("ac", "a")) == ["subnet-in-use"]


@pytest.mark.parametrize(
    ("actions", "cidr", "expected"),
    [
        (CREATE_FIRST, "10.20.0.0/23", ["subnet-overlaps-old"]),
        (CREATE_FIRST, "10.20.1.128/25", ["subnet-overlaps-old"]),
        (CREATE_FIRST, "10.20.2.0/24", []),
        (DELETE_FIRST, "10.20.1.128/25", []),
    ],
)
def test_an_overlap_needs_no_endpoint(actions: Any, cidr: str, expected: list[str]) -> None:
    assert kinds(vpc(), subnet(C, actions, "10.20.1.0/24", cidr)) == expected


def test_a_new_subnet_overlaps_a_removed_one() -> None:
    assert kinds(vpc(), REMOVED, subnet(A, CREATE, None, "10.20.1.0/25")) == ["subnet-overlaps-old"]


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
