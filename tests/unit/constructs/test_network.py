"""Network: what a VPC and its subnets look like in Terraform."""

import json
from ipaddress import IPv4Network

from privatelink.constructs.network import Network
from tests.support.synth import resources, synth_one

ONE_ZONE = {"ap-northeast-2a": IPv4Network("10.0.0.0/20")}


def network(**arguments):
    defaults = {
        "name": "team",
        "cidr_block": IPv4Network("10.0.0.0/16"),
        "subnet_cidr_blocks": {
            "ap-northeast-2a": IPv4Network("10.0.0.0/20"),
            "ap-northeast-2c": IPv4Network("10.0.32.0/20"),
        },
        "internet": True,
    }
    return synth_one(lambda stack: Network(stack, "network", **defaults | arguments))


def test_vpc_has_both_dns_attributes_that_private_names_need():
    (vpc,) = resources(network(), "aws_vpc").values()

    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True
    assert vpc["cidr_block"] == "10.0.0.0/16"


def test_each_zone_has_one_subnet_that_gives_no_public_address():
    subnets = resources(network(), "aws_subnet")

    assert {name: subnet["cidr_block"] for name, subnet in subnets.items()} == {
        "network_ap-northeast-2a": "10.0.0.0/20",
        "network_ap-northeast-2c": "10.0.32.0/20",
    }
    assert all(subnet["map_public_ip_on_launch"] is False for subnet in subnets.values())
    assert subnets["network_ap-northeast-2a"]["availability_zone"] == "ap-northeast-2a"


def test_subnet_is_deleted_after_what_used_it_was_changed():
    subnets = resources(network(), "aws_subnet").values()

    assert all(subnet["lifecycle"] == {"create_before_destroy": True} for subnet in subnets)


def test_zone_given_by_id_is_placed_by_id():
    (subnet,) = resources(
        network(subnet_cidr_blocks={"apne2-az1": IPv4Network("10.0.0.0/24")}), "aws_subnet"
    ).values()

    assert subnet["availability_zone_id"] == "apne2-az1"
    assert "availability_zone" not in subnet


def test_zone_whose_key_is_its_former_form_keeps_its_address_and_name():
    (before,) = resources(network(subnet_cidr_blocks=ONE_ZONE), "aws_subnet").items()
    renamed = network(subnet_cidr_blocks=ONE_ZONE, zones={"ap-northeast-2a": "apne2-az1"})
    ((address, subnet),) = resources(renamed, "aws_subnet").items()

    assert subnet.pop("availability_zone_id") == "apne2-az1"
    assert (address, subnet | {"availability_zone": "ap-northeast-2a"}) == before


def test_default_security_group_has_no_rule():
    (group,) = resources(network(), "aws_default_security_group").values()

    assert set(group) == {"vpc_id", "tags"}


def test_every_subnet_is_associated_with_the_route_table():
    associations = resources(network(), "aws_route_table_association").values()

    assert {association["subnet_id"] for association in associations} == {
        "${aws_subnet.network_ap-northeast-2a.id}",
        "${aws_subnet.network_ap-northeast-2c.id}",
    }
    assert {association["route_table_id"] for association in associations} == {
        "${aws_route_table.network.id}"
    }


def test_internet_adds_a_gateway_and_a_default_route_and_nothing_else():
    without, with_internet = network(internet=False), network(internet=True)

    assert (
        resources(with_internet, "aws_route")["network_to-internet"]["destination_cidr_block"] == "0.0.0.0/0"
    )
    assert set(with_internet["resource"]) - set(without["resource"]) == {"aws_internet_gateway", "aws_route"}
    for kind in without["resource"]:
        assert without["resource"][kind] == with_internet["resource"][kind]


def test_flow_logs_are_off_by_default():
    assert "aws_flow_log" not in network()["resource"]


def test_flow_logs_go_to_a_group_with_retention_and_a_role_for_that_group_alone():
    stack = network(flow_log_retention_in_days=30)

    (flow_log,) = resources(stack, "aws_flow_log").values()
    (group,) = resources(stack, "aws_cloudwatch_log_group").values()
    (policy,) = resources(stack, "aws_iam_role_policy").values()
    assert flow_log["traffic_type"] == "ALL"
    assert group["retention_in_days"] == 30
    (allowed,) = json.loads(policy["policy"])["Statement"]
    assert allowed["Resource"] == ["${aws_cloudwatch_log_group.network_flow-log.arn}:*"]
