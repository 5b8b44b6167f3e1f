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


def led(**values):
    return {"id": "r", "route_table_id": "rtb-1", "destination_cidr_block": "0.0.0.0/0", **values}


TO_ENDPOINT = led(vpc_endpoint_id="vpce-1")
BLOCK = {"cidr_block": "0.0.0.0/0", "vpc_endpoint_id": "vpce-1"}
TABLE_OF = {"id": "rtb-1", "route": [BLOCK]}
OTHER = {"cidr_block": "10.0.0.0/8", "gateway_id": "igw-1"}


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ([change("aws_route.r", TO_ENDPOINT, None)], True),
        ([change("aws_route.r", TO_ENDPOINT, led(nat_gateway_id="nat-1"))], True),
        ([change("aws_route.r", TO_ENDPOINT, TO_ENDPOINT | {"state": "active"})], False),
        # The destination leads to another endpoint, or to this one by another route.
        (
            [
                change("aws_route.r", TO_ENDPOINT, led(vpc_endpoint_id="vpce-2")),
                same("aws_vpc_endpoint.other", ENDPOINT | {"id": "vpce-2"}),
            ],
            False,
        ),
        ([change("aws_route.r", TO_ENDPOINT, None), change("aws_route.new", None, TO_ENDPOINT)], False),
        (
            [
                change("aws_route.r", TO_ENDPOINT, None),
                change("aws_route.new", None, TO_ENDPOINT | {"route_table_id": "rtb-2"}),
            ],
            True,
        ),
        ([change("aws_route_table.t", TABLE_OF, TABLE_OF | {"route": [OTHER]})], True),
        ([change("aws_default_route_table.t", TABLE_OF, TABLE_OF | {"route": []})], True),
        ([change("aws_route_table.t", TABLE_OF, TABLE_OF | {"route": [OTHER, BLOCK]})], False),
    ],
)
def test_a_route_that_no_longer_leads_to_an_endpoint(changes, lost):
    made = plan(same(NAME, ENDPOINT), *changes)

    assert found(made) == (["gateway-route-lost"] if lost else [])
    assert not lost or only(made).because.endswith("0.0.0.0/0 no longer leads to aws_vpc_endpoint.gw")


def test_routes_of_an_endpoint_that_goes_too_are_its_own_finding():
    made = plan(change(NAME, ENDPOINT, None), change("aws_route.r", TO_ENDPOINT, None))

    assert found(made) == ["gateway-endpoint-destroyed"]
