"""The consumer's side: its endpoint's groups, subnets, network ACLs and routes."""

import pytest

from privatelink.review.hops.client import zones_of_endpoint
from privatelink.review.world import Worlds
from tests.support.plan_facts import ALLOW, DENY, WORLD, change, path_after, plan, reviewed

CLIENT_ACL = {"id": "acl-c", "subnet_ids": ["subnet-c"], "ingress": [ALLOW], "egress": [ALLOW]}
SHUT = DENY | {"from_port": 443, "to_port": 443}


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ({}, "open"),
        ({"ingress": [SHUT | {"cidr_block": "10.20.0.0/16"}, ALLOW]}, "broken"),
        ({"ingress": [SHUT | {"cidr_block": "10.20.0.0/17"}, ALLOW]}, "unknown"),
        ({"ingress": [SHUT | {"cidr_block": "10.99.0.0/16"}, ALLOW]}, "open"),
        ({"egress": []}, "broken"),
    ],
)
def test_the_network_acl_of_the_endpoints_subnet_has_to_allow_the_clients(after, state):
    path = path_after({}, change("aws_network_acl.c", CLIENT_ACL, CLIENT_ACL | after))

    assert (path.state("before"), path.state("after")) == ("open", state)
    assert state == "open" or path.after.deciding.name == "endpoint network ACL"
    if state != "open":
        assert [each.address for each in path.causes(path.after.deciding)] == ["aws_network_acl.c"]


def test_a_route_to_an_appliance_hides_what_happens_to_the_replies():
    table = {"id": "rtb-c", "route": []}
    association = {"id": "a", "subnet_id": "subnet-c", "route_table_id": "rtb-c"}
    led = {"route": [{"cidr_block": "10.20.4.0/24", "gateway_id": "vpce-appliance"}]}
    path = path_after(
        {"aws_subnet.c": {"vpc_id": "vpc-c"}},
        change("aws_route_table.c", table, table | led),
        change("aws_route_table_association.c", association, association),
    )

    assert (path.state("after"), path.after.deciding.name) == ("unknown", "endpoint routes")


@pytest.mark.parametrize(("stays", "state"), [(True, "open"), (False, "broken")])
def test_a_separate_association_adds_a_group_to_an_endpoint(stays, state):
    association = {"id": "x", "vpc_endpoint_id": "vpce-1", "security_group_id": "sg-e"}
    other = {"id": "sg-o", "ingress": [], "egress": []}
    made = [change(address, each, each) for address, each in WORLD.items() if address != "aws_vpc_endpoint.e"]
    endpoint = WORLD["aws_vpc_endpoint.e"] | {"security_group_ids": ["sg-o"]}
    (path,) = reviewed(
        plan(
            *made,
            change("aws_vpc_endpoint.e", endpoint, endpoint),
            change("aws_security_group.o", other, other),
            change(
                "aws_vpc_endpoint_security_group_association.x", association, association if stays else None
            ),
        )
    ).paths

    assert (path.state("before"), path.state("after")) == ("open", state)


def test_an_endpoint_leaves_a_zone_with_its_separate_association():
    other = {"id": "subnet-q", "availability_zone": "b", "owner_id": "1", "cidr_block": "10.20.1.0/24"}
    association = {"id": "x", "vpc_endpoint_id": "vpce-1", "subnet_id": "subnet-q"}
    made = [change(address, each, each) for address, each in WORLD.items()]
    found = reviewed(
        plan(
            *made,
            change("aws_subnet.q", other, other),
            change("aws_vpc_endpoint_subnet_association.x", association, None),
        )
    )

    assert {path.zone: path.state("after") for path in found.paths} == {"a": "open", "b": "absent"}


def test_an_endpoint_without_a_known_group_has_one_that_the_plan_does_not_show():
    path = path_after({"aws_vpc_endpoint.e": {"security_group_ids": []}})

    assert path.after.why == "endpoint security group: the plan does not show that of the endpoint"


@pytest.mark.parametrize(
    ("subnet_ids", "zones", "complete"),
    [
        (["subnet-c"], ["a"], True),
        (["subnet-c", "subnet-elsewhere"], ["a"], False),
        (["subnet-c", "subnet-hidden"], ["a"], False),
        (["subnet-elsewhere"], [], False),
        ([], [], True),
    ],
)
def test_the_zones_of_an_endpoint_are_all_only_if_the_plans_show_each_of_its_subnets(
    subnet_ids, zones, complete
):
    endpoint = WORLD["aws_vpc_endpoint.e"] | {"subnet_ids": subnet_ids}
    subnet, hidden = WORLD["aws_subnet.c"], {"id": "subnet-hidden"}
    made = plan(
        change("aws_vpc_endpoint.e", endpoint, endpoint),
        change("aws_subnet.c", subnet, subnet),
        change("aws_subnet.hidden", hidden, hidden),
    )
    world = Worlds([made]).after
    (thing,) = world.of("aws_vpc_endpoint")

    found, all_of_them = zones_of_endpoint(world, thing)
    assert ([str(zone) for zone, _ in found], all_of_them) == (zones, complete)
