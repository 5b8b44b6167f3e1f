"""Zones by name and by AZ ID."""

from ipaddress import IPv4Network

import pytest

from privatelink.topology.types import zones

# Region and what its AZ IDs start with, as AWS lists them.
PREFIXES = {
    "ap-northeast-1": "apne1",
    "ap-northeast-2": "apne2",
    "ap-south-1": "aps1",
    "ap-southeast-1": "apse1",
    "ca-central-1": "cac1",
    "cn-north-1": "cnn1",
    "cn-northwest-1": "cnnw1",
    "eu-central-1": "euc1",
    "eu-west-3": "euw3",
    "me-south-1": "mes1",
    "sa-east-1": "sae1",
    "us-east-1": "use1",
    "us-gov-east-1": "usge1",
    "us-gov-west-1": "usgw1",
    "us-west-2": "usw2",
}


@pytest.mark.parametrize(("region", "prefix"), PREFIXES.items())
def test_az_id_prefix_is_the_one_aws_uses(region, prefix):
    assert zones.is_region(region)
    assert zones.zone_id_prefix(region) == prefix


@pytest.mark.parametrize(
    "region", ["", "ap-northeast", "AP-northeast-2", "ap-northeast-2a", "ap-northeast-2\n", "apne2"]
)
def test_not_a_region(region):
    assert not zones.is_region(region)


@pytest.mark.parametrize("zone", ["ap-northeast-2a", "us-gov-west-1c"])
def test_zone_names(zone):
    assert zones.is_zone(zone)
    assert zones.is_zone_name(zone)
    assert not zones.is_zone_id(zone)


@pytest.mark.parametrize("zone", ["apne2-az1", "usgw1-az3", "use1-az6"])
def test_az_ids(zone):
    assert zones.is_zone(zone)
    assert zones.is_zone_id(zone)
    assert not zones.is_zone_name(zone)


@pytest.mark.parametrize(
    "zone",
    ["", "a", "ap-northeast-2", "ap-northeast-2A", "apne2-az0", "apne2-az", "us-west-2-lax-1a", "use1-az1 "],
)
def test_neither(zone):
    assert not zones.is_zone(zone)


@pytest.mark.parametrize(
    ("zone", "region", "inside"),
    [
        ("ap-northeast-2a", "ap-northeast-2", True),
        ("apne2-az1", "ap-northeast-2", True),
        ("ap-northeast-1a", "ap-northeast-2", False),
        ("apne1-az1", "ap-northeast-2", False),
        ("use1-az1", "us-east-1", True),
        ("usge1-az1", "us-east-1", False),
    ],
)
def test_zone_in_region(zone, region, inside):
    assert zones.in_region(zone, region) is inside


@pytest.mark.parametrize(
    ("zone", "slot"),
    [("us-east-1a", 0), ("us-east-1b", 1), ("us-east-1z", 25), ("use1-az1", 0), ("use1-az12", 11)],
)
def test_slot_is_the_zones_own(zone, slot):
    assert zones.slot(zone) == slot


@pytest.mark.parametrize(
    ("vpc", "zone", "subnet"),
    [
        ("10.10.0.0/16", "ap-northeast-2a", "10.10.0.0/20"),
        ("10.10.0.0/16", "ap-northeast-2c", "10.10.32.0/20"),
        ("10.10.0.0/16", "apne2-az3", "10.10.32.0/20"),
        ("10.10.0.0/16", "ap-northeast-2p", "10.10.240.0/20"),
        ("10.0.0.0/24", "us-east-1b", "10.0.0.16/28"),
        ("10.0.0.0/26", "us-east-1d", "10.0.0.48/28"),
        ("10.0.0.0/28", "us-east-1a", "10.0.0.0/28"),
    ],
)
def test_subnet_of_a_zone(vpc, zone, subnet):
    assert zones.subnet(IPv4Network(vpc), zone) == IPv4Network(subnet)


@pytest.mark.parametrize(
    ("vpc", "zone"),
    [("10.0.0.0/16", "us-east-1q"), ("10.0.0.0/26", "us-east-1e"), ("10.0.0.0/28", "use1-az2")],
)
def test_zone_without_a_slot(vpc, zone):
    with pytest.raises(IndexError):
        zones.subnet(IPv4Network(vpc), zone)
