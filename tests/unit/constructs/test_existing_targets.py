"""Targets that are looked up: how they are reached, and what of them fails a plan."""

from ipaddress import IPv4Address

from privatelink.constructs.existing_targets import ExistingTargets
from tests.support.existing_network import SUBNETS, network
from tests.support.synth import synth_one


def targets(**arguments):
    found = []

    def build(stack):
        settings = {"instances": {}, "addresses": {}} | arguments
        found.append(ExistingTargets(stack, "targets", network=network(stack), **settings).targets)

    return synth_one(build), found[0]


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
