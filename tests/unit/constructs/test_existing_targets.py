"""Targets that are looked up: how they are reached, and what of them fails a plan."""

from ipaddress import IPv4Address

from privatelink.constructs.existing_targets import ExistingTargets
from privatelink.constructs.peer import Peer
from tests.support.existing_network import SUBNETS, network
from tests.support.synth import synth_one


def targets(**arguments):
    found = []

    def build(stack):
        settings = {"instance_ids": {}, "ip_addresses": {}} | arguments
        found.append(ExistingTargets(stack, "targets", network=network(stack), **settings).targets)

    return synth_one(build), found[0]


def test_instances_without_a_group_are_reached_at_their_addresses():
    stack, found = targets(instance_ids={"blue": "i-1"})

    assert (found.target_type, found.target_ids, found.security_group_id) == (
        "instance",
        {"blue": "i-1"},
        None,
    )
    assert found.peers == [Peer.cidr_ipv4("${data.aws_instance.targets_blue.private_ip}/32", key="blue")]
    (check,) = stack["data"]["aws_subnet"]["targets_blue"]["lifecycle"]["postcondition"]
    assert check["condition"] == "${self.vpc_id == data.aws_vpc.network.id}"


def test_a_group_of_the_targets_is_what_traffic_goes_to():
    _, found = targets(instance_ids={"blue": "i-1"}, security_group_id="sg-1")

    assert (found.security_group_id, found.add_ingress_rules) == ("sg-1", True)


def test_every_zone_needs_an_instance_unless_zones_are_crossed():
    _, found = targets(instance_ids={"blue": "i-1", "green": "i-2"})
    assert [check.condition for check in found.preconditions] == [
        "${contains([data.aws_instance.targets_blue.availability_zone, "
        "data.aws_instance.targets_green.availability_zone], "
        f"data.aws_subnet.network_{zone}.availability_zone)}}"
        for zone in SUBNETS
    ]

    _, found = targets(instance_ids={"blue": "i-1"}, enable_cross_zone_load_balancing=True)
    assert [*found.preconditions] == []


def test_every_zone_needs_an_instance_of_the_listener():
    _, found = targets(instance_ids={"blue": "i-1", "green": "i-2"})

    some = found.only(["green"])
    assert (some.target_ids, [peer.key for peer in some.peers]) == ({"green": "i-2"}, ["green"])
    assert [check.condition for check in some.preconditions] == [
        "${contains([data.aws_instance.targets_green.availability_zone], "
        f"data.aws_subnet.network_{zone}.availability_zone)}}"
        for zone in SUBNETS
    ]
    assert found.only(None) is found


def test_an_address_is_in_all_zones_when_it_is_in_no_block_of_the_vpc():
    _, found = targets(ip_addresses={"one": IPv4Address("10.0.0.5")})

    assert (found.target_type, found.target_ids) == ("ip", {"one": "10.0.0.5"})
    assert found.peers == [Peer.cidr_ipv4("10.0.0.5/32", key="one")]
    zone = found.availability_zones["one"]
    assert zone.startswith("${anytrue([for block in data.aws_vpc.network.cidr_block_associations : ")
    assert zone.endswith(']) ? null : "all"}')


def test_an_application_load_balancer_is_one_of_the_vpc_and_reached_by_its_group():
    stack, found = targets(application_load_balancer_arn="arn:alb")

    assert (found.target_type, found.target_ids) == ("alb", {"application-load-balancer": "arn:alb"})
    assert found.security_group_id == "${sort(data.aws_lb.targets.security_groups)[0]}"
    assert found.add_ingress_rules is False
    assert [
        check["condition"] for check in stack["data"]["aws_lb"]["targets"]["lifecycle"]["postcondition"]
    ] == ['${self.load_balancer_type == "application"}', "${self.vpc_id == data.aws_vpc.network.id}"]


def test_auto_scaling_groups_are_looked_up_and_reached_in_the_vpc():
    stack, found = targets(autoscaling_group_names={"web": "web-blue"})

    assert (found.target_type, found.target_ids) == ("instance", {})
    assert found.autoscaling_group_names == {"web": "web-blue"}
    assert ([peer.key for peer in found.peers], [*found.preconditions]) == (["vpc"], [])
    assert stack["data"]["aws_autoscaling_group"]["targets_web"]["name"] == "web-blue"
    assert stack["data"]["aws_subnets"]["targets"]["filter"] == [
        {"name": "vpc-id", "values": ["${data.aws_vpc.network.id}"]}
    ]


def test_a_group_of_auto_scaling_instances_is_what_traffic_goes_to():
    _, found = targets(autoscaling_group_names={"web": "web-blue"}, security_group_id="sg-1")

    assert (found.security_group_id, found.add_ingress_rules) == ("sg-1", True)
