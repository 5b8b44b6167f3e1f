"""Stacks whose Region changes."""

from typing import Any

from privatelink.changes import regions
from privatelink.changes.plans import Plans
from tests.support.staged_plans import DELETE, NLB, PROVIDER, UPDATE, resource


def found(region: str | None, *drift: dict[str, Any]) -> list[tuple[str, str, str]]:
    expressions = {"region": {"constant_value": region}} if region else {}
    plan: Any = {
        "resource_drift": drift,
        "configuration": {"provider_config": {"aws": {"expressions": expressions}}},
    }
    return [(each.stack, each.old, each.new) for each in regions.find(Plans({PROVIDER: plan}, lambda _: ()))]


GONE = resource("aws_lb.load-balancer", DELETE, {"arn": NLB})


def test_resources_of_another_region_are_forgotten() -> None:
    assert found("eu-west-1", GONE, GONE) == [(PROVIDER, "ap-northeast-2", "eu-west-1")]


def test_resources_that_someone_deleted_are_not() -> None:
    assert found("ap-northeast-2", GONE) == []
    assert found(None, GONE) == []
    assert found("eu-west-1", resource("aws_route.this", DELETE, {"id": "r"})) == []
    role = "arn:aws:iam::111122223333:role/shop"
    assert found("eu-west-1", resource("aws_iam_role.this", DELETE, {"arn": role})) == []
    assert found("eu-west-1", resource("aws_lb.load-balancer", UPDATE, {"arn": NLB})) == []


def test_a_plan_without_drift() -> None:
    assert list(regions.find(Plans({PROVIDER: {}}, lambda _: ()))) == []
