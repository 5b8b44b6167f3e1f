"""Routes: what is more specific than the VPC's own leads elsewhere."""

from ipaddress import ip_network

import pytest

from privatelink.review.routes import led_elsewhere
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, path_after, plan


@pytest.mark.parametrize(
    ("destination", "gateway", "state"),
    [
        ("10.10.0.0/24", "vpce-appliance", "unknown"),
        ("10.10.0.0/24", "local", "open"),
        ("10.99.0.0/24", "vpce-appliance", "open"),
        ("10.0.0.0/8", "vgw-1", "open"),
        ("0.0.0.0/0", "igw-1", "open"),
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_a_route_more_specific_than_the_vpcs_own_makes_the_path_unknown(destination, gateway, state, inline):
    table = {"id": "rtb-p", "route": []}
    block = {"cidr_block": destination, "gateway_id": gateway}
    route = {
        "id": "r",
        "route_table_id": "rtb-p",
        "destination_cidr_block": destination,
        "gateway_id": gateway,
    }
    association = {"id": "a", "subnet_id": "subnet-p", "route_table_id": "rtb-p"}
    path = path_after(
        {},
        change("aws_route_table.p", table, table | {"route": [block] if inline else []}),
        change("aws_route_table_association.p", association, association),
        *([] if inline else [change("aws_route.p", None, route)]),
    )

    assert (path.state("before"), path.state("after")) == ("open", state)
    assert state == "open" or path.after.deciding.name == "routes"


SUBNET = {"id": "subnet-1", "vpc_id": "vpc-1"}
VPC = {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
ASSOCIATION = {"id": "x", "subnet_id": "subnet-1", "route_table_id": "rtb-1"}


def elsewhere(route, peer, *, vpc=VPC):
    table = {"id": "rtb-1", "route": [route]}
    made = [
        change("aws_subnet.s", SUBNET, SUBNET),
        change("aws_route_table.t", table, table),
        change("aws_route_table_association.a", ASSOCIATION, ASSOCIATION),
    ]
    if vpc:
        made.append(change("aws_vpc.v", vpc, vpc))
    world = Worlds([plan(*made)]).after
    found = led_elsewhere(world, world.of("aws_subnet")[0], ip_network(peer))
    return found.address if found else None


@pytest.mark.parametrize(
    ("route", "peer", "found"),
    [
        ({"cidr_block": "10.0.1.0/24", "gateway_id": "eni-1"}, "10.0.1.0/25", "aws_route_table.t"),
        ({"cidr_block": "10.0.1.0/24", "gateway_id": "eni-1"}, "10.0.0.0/20", "aws_route_table.t"),
        ({"cidr_block": "10.0.1.0/24", "gateway_id": "local"}, "10.0.1.0/25", None),
        ({"cidr_block": "10.0.0.0/16", "gateway_id": "eni-1"}, "10.0.1.0/25", None),
        ({"cidr_block": "10.0.1.0/24", "gateway_id": "eni-1"}, "fd00::/64", None),
        ({"ipv6_cidr_block": "fd00::/64", "gateway_id": "eni-1"}, "fd00::/80", "aws_route_table.t"),
        ({"cidr_block": "no cidr", "gateway_id": "eni-1"}, "10.0.1.0/25", None),
        ({"cidr_block": None, "gateway_id": None}, "10.0.1.0/25", None),
    ],
)
def test_only_what_is_more_specific_than_the_vpc_leads_elsewhere(route, peer, found):
    assert elsewhere(route, peer) == found


def test_of_a_vpc_that_no_plan_holds_the_largest_there_is_counts():
    assert elsewhere({"cidr_block": "10.0.0.0/17", "gateway_id": "eni-1"}, "10.0.1.0/25", vpc=None)
    assert not elsewhere({"cidr_block": "10.0.0.0/16", "gateway_id": "eni-1"}, "10.0.1.0/25", vpc=None)


MAIN = VPC | {"main_route_table_id": "rtb-m", "default_route_table_id": "rtb-m"}
LED = {"route": [{"cidr_block": "10.0.1.0/24", "gateway_id": "eni-1"}]}


@pytest.mark.parametrize(
    ("further", "found"),
    [
        ([("aws_default_route_table.d", {"id": "rtb-m", "default_route_table_id": "rtb-m"} | LED)], True),
        ([("aws_default_route_table.d", {"id": "rtb-x", "default_route_table_id": "rtb-x"} | LED)], False),
        (
            [
                ("aws_route_table.t", {"id": "rtb-1"} | LED),
                ("aws_main_route_table_association.m", {"vpc_id": "vpc-1", "route_table_id": "rtb-1"}),
            ],
            True,
        ),
        (
            [
                ("aws_default_route_table.d", {"id": "rtb-m", "default_route_table_id": "rtb-m"} | LED),
                ("aws_route_table.t", {"id": "rtb-1"}),
                ("aws_route_table_association.a", ASSOCIATION),
            ],
            False,
        ),
    ],
)
def test_a_subnet_without_an_association_has_the_main_route_table(further, found):
    made = [
        change("aws_subnet.s", SUBNET, SUBNET),
        change("aws_vpc.v", MAIN, MAIN),
        *(change(address, values, values) for address, values in further),
    ]
    world = Worlds([plan(*made)]).after

    assert bool(led_elsewhere(world, world.of("aws_subnet")[0], ip_network("10.0.1.0/25"))) is found
