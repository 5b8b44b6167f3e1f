"""Network: zones and their subnets, in a new VPC or an existing one."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink.topology.model import Topology
from tests.support.provider_side import EXISTING, with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import (
    FILE,
    FILE_WITHOUT_A_SERVICE,
    check_broken,
    check_change,
    check_right,
    every_network,
    made,
)
from tests.support.topology_strategies import ZONES, topologies

few = settings(deadline=None, max_examples=25)
RENAMED = {"cidr": "10.10.0.0/16", "zones": ["apne2-az1", "apne2-az3"]}
CHOSEN = {ZONES[1]: "10.10.7.0/24", ZONES[0]: "10.10.9.0/24"}

RIGHT = {
    "new VPC, a list of zones": (
        with_service(network={"cidr": "10.10.0.0/16", "zones": list(ZONES)}),
        "network-incomplete",
        "network-zone-subnet",
        "zone-region",
    ),
    "new VPC, zones with subnets": (
        with_service(network={"cidr": "10.10.0.0/16", "zones": CHOSEN}),
        "subnet-outside-vpc",
        "subnet-overlap",
    ),
    "existing VPC": (
        with_service(network=EXISTING),
        "network-incomplete",
        "network-existing-only",
        "subnet-zone",
    ),
    "ranges beside those that AWS refuses": (
        with_service(network={"cidr": "169.253.0.0/16", "zones": list(ZONES)}),
        "vpc-cidr-range",
    ),
    "a reserved range that AWS does not refuse": (
        with_service(network={"cidr": "240.0.0.0/16", "zones": list(ZONES)}),
        "vpc-cidr-range",
    ),
    "AZ IDs": (
        with_service(network={"cidr": "10.10.0.0/16", "zones": ["apne2-az1", "apne2-az3"]}),
        "zone-names-and-ids",
    ),
    "AZ IDs that were names": (
        with_service(
            network=RENAMED | {"zones_renamed_from": {"apne2-az1": ZONES[1], "apne2-az3": ZONES[0]}}
        ),
        "zone-renamed-unknown",
        "zone-renamed-form",
    ),
    "names that were AZ IDs": (
        with_service(
            network={
                "cidr": "10.10.0.0/16",
                "zones": list(ZONES),
                "zones_renamed_from": {ZONES[0]: "apne2-az3", ZONES[1]: "apne2-az1"},
            }
        ),
        "zone-renamed-unknown",
        "zone-renamed-form",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name.
WRONG = {
    "former form of a zone that is not there": (
        with_service(network=RENAMED | {"zones_renamed_from": {"apne2-az2": ZONES[0]}}),
        "service.network.zones_renamed_from.apne2-az2",
        "zone-renamed-unknown",
        "apne2-az1, apne2-az3",
    ),
    "former zone in the same form": (
        with_service(network=RENAMED | {"zones_renamed_from": {"apne2-az1": "apne2-az2"}}),
        "service.network.zones_renamed_from.apne2-az1",
        "zone-renamed-form",
        "apne2-az1",
    ),
    "former zone of another Region": (
        with_service(network=RENAMED | {"zones_renamed_from": {"apne2-az1": "ap-northeast-1a"}}),
        "service.network.zones_renamed_from.apne2-az1",
        "zone-renamed-form",
    ),
    "former zone of two": (
        with_service(
            network=RENAMED | {"zones_renamed_from": {"apne2-az1": ZONES[0], "apne2-az3": ZONES[0]}}
        ),
        "service.network.zones_renamed_from.apne2-az3",
        "list-duplicate",
    ),
    **{
        f"VPC in {cidr}": (
            with_service(network={"cidr": cidr, "zones": list(ZONES)}),
            "service.network.cidr",
            "vpc-cidr-range",
            cidr,
            "10.10.0.0/16",
        )
        for cidr in ("0.10.0.0/16", "127.0.0.0/24", "169.254.0.0/16", "224.0.0.0/16", "239.255.0.0/20")
    },
    "new and existing VPC": (
        with_service(network={"cidr": "10.10.0.0/16", **EXISTING}),
        "service.network.cidr",
        "network-existing-only",
        "`cidr` of an existing VPC",
        "`vpc_id` and `subnet_ids`",
    ),
    "flow logs of an existing VPC": (
        with_service(network={"flow_logs": {"retention_days": 7}, **EXISTING}),
        "service.network.flow_logs",
        "network-existing-only",
        "`flow_logs`",
    ),
    "existing VPC without subnets": (
        with_service(network={"vpc_id": EXISTING["vpc_id"]}),
        "service.network.subnet_ids",
        "network-incomplete",
        "`subnet_ids` is missing",
    ),
    "new VPC without zones": (
        with_service(network={"cidr": "10.10.0.0/16"}),
        "service.network.zones",
        "network-incomplete",
        "`zones` is missing",
    ),
    "zones that are text": (
        with_service(network={"cidr": "10.10.0.0/16", "zones": "ap-northeast-2a"}),
        "service.network.zones",
        "value-type",
        "a list of zones, or a mapping of zones to subnet CIDRs, not text",
    ),
    "one subnet for two zones": (
        with_service(
            network={
                **EXISTING,
                "subnet_ids": dict.fromkeys(EXISTING["subnet_ids"], "subnet-0a1b2c3d4e5f6000a"),
            }
        ),
        "service.network.subnet_ids.ap-northeast-2c",
        "subnet-zone",
        "zone ap-northeast-2a",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)


ZONES_LINE = "zones: [ap-northeast-2a, ap-northeast-2c]\n  back"

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "zone without a subnet": (
        ("cidr: 10.10.0.0/16", "cidr: 10.10.0.0/27", "ap-northeast-2c]\n  backends"),
        "service.network.zones[1]",
        "network-zone-subnet",
        "10.10.0.0/27 is divided into 2 subnets of /28",
        "letter b or az2",
        '"ap-northeast-2c"',
    ),
    "subnet outside": (
        (ZONES_LINE, "zones: {ap-northeast-2a: 10.30.0.0/24}\n  back", "10.30.0.0/24"),
        "service.network.zones.ap-northeast-2a",
        "subnet-outside-vpc",
        '"10.30.0.0/24"',
        "10.10.0.0/16",
    ),
    "subnets overlap": (
        (
            ZONES_LINE,
            "zones: {ap-northeast-2a: 10.10.0.0/20, ap-northeast-2c: 10.10.8.0/24}\n  back",
            "10.10.8.0/24",
        ),
        "service.network.zones.ap-northeast-2c",
        "subnet-overlap",
        "overlaps 10.10.0.0/20 of zone ap-northeast-2a",
        '"10.10.8.0/24"',
    ),
    "zone twice": (
        (
            "ap-northeast-2c]\n  backends",
            "ap-northeast-2b, ap-northeast-2a]\n  backends",
            "ap-northeast-2a]\n  backends",
        ),
        "service.network.zones[2]",
        "list-duplicate",
        "zone",
        '"ap-northeast-2a"',
    ),
    "zone of another Region": (
        ("ap-northeast-2c]\n  backends", "us-east-1a]\n  backends", "us-east-1a"),
        "service.network.zones[1]",
        "zone-region",
        '"us-east-1a"',
        "zones of ap-northeast-2, such as ap-northeast-2a or apne2-az1",
    ),
    "zone of another Region, mapped": (
        (ZONES_LINE, "zones: {us-east-1a: 10.10.0.0/24}\n  back", "us-east-1a"),
        "service.network.zones.us-east-1a",
        "zone-region",
        '"us-east-1a"',
    ),
    "names with AZ IDs": (
        (
            "ap-northeast-2c]\n  backends",
            "apne2-az1]\n  backends",
            "zones: [ap-northeast-2a, apne2-az1",
        ),
        "service.network.zones",
        "zone-names-and-ids",
        "ap-northeast-2a, apne2-az1",
    ),
    "no zones": (
        (ZONES_LINE, "zones: []\n  back", "zones: []"),
        "service.network.zones",
        "list-empty",
        "zones",
        "at least one",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


# The same of a file without a service.
ALONE_IN_A_FILE = {
    "zone of another Region": (
        ("us-east-1a", "us-west-2a", "us-west-2a"),
        "consumers.client.network.zones[0]",
        "zone-region",
        "us-east-1",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(ALONE_IN_A_FILE))
def test_wrong_in_a_file_without_a_service(change, field, rule, words):
    check_change(FILE_WITHOUT_A_SERVICE, change, field, rule, words)


def test_a_zone_in_another_form_keeps_its_subnet():
    renamed = RENAMED | {"zones_renamed_from": {"apne2-az1": ZONES[1], "apne2-az3": ZONES[0]}}

    subnets = Topology.model_validate(with_service(network=renamed)).service.network.subnets

    assert {zone: str(subnet) for zone, subnet in subnets.items()} == {
        "apne2-az1": "10.10.32.0/20",
        "apne2-az3": "10.10.0.0/20",
    }


def test_subnets_are_sorted_by_zone_and_chosen_ones_are_kept():
    network = made(network={"cidr": "10.10.0.0/16", "zones": CHOSEN}).service.network
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
    # Elastic IPs and other Regions ask for more of the zones.
    for field in ("load_balancer", "supported_regions"):
        topology["service"].pop(field, None)
    before = Topology.model_validate(topology).service.network.subnets
    staying = data.draw(st.lists(st.sampled_from(network["zones"]), min_size=1, unique=True))
    network["zones"] = staying
    after = Topology.model_validate(topology).service.network.subnets
    assert after == {zone: before[zone] for zone in staying}
