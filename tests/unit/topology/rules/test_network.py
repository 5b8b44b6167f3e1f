"""Network: zones and their subnets, in a VPC to make or one that exists."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink.topology.model import Topology
from tests.support.provider_side import EXISTING, with_service
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_message,
    every_network,
    made,
    problem_at,
)
from tests.support.topology_strategies import ZONES, topologies

few = settings(deadline=None, max_examples=25)


# The topology, the field at fault, words of the message.
WRONG = {
    "made and existing VPC": (
        with_service(network={"cidr": "10.10.0.0/16", **EXISTING}),
        "service.network.cidr",
        "cidr of a VPC that exists",
    ),
    "existing VPC without subnets": (
        with_service(network={"vpc_id": EXISTING["vpc_id"]}),
        "service.network.subnet_ids",
        "subnet_ids is missing",
    ),
    "one subnet for two zones": (
        with_service(
            network={
                **EXISTING,
                "subnet_ids": dict.fromkeys(EXISTING["subnet_ids"], "subnet-0a1b2c3d4e5f6000a"),
            }
        ),
        "service.network.subnet_ids.ap-northeast-2c",
        "subnet of zone ap-northeast-2a too",
    ),
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, words):
    assert words in str(problem_at(topology, field))


# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "zone without a place": (
        "cidr: 10.10.0.0/16",
        "cidr: 10.10.0.0/27",
        "ap-northeast-2c]\n  backends",
        "service.network.zones[1]",
        ["no place in 10.10.0.0/27", "letter b or az2", "zones: {<zone>: <CIDR>}", '"ap-northeast-2c"'],
    ),
    "subnet outside": (
        "zones: [ap-northeast-2a, ap-northeast-2c]\n  back",
        "zones: {ap-northeast-2a: 10.30.0.0/24}\n  back",
        "10.30.0.0/24",
        "service.network.zones.ap-northeast-2a",
        ["outside the VPC", '"10.30.0.0/24"', "10.10.0.0/16"],
    ),
    "subnets overlap": (
        "zones: [ap-northeast-2a, ap-northeast-2c]\n  back",
        "zones: {ap-northeast-2a: 10.10.0.0/20, ap-northeast-2c: 10.10.8.0/24}\n  back",
        "10.10.8.0/24",
        "service.network.zones.ap-northeast-2c",
        ["overlaps 10.10.0.0/20 of ap-northeast-2a", '"10.10.8.0/24"'],
    ),
    "zone twice": (
        "ap-northeast-2c]\n  backends",
        "ap-northeast-2b, ap-northeast-2a]\n  backends",
        "ap-northeast-2a]\n  backends",
        "service.network.zones[2]",
        ["listed twice", '"ap-northeast-2a"'],
    ),
    "zone of another region": (
        "ap-northeast-2c]\n  backends",
        "us-east-1a]\n  backends",
        "us-east-1a",
        "service.network.zones[1]",
        ["another region", '"us-east-1a"', "ap-northeast-2a or apne2-az1"],
    ),
    "zone of another region, mapped": (
        "zones: [ap-northeast-2a, ap-northeast-2c]\n  back",
        "zones: {us-east-1a: 10.10.0.0/24}\n  back",
        "us-east-1a",
        "service.network.zones.us-east-1a",
        ["another region", '"us-east-1a"'],
    ),
    "names with AZ IDs": (
        "ap-northeast-2c]\n  backends",
        "apne2-az1]\n  backends",
        "zones: [ap-northeast-2a, apne2-az1",
        "service.network.zones",
        ["mixed", "ap-northeast-2a, apne2-az1"],
    ),
    "no zones": (
        "zones: [ap-northeast-2a, ap-northeast-2c]\n  back",
        "zones: []\n  back",
        "zones: []",
        "service.network.zones",
        ["no zones", "at least one"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "zone of another region": (
        "us-east-1a",
        "us-west-2a",
        "us-west-2a",
        "consumers.client.network.zones[0]",
        ["another region"],
    ),
}


@pytest.mark.parametrize(
    ("old", "new", "mark", "field", "words"), ALONE_IN_A_FILE.values(), ids=ALONE_IN_A_FILE
)
def test_wrong_in_a_file_without_a_service(old, new, mark, field, words):
    check_message(FILE_WITHOUT_A_SERVICE, old, new, mark, field, words)


def test_subnets_are_sorted_by_zone_and_chosen_ones_are_kept():
    chosen = {ZONES[1]: "10.10.7.0/24", ZONES[0]: "10.10.9.0/24"}
    network = made(network={"cidr": "10.10.0.0/16", "zones": chosen}).service.network
    assert network.zones == tuple(ZONES)
    assert list(network.subnets.items()) == [
        (ZONES[0], IPv4Network("10.10.9.0/24")),
        (ZONES[1], IPv4Network("10.10.7.0/24")),
    ]


@pytest.mark.slow
@few
@given(topologies())
def test_subnets_lie_in_their_vpc_and_apart(topology):
    for network in every_network(Topology.model_validate(topology)):
        for subnet in network.subnets.values():
            assert subnet.subnet_of(network.cidr)
            assert 16 <= subnet.prefixlen <= 28
        assert not any(one.overlaps(other) for one, other in combinations(network.subnets.values(), 2))


@pytest.mark.slow
@few
@given(st.data())
def test_zones_that_leave_take_no_other_along(data):
    topology = data.draw(topologies(service=True, consumers=False))
    network = topology["service"]["network"]
    network["zones"] = list(network["zones"])
    topology["service"]["backends"]["text"] = "same"
    # Elastic IPs and other regions ask for more of the zones.
    for field in ("load_balancer", "supported_regions"):
        topology["service"].pop(field, None)
    before = Topology.model_validate(topology).service.network.subnets
    staying = data.draw(st.lists(st.sampled_from(network["zones"]), min_size=1, unique=True))
    network["zones"] = staying
    after = Topology.model_validate(topology).service.network.subnets
    assert after == {zone: before[zone] for zone in staying}
