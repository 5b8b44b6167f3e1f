"""Gateway Load Balancers: their endpoints, services and routes."""

import pytest

from tests.support.plan_facts import change, plan
from tests.support.rule_findings import found, only

ENDPOINT = {"id": "vpce-1", "vpc_endpoint_type": "GatewayLoadBalancer", "subnet_ids": ["subnet-a"]}
NAME = "aws_vpc_endpoint.gw"
LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "gateway", "name": "a"}
SERVICE = {"id": "s", "gateway_load_balancer_arns": ["arn:lb"], "acceptance_required": False}


def same(address, values):
    return change(address, values, values)


def test_an_endpoint_that_is_replaced_blocks():
    replaced = change(NAME, ENDPOINT, ENDPOINT | {"subnet_ids": ["subnet-b"]}, replaced_by=("subnet_ids",))

    assert only(plan(replaced)).severity == "blocking"
    assert found(plan(replaced)) == ["gateway-endpoint-replaced"]
    assert found(plan(change(NAME, ENDPOINT, ENDPOINT | {"tags": {"a": "b"}}))) == []


ROUTE = {"id": "r", "vpc_endpoint_id": "vpce-1"}
TABLE = {"id": "rtb", "route": [{"vpc_endpoint_id": "vpce-1"}, {"gateway_id": "igw-1"}]}
ELSEWHERE = {"vpc_endpoint_id": "vpce-2"}


@pytest.mark.parametrize(
    ("route", "severity"),
    [
        (None, "warning"),
        (same("aws_route.r", ROUTE), "blocking"),
        (change("aws_route.r", ROUTE, ROUTE | ELSEWHERE), "warning"),
        (change("aws_route.r", ROUTE, None), "warning"),
        (same("aws_route_table.r", TABLE), "blocking"),
        (change("aws_route_table.r", TABLE, TABLE | {"route": [ELSEWHERE]}), "warning"),
    ],
)
def test_an_endpoint_that_goes_blocks_while_a_route_leads_to_it(route, severity):
    finding = only(plan(change(NAME, ENDPOINT, None), *([route] if route else [])))

    assert (finding.rule.id, finding.severity) == ("gateway-endpoint-destroyed", severity)


@pytest.mark.parametrize(
    ("lb", "service", "ids"),
    [
        (
            change("aws_lb.l", LB, LB | {"name": "b"}, replaced_by=("name",)),
            SERVICE,
            ["load-balancer-replaced"],
        ),
        (change("aws_lb.l", LB, None), SERVICE, ["load-balancer-destroyed"]),
        (change("aws_lb.l", LB, LB | {"tags": {"a": "b"}}), SERVICE, []),
        (
            same("aws_lb.l", LB),
            SERVICE | {"gateway_load_balancer_arns": ["arn:other"]},
            ["service-load-balancer-removed"],
        ),
    ],
)
def test_the_load_balancer_of_a_service(lb, service, ids):
    assert found(plan(lb, change("aws_vpc_endpoint_service.s", SERVICE, service))) == ids
