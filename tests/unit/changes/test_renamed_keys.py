"""Targets and VPCs of hosted zones that get another key."""

from typing import Any

from privatelink.changes import renamed_keys
from tests.support.staged_plans import CREATE, DELETE, DELETE_FIRST, NO_OP, plans, resource

GROUP = "arn:aws:elasticloadbalancing:ap-northeast-2:111122223333:targetgroup/shop/0"


def target(
    key: str, actions: tuple[str, ...], before: str | None, after: str | None = None
) -> dict[str, Any]:
    def values(address: str) -> dict[str, Any]:
        return {"target_group_arn": GROUP, "target_id": address, "port": 80}

    return resource(
        f"aws_lb_target_group_attachment.load-balancer_port-80-{key}",
        actions,
        values(before) if before else None,
        values(after) if after else None,
    )


def zone(key: str, actions: tuple[str, ...], vpc_id: str) -> dict[str, Any]:
    values = {"zone_id": "Z1", "vpc_id": vpc_id}
    address = f"aws_route53_zone_association.hosted-zone_{key}"
    return resource(address, actions, *((values, None) if actions == DELETE else (None, values)))


def found(*changes: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (each.old.json["name"].rpartition("-")[2], each.new.json["name"].rpartition("-")[2])
        for each in renamed_keys.find(plans(provider=changes))
    ]


def test_a_target_and_a_vpc_under_another_key() -> None:
    assert found(target("a", DELETE, "10.0.0.1"), target("b", CREATE, None, "10.0.0.1")) == [("a", "b")]
    assert found(zone("a", DELETE, "vpc-1"), zone("b", CREATE, "vpc-1")) == [("zone_a", "zone_b")]


def test_an_auto_scaling_group_under_another_key() -> None:
    def group(key: str, actions: tuple[str, ...], name: str) -> dict[str, Any]:
        values = {"lb_target_group_arn": GROUP, "autoscaling_group_name": name}
        address = f"aws_autoscaling_attachment.load-balancer_port-80-{key}"
        return resource(address, actions, *((values, None) if actions == DELETE else (None, values)))

    assert found(group("a", DELETE, "web"), group("b", CREATE, "web")) == [("a", "b")]
    assert found(group("a", DELETE, "web"), group("b", CREATE, "api")) == []


def test_targets_that_exchange_their_addresses() -> None:
    a = target("a", DELETE_FIRST, "10.0.0.1", "10.0.0.2")
    b = target("b", DELETE_FIRST, "10.0.0.2", "10.0.0.1")
    assert found(a, b) == [("a", "b"), ("b", "a")]


def test_other_targets() -> None:
    assert found(target("a", DELETE, "10.0.0.1"), target("b", CREATE, None, "10.0.0.2")) == []
    assert found(target("a", NO_OP, "10.0.0.1"), target("b", CREATE, None, "10.0.0.1")) == []
    assert found(target("a", DELETE_FIRST, "10.0.0.1", "10.0.0.1")) == []
