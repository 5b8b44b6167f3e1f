"""What a saved plan says."""

from pathlib import Path
from typing import Any

from privatelink.terraform.plan import Plan, Summary


def plan_of(*actions: list[str]) -> Plan:
    changes = [{"address": str(number), "change": {"actions": each}} for number, each in enumerate(actions)]
    return Plan(Path("p"), lambda _: {"resource_changes": changes}, clean=False)


def test_plan_is_read_when_its_json_is_asked_for_and_once() -> None:
    asked = []

    def read(path: Path) -> dict[str, Any]:
        asked.append(path)
        return {}

    plan = Plan(Path("p"), read, clean=True)
    assert asked == []
    assert (plan.changes, plan.output_changes, plan.drift) == ([], {}, [])
    assert asked == [Path("p")]


def test_changes_are_what_does_something() -> None:
    plan = plan_of(["create"], ["update"], ["delete", "create"], ["create", "delete"], ["no-op"], ["read"])
    assert [change["address"] for change in plan.changes] == ["0", "1", "2", "3"]


def test_plan_that_only_reads_has_no_changes() -> None:
    assert not plan_of(["read"], ["no-op"]).has_changes
    assert plan_of(["forget"]).has_changes


def test_a_summary_counts_imports_where_there_are_some() -> None:
    assert str(Summary(1, 2, 3)) == "1 to add, 2 to change, 3 to destroy"
    assert str(Summary(1, 0, 0, 4)) == "4 to import, 1 to add, 0 to change, 0 to destroy"
