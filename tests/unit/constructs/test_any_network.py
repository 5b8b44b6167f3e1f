"""AnyNetwork: what a new network and an existing one have in common."""

import inspect
from ipaddress import IPv4Address, IPv4Network

import pytest

from privatelink.constructs.any_network import AnyNetwork
from privatelink.constructs.existing_network import ExistingNetwork
from privatelink.constructs.network import Network
from tests.support.synth import synth_one

ZONE = "ap-northeast-2a"
MEMBERS = {name for name in vars(AnyNetwork) if not name.startswith("_")}


def new(stack):
    return Network(
        stack,
        "network",
        name="shop",
        cidr_block=IPv4Network("10.0.0.0/16"),
        subnet_cidr_blocks={ZONE: IPv4Network("10.0.0.0/20")},
        internet=False,
    )


def existing(stack):
    return ExistingNetwork(stack, "network", vpc_id="vpc-1", subnet_ids={ZONE: "subnet-a"})


def made(build):
    found = []
    synth_one(lambda stack: found.append(build(stack)))
    return found[0]


@pytest.mark.parametrize("build", [new, existing])
def test_each_has_every_member_and_answers_alike(build):
    network = made(build)

    assert {name for name in MEMBERS if hasattr(network, name)} == MEMBERS
    assert list(network.subnet_ids) == [ZONE]
    assert network.vpc_reference.endswith("aws_vpc.network.id")
    assert network.zone_name(ZONE).endswith(f"aws_subnet.network_{ZONE}.availability_zone")
    assert network.zone_id(ZONE) == f"{network.zone_name(ZONE)}_id"
    assert "all" in network.availability_zone_of(IPv4Address("192.168.0.5"))


@pytest.mark.parametrize("kind", [Network, ExistingNetwork])
def test_methods_have_the_arguments_of_the_protocol(kind):
    for name in MEMBERS:
        if inspect.isfunction(declared := getattr(AnyNetwork, name)):
            assert list(inspect.signature(getattr(kind, name)).parameters) == list(
                inspect.signature(declared).parameters
            )
