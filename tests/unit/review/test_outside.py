"""What no plan shows is said each time, in one line for each kind."""

import pytest

from privatelink.review.outside import outside
from privatelink.review.world import Worlds
from tests.support.plan_facts import ADMITS, SERVICE, WORLD, change, plan

CONNECTIONS = "endpoint connections: a plan does not list who is connected"


def lines(changes=None, *, without=()):
    changes = changes or {}
    made = [
        change(address, values := each | changes.get(address, {}), values)
        for address, each in WORLD.items()
        if address not in without
    ]
    return outside(Worlds([plan(*made)]).after)


def test_connections_are_always_outside():
    assert lines() == (CONNECTIONS,)


@pytest.mark.parametrize(
    ("changes", "without", "line"),
    [
        (
            {"aws_vpc_endpoint.e": {"service_name": "com.amazonaws.vpce.eu-west-1.vpce-svc-9"}},
            [],
            "endpoint services of other workspaces: com.amazonaws.vpce.eu-west-1.vpce-svc-9",
        ),
        ({}, ["aws_lb.l"], "load balancers of other workspaces: arn:lb"),
        (
            {"aws_vpc_endpoint.e": {"security_group_ids": ["sg-e", "sg-elsewhere"]}},
            [],
            "rules of security groups of other workspaces: sg-elsewhere",
        ),
        (
            {"aws_vpc_security_group_ingress_rule.e": ADMITS | {"cidr_ipv4": None, "prefix_list_id": "pl-1"}},
            [],
            "content of prefix lists: pl-1",
        ),
        (
            {},
            ["aws_lb_target_group_attachment.t"],
            "targets of target groups that no plan registers: aws_lb_target_group.t",
        ),
        (
            {"aws_lb_target_group_attachment.t": {"target_id": "10.10.0.7"}},
            [],
            "targets that are in no plan: the target with address 10.10.0.7",
        ),
        ({}, ["aws_vpc.c"], "addresses of VPCs of other workspaces: vpc-c"),
    ],
)
def test_each_kind_has_a_line(changes, without, line):
    assert set(lines(changes, without=without)) == {CONNECTIONS, line}


def test_a_service_of_aws_is_no_workspace():
    name = "com.amazonaws.eu-west-1.ssm"

    assert lines({"aws_vpc_endpoint.e": {"service_name": name}}) == (CONNECTIONS,)


def test_long_lists_are_cut_and_counted():
    arns = [f"arn:{number}/x" for number in range(5)]
    service = SERVICE | {"network_load_balancer_arns": arns}
    found = outside(Worlds([plan(change("aws_vpc_endpoint_service.s", service, service))]).after)

    assert found[1] == "load balancers of other workspaces: arn:0, arn:1, arn:2 and 2 more"


def test_without_privatelink_there_is_nothing_to_say():
    vpc = {"id": "vpc-1"}

    assert outside(Worlds([plan(change("aws_vpc.v", vpc, vpc))]).after) == ()
