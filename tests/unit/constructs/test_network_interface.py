"""Addresses of interfaces that AWS makes: found by their description, one in each subnet."""

from privatelink.constructs.component import Component
from privatelink.constructs.network_interface import private_addresses
from tests.support.synth import synth_one

SUBNETS = {"ap-northeast-2a": "subnet-a", "apne2-az3": "subnet-c"}


def found(**arguments):
    addresses = []

    def build(stack):
        component = Component(stack, "front")
        addresses.append(
            private_addresses(component, description="ELB net/front/1", subnet_ids=SUBNETS, **arguments)
        )

    return synth_one(build)["data"]["aws_network_interface"], addresses[0]


def test_each_zone_has_the_interface_in_its_own_subnet():
    interfaces, addresses = found()

    assert set(interfaces) == {f"front_{zone}" for zone in SUBNETS} == {f"front_{zone}" for zone in addresses}
    for zone, subnet in SUBNETS.items():
        assert interfaces[f"front_{zone}"]["filter"] == [
            {"name": "description", "values": ["ELB net/front/1"]},
            {"name": "subnet-id", "values": [subnet]},
        ]


def test_ipv6_addresses_are_the_one_that_the_interface_has():
    _, addresses = found(ipv6=True)

    assert addresses["apne2-az3"] == "${one(data.aws_network_interface.front_apne2-az3.ipv6_addresses)}"
