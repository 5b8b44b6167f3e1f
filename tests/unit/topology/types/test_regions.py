"""Regions and their partitions."""

import pytest

from privatelink.facts import PARTITIONS
from privatelink.topology.types.regions import is_region, partition_of


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("ap-northeast-2", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
    ],
)
def test_the_partition_of_a_region(region, partition):
    assert is_region(region)
    assert partition_of(region).id == partition


def test_text_that_is_not_a_region_has_the_first_partition():
    assert partition_of("anywhere") is PARTITIONS[0]


@pytest.mark.parametrize(
    "region", ["", "ap-northeast", "AP-northeast-2", "ap-northeast-2a", "ap-northeast-2\n", "apne2"]
)
def test_not_a_region(region):
    assert not is_region(region)
