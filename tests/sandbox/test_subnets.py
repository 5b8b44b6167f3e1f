"""Subnets with IPv6, as Terraform waits for them."""

import importlib
import ipaddress
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account


@pytest.fixture(scope="module")
def vpc(provider: Account) -> tuple[str, ipaddress.IPv6Network]:
    """A VPC, and its IPv6 block."""
    vpc_id = provider.ec2.create_vpc(CidrBlock="10.43.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"][
        "VpcId"
    ]
    (found,) = provider.ec2.describe_vpcs(VpcIds=[vpc_id])["Vpcs"]
    (association,) = found["Ipv6CidrBlockAssociationSet"]
    return vpc_id, ipaddress.IPv6Network(association["Ipv6CidrBlock"])


def by_association(account: Account, association_id: str) -> list[dict[str, Any]]:
    return account.ec2.describe_subnets(
        Filters=[{"Name": "ipv6-cidr-block-association.association-id", "Values": [association_id]}]
    )["Subnets"]


def test_a_subnet_is_found_by_its_ipv6_association_and_says_its_state(
    provider: Account, vpc: tuple[str, ipaddress.IPv6Network]
) -> None:
    vpc_id, block = vpc
    one, other = list(block.subnets(new_prefix=64))[:2]
    made = [
        provider.ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr, Ipv6CidrBlock=str(ipv6))["Subnet"]
        for cidr, ipv6 in (("10.43.0.0/24", one), ("10.43.1.0/24", other))
    ]
    provider.ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.43.2.0/24")
    for subnet, ipv6 in zip(made, (one, other), strict=True):
        (association,) = subnet["Ipv6CidrBlockAssociationSet"]
        assert association["Ipv6CidrBlock"] == str(ipv6)
        (found,) = by_association(provider, association["AssociationId"])
        assert found["SubnetId"] == subnet["SubnetId"]
        (read,) = found["Ipv6CidrBlockAssociationSet"]
        assert read["Ipv6CidrBlockState"]["State"] == "associated"
    assert by_association(provider, "subnet-cidr-assoc-00000000000000000") == []


def test_another_filter_is_still_motos(provider: Account, vpc: tuple[str, ipaddress.IPv6Network]) -> None:
    vpc_id, _ = vpc
    made = provider.ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.43.9.0/24")["Subnet"]
    (found,) = provider.ec2.describe_subnets(Filters=[{"Name": "cidr-block", "Values": ["10.43.9.0/24"]}])[
        "Subnets"
    ]
    assert found["SubnetId"] == made["SubnetId"]
    assert found["Ipv6CidrBlockAssociationSet"] == []


@pytest.mark.slow
@pytest.mark.xdist_group("moto")
@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, None),
        ({"2001:db8::/64": "associated"}, "2001:db8::/64"),
        ({"2001:db8::/64": "disassociated"}, None),
        ({"2001:db8::/64": "disassociated", "2001:db8:1::/64": "associated"}, "2001:db8:1::/64"),
    ],
)
def test_the_ipv6_block_of_a_subnet_is_the_associated_one(
    states: dict[str, str], expected: str | None
) -> None:
    subnets = importlib.import_module("privatelink.sandbox.subnets")
    associations = {
        block: {"ipv6CidrBlock": block, "ipv6CidrBlockState": {"State": state}}
        for block, state in states.items()
    }
    assert subnets.ipv6_block(SimpleNamespace(ipv6_cidr_block_associations=associations)) == expected


def test_a_subnet_with_ipv6_alone_has_no_ipv4_address(
    provider: Account, vpc: tuple[str, ipaddress.IPv6Network]
) -> None:
    vpc_id, block = vpc
    cidr = str(list(block.subnets(new_prefix=64))[7])
    made = provider.ec2.create_subnet(VpcId=vpc_id, Ipv6CidrBlock=cidr, Ipv6Native=True)["Subnet"]
    (found,) = provider.ec2.describe_subnets(SubnetIds=[made["SubnetId"]])["Subnets"]
    assert (found["Ipv6Native"], found["AvailableIpAddressCount"]) == (True, 0)
