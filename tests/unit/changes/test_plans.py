"""Resources in the JSON of plans."""

from typing import Any

import pytest

from privatelink.changes.plans import Plans, Resource, text, texts
from tests.support.staged_plans import (
    CREATE,
    CREATE_FIRST,
    DELETE,
    DELETE_FIRST,
    NO_OP,
    ONE,
    UPDATE,
    A,
    plans,
    resource,
    subnet,
)


def the_one(change: dict[str, Any]) -> Resource:
    (found,) = plans(one=[change]).of(change["type"])
    return found


@pytest.mark.parametrize(
    ("actions", "before", "true"),
    [
        (NO_OP, {}, {"exists", "stays"}),
        (UPDATE, {}, {"exists", "stays"}),
        (CREATE, None, {"created"}),
        (DELETE, {}, {"exists", "destroyed"}),
        (DELETE_FIRST, {}, {"exists", "created", "replaced"}),
        (CREATE_FIRST, {}, {"exists", "created", "replaced", "created_first"}),
    ],
)
def test_what_happens_to_a_resource(actions: Any, before: Any, true: set[str]) -> None:
    found = the_one(resource("aws_vpc.this", actions, before, {}))
    names = ("exists", "created", "destroyed", "replaced", "created_first", "stays")
    assert {name for name in names if getattr(found, name)} == true


def test_values_on_both_sides() -> None:
    changed = resource(
        "aws_lb.this",
        UPDATE,
        {"id": "lb", "subnets": ["s-1"]},
        {"name": "x"},
        after_unknown={"subnets": [True], "tags": {}},
        replace_paths=[["name"], ["subnets", 0]],
    )
    found = the_one(changed)
    assert (found.id, found.before("subnets"), found.after("name")) == ("lb", ["s-1"], "x")
    assert (found.before("absent"), found.after("subnets")) == (None, None)
    assert [found.knows_after(name) for name in ("subnets", "tags", "name")] == [False, True, True]
    assert found.replaced_by == ["name", "subnets"]


def test_data_sources_and_deposed_objects_are_left_out() -> None:
    data = resource("aws_vpc.this", NO_OP, {}) | {"mode": "data"}
    deposed = resource("aws_vpc.this", DELETE, {}) | {"deposed": "0a1b2c3d"}
    assert plans(one=[data, deposed]).of("aws_vpc") == []


def test_the_state_of_a_stack_is_read_once_and_only_when_it_is_asked_for() -> None:
    asked: list[str] = []

    def flags(stack: str) -> set[str]:
        asked.append(stack)
        return {f"aws_subnet.network_{A}"}

    plan: Any = {"resource_changes": [subnet(A, DELETE, "10.0.0.0/24")]}
    found = Plans({ONE: plan}, flags)
    (one,) = found.of("aws_subnet")
    assert asked == []
    assert found.is_destroyed_last(one)
    assert found.is_destroyed_last(one)
    assert asked == [ONE]


def test_values_of_another_type_are_empty() -> None:
    assert (text(None), text(1), text("x")) == ("", "", "x")
    assert (texts(None), texts(["x", None])) == ([], ["x"])
