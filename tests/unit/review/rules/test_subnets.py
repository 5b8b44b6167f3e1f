"""Subnets that endpoints and load balancers are in: AWS refuses to delete them."""

import pytest

from tests.support.plan_facts import change, plan
from tests.support.rule_findings import findings, found

SUBNET = {"id": "subnet-a", "cidr_block": "10.0.0.0/24", "availability_zone": "a", "owner_id": "1"}
ENDPOINT = {"id": "vpce-1", "vpc_endpoint_type": "Interface", "subnet_ids": ["subnet-a"]}
LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network", "subnets": ["subnet-a"]}
SERVICE = {"id": "s", "network_load_balancer_arns": ["arn:lb"]}
RULE = "subnet-in-use-destroyed"


def same(address, values):
    return change(address, values, values)


def replaced(first="delete"):
    made = change("aws_subnet.a", SUBNET, SUBNET | {"cidr_block": "10.0.1.0/24"}, replaced_by=("cidr_block",))
    made["change"]["actions"] = [first, "create" if first == "delete" else "delete"]
    return made


def severity(*changes):
    return {each.rule.id: each.severity for each in findings(plan(*changes))}.get(RULE)


@pytest.mark.parametrize(
    ("user", "first", "expected"),
    [
        ([same("aws_vpc_endpoint.e", ENDPOINT)], "delete", "blocking"),
        (
            [same("aws_vpc_endpoint.e", ENDPOINT | {"vpc_endpoint_type": "GatewayLoadBalancer"})],
            "delete",
            "blocking",
        ),
        # The endpoint leaves the old subnet before Terraform destroys it; a load balancer cannot.
        ([same("aws_vpc_endpoint.e", ENDPOINT)], "create", None),
        ([same("aws_lb.l", LB), same("aws_vpc_endpoint_service.s", SERVICE)], "delete", "blocking"),
        ([same("aws_lb.l", LB), same("aws_vpc_endpoint_service.s", SERVICE)], "create", "blocking"),
        ([same("aws_lb.l", LB)], "delete", None),
        ([same("aws_vpc_endpoint.e", ENDPOINT | {"vpc_endpoint_type": "Gateway"})], "delete", None),
        ([same("aws_vpc_endpoint.e", ENDPOINT | {"subnet_ids": ["subnet-b"]})], "delete", None),
        # What is in the subnet goes first.
        ([change("aws_vpc_endpoint.e", ENDPOINT, None)], "delete", None),
        ([change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT, replaced_by=("vpc_id",))], "delete", None),
    ],
)
def test_a_subnet_in_use_is_replaced(user, first, expected):
    assert severity(*user, replaced(first)) == expected


def test_a_subnet_that_an_endpoint_leaves_may_have_been_created_to_go_last():
    leaves = change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT | {"subnet_ids": ["subnet-b"]})

    assert severity(leaves, change("aws_subnet.a", SUBNET, None)) == "warning"
    assert severity(leaves, same("aws_subnet.a", SUBNET)) is None


def test_a_subnet_is_reported_once_and_a_tag_is_nothing_to_say():
    users = [same("aws_vpc_endpoint.e", ENDPOINT), same("aws_vpc_endpoint.f", ENDPOINT | {"id": "vpce-2"})]

    assert [each.rule.id for each in findings(plan(*users, replaced()))] == [RULE]
    assert found(plan(*users, change("aws_subnet.a", SUBNET, SUBNET | {"tags": {"a": "b"}}))) == []
