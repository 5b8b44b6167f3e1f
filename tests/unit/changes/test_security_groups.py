"""Security groups that have too many rules while these change."""

from typing import Any

import pytest

from privatelink.changes import security_groups
from privatelink.changes.recognize import recognize
from tests.support.staged_plans import CREATE, DELETE, NO_OP, ONE, plans, resource

INGRESS = "aws_vpc_security_group_ingress_rule"


def rules(actions: tuple[str, ...], first: int, number: int, **more: Any) -> list[dict[str, Any]]:
    """Rules of a group, each for a CIDR with this number."""

    def rule(key: int) -> dict[str, Any]:
        values = {"security_group_id": "sg-1", "cidr_ipv4": f"10.{key}.0.0/16"} | more
        exists = actions != CREATE
        return resource(
            f"{INGRESS}.endpoint_{key}", actions, values if exists else None, None if exists else values
        )

    return [rule(key) for key in range(first, first + number)]


def most(*changes: list[dict[str, Any]]) -> list[int]:
    one = [change for each in changes for change in each]
    return [group.most for group in security_groups.find(plans(one=one))]


def test_new_rules_beside_former_ones() -> None:
    kept = rules(NO_OP, 0, 30)
    assert most(kept, rules(DELETE, 30, 15), rules(CREATE, 45, 15)) == []
    assert most(kept, rules(DELETE, 30, 15), rules(CREATE, 45, 16)) == [61]


def test_a_group_that_does_not_fit_before_or_afterwards_has_another_quota() -> None:
    assert most(rules(NO_OP, 0, 61), rules(CREATE, 61, 1)) == []
    assert most(rules(NO_OP, 0, 30), rules(CREATE, 30, 40)) == []


@pytest.mark.parametrize(
    "other",
    [
        {"security_group_id": "sg-2"},
        {"security_group_id": None},
        {"cidr_ipv4": None, "cidr_ipv6": "2001:db8::/56"},
    ],
)
def test_rules_of_another_group_or_family(other: dict[str, Any]) -> None:
    assert most(rules(NO_OP, 0, 20), rules(DELETE, 20, 40), rules(CREATE, 60, 2, **other)) == []


def test_a_rule_that_moves_to_another_group_is_in_each_once() -> None:
    moved = rules(("create", "delete"), 0, 40)
    for each in moved:
        each["change"]["after"] = {**each["change"]["before"], "security_group_id": "sg-2"}
    assert most(moved, rules(CREATE, 40, 20, security_group_id="sg-2"), rules(NO_OP, 60, 20)) == []


def test_groups_count_in_both_families() -> None:
    group = rules(CREATE, 60, 2, cidr_ipv4=None, referenced_security_group_id="sg-3")
    assert most(rules(NO_OP, 0, 20), rules(DELETE, 20, 39), group) == [61]


def test_its_words_and_stages() -> None:
    (found,) = recognize(plans(one=[*rules(DELETE, 0, 40), *rules(CREATE, 60, 40)]))
    assert (found.stack, found.address) == (ONE, f"{INGRESS}.endpoint_0")
    assert found.change == "security group sg-1 has 80 rules while its rules change"
    assert found.kind is security_groups.QUOTA
    assert len(found.stages) == 3
