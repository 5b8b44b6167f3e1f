"""A network that is looked up, and what of it fails or warns in a plan."""

from tests.support.existing_network import SUBNETS, network
from tests.support.synth import synth_one


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


def test_subnets_that_are_full_are_told_in_every_plan():
    stack = synth_one(lambda stack: network(stack).warn_of_full_subnets())

    (told,) = stack["check"]["network_room-ap-northeast-2a"]["assert"]
    left = "data.aws_subnet.network_ap-northeast-2a.available_ip_address_count"
    assert told["condition"] == f"${{{left} >= 8}}"
    assert told["error_message"].startswith(f"subnet with ${{{left}}} free addresses: subnet-a (")
