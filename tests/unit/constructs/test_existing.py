"""What is looked up instead of made: networks, targets, load balancers; and what of them fails a plan."""

from ipaddress import IPv4Address

import pytest

from privatelink.constructs.existing_load_balancer import ExistingLoadBalancer
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.existing_targets import ExistingTargets
from privatelink.topology.rules.listener import Listener
from tests.support.synth import synth_one

SUBNETS = {"ap-northeast-2a": "subnet-a", "apne2-az3": "subnet-c"}


def network(stack):
    return ExistingNetwork(stack, "network", vpc_id="vpc-1", subnet_ids=SUBNETS)


def targets(**arguments):
    found = []

    def build(stack):
        settings = {"instances": {}, "addresses": {}} | arguments
        found.append(ExistingTargets(stack, "targets", network=network(stack), **settings).targets)

    return synth_one(build), found[0]


def test_a_network_is_read_and_nothing_of_it_is_made():
    stack = synth_one(network)

    assert "resource" not in stack
    vpc, subnets = stack["data"]["aws_vpc"]["network"], stack["data"]["aws_subnet"]
    assert vpc["id"] == "vpc-1"
    assert {name: body["id"] for name, body in subnets.items()} == {
        f"network_{zone}": subnet for zone, subnet in SUBNETS.items()
    }


def test_a_subnet_has_to_be_of_the_vpc_and_in_its_zone():
    subnets = synth_one(network)["data"]["aws_subnet"]

    for zone, attribute in (("ap-northeast-2a", "availability_zone"), ("apne2-az3", "availability_zone_id")):
        conditions = [
            check["condition"] for check in subnets[f"network_{zone}"]["lifecycle"]["postcondition"]
        ]
        assert conditions == [
            "${self.vpc_id == data.aws_vpc.network.id}",
            f'${{self.{attribute} == "{zone}"}}',
        ]


def test_instances_without_a_group_are_reached_at_their_addresses():
    stack, found = targets(instances={"blue": "i-1"})

    assert (found.kind, found.ids, found.security_group_id) == ("instance", {"blue": "i-1"}, None)
    assert found.destinations == {
        "blue": {"cidr_ipv4": "${data.aws_instance.targets_blue.private_ip}/32"},
    }
    (check,) = stack["data"]["aws_subnet"]["targets_blue"]["lifecycle"]["postcondition"]
    assert check["condition"] == "${self.vpc_id == data.aws_vpc.network.id}"


def test_a_group_of_the_targets_is_what_traffic_goes_to():
    _, found = targets(instances={"blue": "i-1"}, security_group_id="sg-1")

    assert found.destinations == {"": {"referenced_security_group_id": "sg-1"}}


def test_every_zone_needs_an_instance_unless_zones_are_crossed():
    _, found = targets(instances={"blue": "i-1", "green": "i-2"})
    assert [check.condition for check in found.conditions] == [
        "${contains([data.aws_instance.targets_blue.availability_zone, "
        "data.aws_instance.targets_green.availability_zone], "
        f"data.aws_subnet.network_{zone}.availability_zone)}}"
        for zone in SUBNETS
    ]

    _, found = targets(instances={"blue": "i-1"}, cross_zone=True)
    assert found.conditions == []


def test_an_address_is_in_all_zones_when_it_is_in_no_block_of_the_vpc():
    _, found = targets(addresses={"one": IPv4Address("10.0.0.5")})

    assert (found.kind, found.ids) == ("ip", {"one": "10.0.0.5"})
    assert found.destinations == {"one": {"cidr_ipv4": "10.0.0.5/32"}}
    zone = found.availability_zones["one"]
    assert zone.startswith("${anytrue([for block in data.aws_vpc.network.cidr_block_associations : ")
    assert zone.endswith(']) ? null : "all"}')


def test_an_application_load_balancer_is_one_of_the_vpc_and_reached_by_its_group():
    stack, found = targets(application_load_balancer="arn:alb")

    assert (found.kind, found.ids) == ("alb", {"application-load-balancer": "arn:alb"})
    assert found.destinations == {
        "": {"referenced_security_group_id": "${sort(data.aws_lb.targets.security_groups)[0]}"}
    }
    assert [
        check["condition"] for check in stack["data"]["aws_lb"]["targets"]["lifecycle"]["postcondition"]
    ] == ['${self.load_balancer_type == "application"}', "${self.vpc_id == data.aws_vpc.network.id}"]


@pytest.mark.parametrize("zones", [1, 2])
def test_a_load_balancer_is_of_the_network_kind_with_the_listeners_of_the_service(zones):
    stack = synth_one(
        lambda stack: ExistingLoadBalancer(
            stack, "front", arn="arn:nlb", listeners=[Listener(port=443)], zones=zones
        )
    )

    assert "resource" not in stack
    assert [
        check["condition"] for check in stack["data"]["aws_lb"]["front"]["lifecycle"]["postcondition"]
    ] == ['${self.load_balancer_type == "network"}', f"${{length(self.subnets) >= {zones}}}"]
    listener = stack["data"]["aws_lb_listener"]["front_port-443"]
    assert listener["port"] == 443
    assert listener["lifecycle"]["postcondition"][0]["condition"] == '${self.protocol == "TCP"}'


def test_a_load_balancer_in_one_zone_or_that_holds_private_link_traffic_is_told_in_every_plan():
    stack = synth_one(
        lambda stack: ExistingLoadBalancer(stack, "front", arn="arn", listeners=[Listener(port=80)])
    )

    told = {name: check["assert"][0]["condition"] for name, check in stack["check"].items()}
    assert told == {
        "front_two-zones": "${length(data.aws_lb.front.subnets) >= 2}",
        "front_admits-private-link": (
            "${length(data.aws_lb.front.security_groups) == 0 || "
            'data.aws_lb.front.enforce_security_group_inbound_rules_on_private_link_traffic == "off"}'
        ),
    }


def test_subnets_that_are_full_are_told_in_every_plan():
    stack = synth_one(lambda stack: network(stack).warn_of_full_subnets(8, "a load balancer"))

    (told,) = stack["check"]["network_room-ap-northeast-2a"]["assert"]
    left = "data.aws_subnet.network_ap-northeast-2a.available_ip_address_count"
    assert told["condition"] == f"${{{left} >= 8}}"
    assert "subnet-a has" in told["error_message"]
