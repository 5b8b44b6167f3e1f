"""Hosted zones, public and private."""

from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.42.0.0/16")


def test_a_zone_made_with_a_vpc_is_private(network: Vpc) -> None:
    route53 = network.account.client("route53")
    zone = route53.create_hosted_zone(
        Name="private.test",
        CallerReference="one",
        VPC={"VPCRegion": "ap-northeast-2", "VPCId": network.id},
    )
    found = route53.get_hosted_zone(Id=zone["HostedZone"]["Id"])
    assert found["HostedZone"]["Config"]["PrivateZone"] is True
    assert found["VPCs"] == [{"VPCRegion": "ap-northeast-2", "VPCId": network.id}]


@pytest.mark.parametrize("private", [None, False])
def test_whatever_else_the_request_says(network: Vpc, private: bool | None) -> None:
    route53 = network.account.client("route53")
    config: dict[str, Any] = {"Comment": "kept"} | ({} if private is None else {"PrivateZone": private})
    zone = route53.create_hosted_zone(
        Name="private.test",
        CallerReference=f"comment-{private}",
        VPC={"VPCRegion": "ap-northeast-2", "VPCId": network.id},
        HostedZoneConfig=config,
    )["HostedZone"]
    found = route53.get_hosted_zone(Id=zone["Id"])["HostedZone"]
    assert found["Config"] == {"Comment": "kept", "PrivateZone": True}


def test_a_zone_made_without_a_vpc_is_public(provider: Account) -> None:
    route53 = provider.client("route53")
    zone = route53.create_hosted_zone(Name="public.test", CallerReference="public")
    found = route53.get_hosted_zone(Id=zone["HostedZone"]["Id"])
    assert found["HostedZone"]["Config"]["PrivateZone"] is False
    assert not found.get("VPCs")
