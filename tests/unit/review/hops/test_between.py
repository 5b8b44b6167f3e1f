"""Between two subnets: each network ACL of both, in both directions, and no route that leads elsewhere."""

import pytest

from privatelink.review.hops.between import network_acls, routes
from privatelink.review.world import Worlds
from tests.support.plan_facts import ALLOW, DENY, change, plan

SENDER = {"id": "subnet-1", "cidr_block": "10.0.1.0/24"}
OTHER = {"id": "subnet-2", "cidr_block": "10.0.2.0/24"}
TARGET = {"id": "subnet-3", "cidr_block": "10.0.3.0/24"}
ACL = {"id": "acl-1", "ingress": [ALLOW], "egress": [ALLOW]}
SHUT = DENY | {"from_port": 443, "to_port": 443, "cidr_block": "10.0.0.0/16"}


def subnets(*further):
    made = [
        change(f"aws_subnet.s[{number}]", values, values)
        for number, values in enumerate((SENDER, OTHER, TARGET))
    ]
    world = Worlds([plan(*made, *further)]).after
    return world, *world.of("aws_subnet")


def acl(subnet, **rules):
    values = ACL | {"subnet_ids": [subnet]} | rules
    return change("aws_network_acl.a", values, values)


@pytest.mark.parametrize(
    ("acls", "holds"),
    [
        ([], True),
        ([acl("subnet-3")], True),
        ([acl("subnet-3", ingress=[SHUT, ALLOW])], False),
        ([acl("subnet-3", egress=[])], False),
        ([acl("subnet-1", egress=[SHUT, ALLOW])], False),
        ([acl("subnet-1", ingress=[])], False),
        ([acl("subnet-3", ingress=[SHUT | {"cidr_block": "10.0.1.0/25"}, ALLOW])], None),
        ([acl("subnet-2", egress=[])], True),
    ],
)
def test_the_network_acls_of_both_subnets_have_to_allow_both_directions(acls, holds):
    world, sender, _, target = subnets(*acls)
    found = network_acls(world, [sender], target, 443, "tcp")

    assert found.holds is holds
    if holds is not True:
        assert [each.address for each in found.things] == ["aws_network_acl.a"]
        assert "aws_subnet.s[2]" in found.why


def test_one_of_several_senders_is_enough():
    world, sender, other, target = subnets(acl("subnet-1", egress=[]))

    assert network_acls(world, [sender, other], target, 443, "tcp").holds is True


def test_a_subnet_without_a_known_address_is_unknown_behind_an_acl():
    without = {"id": "subnet-4"}
    for further, holds in (([], True), ([acl("subnet-3")], None)):
        world, *_, target, unknown = subnets(change("aws_subnet.u", without, without), *further)

        assert network_acls(world, [unknown], target, 443, "tcp").holds is holds


@pytest.mark.parametrize(
    ("subnet", "destination", "holds"),
    [
        ("subnet-1", "10.0.3.0/25", None),
        ("subnet-3", "10.0.1.0/25", None),
        ("subnet-3", "10.9.0.0/25", True),
        ("subnet-2", "10.0.3.0/25", True),
    ],
)
def test_a_more_specific_route_on_either_side_is_unknown(subnet, destination, holds):
    table = {"id": "rtb-1", "route": [{"cidr_block": destination, "gateway_id": "vpce-1"}]}
    association = {"id": "a", "subnet_id": subnet, "route_table_id": "rtb-1"}
    world, sender, _, target = subnets(
        change("aws_route_table.t", table, table),
        change("aws_route_table_association.a", association, association),
    )
    found = routes(world, [sender], target)

    assert found.holds is holds
    assert holds or found.why == "aws_route_table.t overrides the local route of the VPC"
