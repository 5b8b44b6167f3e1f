"""Regions, and zones by name and by AZ ID."""

from ipaddress import IPv4Network

import pytest

from privatelink.topology.broken import broken_in
from privatelink.topology.types import zones
from privatelink.topology.types.regions import is_region
from privatelink.topology.types.zones import Region, Zone
from tests.support.rules import breaks, keeps, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

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
    "us-iso-east-1": "usie1",
    "us-isob-east-1": "usibe1",
    "us-west-2": "usw2",
}


@pytest.mark.parametrize(("region", "prefix"), PREFIXES.items())
def test_az_id_prefix_is_the_one_aws_uses(region, prefix):
    assert is_region(region)
    assert zones.zone_id_prefix(region) == prefix


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
        ("eusc-de-east-1a", "eusc-de-east-1", True),
        ("euscde1-az1", "eusc-de-east-1", True),
        ("euc1-az1", "eusc-de-east-1", False),
    ],
)
def test_zone_in_region(zone, region, inside):
    assert zones.in_region(zone, region) is inside


@pytest.mark.parametrize(
    ("zone", "other", "same"),
    [
        ("us-east-1a", "us-east-1b", True),
        ("us-east-1a", "use1-az4", True),
        ("use1-az4", "use1-az1", True),
        ("use1-az4", "us-east-2a", False),
        ("use1-az4", "use2-az4", False),
    ],
)
def test_zones_of_one_region(zone, other, same):
    assert zones.same_region(zone, other) is zones.same_region(other, zone) is same


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


# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "malformed Region": (
        ("region: ap-northeast-2", "region: seoul", "seoul"),
        "service.region",
        "region-name",
        '"seoul"',
        "ap-northeast-2",
    ),
    "malformed zone": (
        ("ap-northeast-2c]\n  backends", "seoul]\n  backends", "seoul"),
        "service.network.zones[1]",
        "zone-name",
        '"seoul"',
        "describe-availability-zones",
    ),
    "zone that is a mapping": (
        ("ap-northeast-2c]\n  backends", "{a: b}]\n  backends", "{a: b}"),
        "service.network.zones[1]",
        "value-type",
        "must be text, not a mapping",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


@keeps("region-name")
@pytest.mark.parametrize("region", ["ap-northeast-2", "us-gov-west-1", "eusc-de-east-1", "us-isob-east-1"])
def test_a_region_is_taken_as_written(region):
    assert accepted(Region, region) == region


@keeps("zone-name", "value-type", "local-zone")
@pytest.mark.parametrize("zone", ["ap-northeast-2a", "apne2-az1", "eusc-de-east-1a", "cnn1-az2"])
def test_a_zone_is_taken_in_either_form(zone):
    assert accepted(Zone, zone) == zone
    zones.check_zone(zone)


# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    **{
        zone: (zone, Zone, "local-zone", example, "remove it")
        for zone, example in {
            "us-west-2-lax-1a": "us-west-2a",
            "us-east-1-bos-1a": "us-east-1a",
            "ap-northeast-1-tpe-1a": "ap-northeast-1a",
            "us-east-1-wl1-bos-wlz-1": "us-east-1a",
            "usw2-lax1-az1": "usw2-az1",
            "use1-wl1-bos-wlz1": "use1-az1",
        }.items()
    },
    "Region of no partition": ("xx-north-1", Region, "region-name"),
    "zone for a Region": (
        "ap-northeast-2a",
        Region,
        "region-name",
        "ap-northeast-2",
        "`aws ec2 describe-regions`",
    ),
    "Region for a zone": (
        "ap-northeast-2",
        Zone,
        "zone-name",
        "a zone name such as ap-northeast-2a, or an AZ ID such as apne2-az1",
        "`aws ec2 describe-availability-zones`",
    ),
}


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)


@breaks("zone-name", "value-type", "local-zone")
@pytest.mark.parametrize(
    ("zone", "rule"), [("seoul", "zone-name"), (7, "value-type"), ("us-west-2-lax-1a", "local-zone")]
)
def test_a_single_zone_is_checked_with_its_place(zone, rule):
    (broken,) = broken_in(zones.check_zone, zone, (0,))

    assert (broken.rule.id, broken.at) == (rule, (0,))


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("ap-northeast-2", "aws"),
        ("us-east-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-west-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("", "aws"),
    ],
)
def test_the_partition_of_a_region(region, partition):
    assert zones.partition(region) == partition


def test_examples_of_a_region_are_in_it():
    assert zones.examples("ap-northeast-2") == "ap-northeast-2a or apne2-az1"
