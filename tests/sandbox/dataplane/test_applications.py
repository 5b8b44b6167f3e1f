"""Application Load Balancers as targets, read out of moto's state in this process."""

from typing import Any

import boto3
import pytest

from privatelink.sandbox.client import DEFAULT_REGION as REGION
from privatelink.sandbox.dataplane.world import HttpTarget

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]


def test_rules_come_in_their_order_and_the_default_rule_last(read: Any, built: dict[str, Any]) -> None:
    elb = boto3.client("elbv2", REGION)
    balancer = elb.create_load_balancer(Name="alb", Type="application", Subnets=built["subnets"])[
        "LoadBalancers"
    ][0]["LoadBalancerArn"]
    pages = elb.create_target_group(
        Name="pages", Protocol="HTTP", Port=8080, VpcId=built["vpc"], TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=pages, Targets=[{"Id": "10.0.1.99", "Port": 81}])
    listener = elb.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": pages}],
    )["Listeners"][0]["ListenerArn"]
    for number in (20, 3):
        fixed = {"StatusCode": f"2{number:02}", "MessageBody": "x", "ContentType": "text/plain"}
        elb.create_rule(
            ListenerArn=listener,
            Priority=number,
            Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{number}"]}}],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": fixed}],
        )
    assert read().applications == ()  # it is not a target
    group = elb.create_target_group(
        Name="to-alb", Protocol="TCP", Port=80, VpcId=built["vpc"], TargetType="alb"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=group, Targets=[{"Id": balancer}])
    found = read().applications
    assert {item.interface.subnet_id for item in found} == set(built["subnets"])
    (http,) = found[0].listeners
    assert [rule.paths for rule in http.rules] == [("/3",), ("/20",), ()]
    assert [rule.action.status for rule in http.rules] == [203, 220, 0]
    assert http.rules[-1].action.targets == (HttpTarget("10.0.1.99", 81),)
    elb.create_listener(
        LoadBalancerArn=built["balancer"]["LoadBalancerArn"],
        Protocol="TCP",
        Port=81,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )
    targets = read().nodes[0].listeners[1].targets
    assert {target.address for target in targets} == {item.interface.address for item in found}
