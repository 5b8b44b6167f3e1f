"""Hosted zones, public and private."""

from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


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


def vpc_of(network: Vpc) -> dict[str, str]:
    return {"VPCRegion": "ap-northeast-2", "VPCId": network.id}


def test_a_zone_is_shared_with_a_vpc_of_another_account(
    network: Vpc, provider: Account, consumer: Account
) -> None:
    route53, theirs = provider.client("route53"), consumer.client("route53")
    zone = route53.create_hosted_zone(Name="shared.test", CallerReference="shared", VPC=vpc_of(network))[
        "HostedZone"
    ]["Id"]
    other = consumer.vpc("10.49.0.0/16")

    def authorized() -> list[dict[str, str]]:
        found = route53.list_vpc_association_authorizations(HostedZoneId=zone)
        assert found["HostedZoneId"] == zone.removeprefix("/hostedzone/")
        return [*found["VPCs"]]

    with refused("NotAuthorizedException", other.id):
        theirs.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc_of(other))
    with refused("NotAuthorizedException", other.id):
        route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc_of(other))
    with refused("VPCAssociationAuthorizationNotFound"):
        route53.delete_vpc_association_authorization(HostedZoneId=zone, VPC=vpc_of(other))
    assert authorized() == []

    made = route53.create_vpc_association_authorization(HostedZoneId=zone, VPC=vpc_of(other))
    assert made["HostedZoneId"] == zone.removeprefix("/hostedzone/")
    assert authorized() == [vpc_of(other)]
    theirs.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc_of(other))
    route53.delete_vpc_association_authorization(HostedZoneId=zone, VPC=vpc_of(other))

    assert authorized() == []
    assert route53.get_hosted_zone(Id=zone)["VPCs"] == [vpc_of(network), vpc_of(other)]
    (listed,) = theirs.list_hosted_zones_by_vpc(VPCId=other.id, VPCRegion="ap-northeast-2")[
        "HostedZoneSummaries"
    ]
    assert listed["Owner"]["OwningAccount"] == provider.number
    with refused("NotAuthorizedException"):
        theirs.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=vpc_of(network))
    theirs.disassociate_vpc_from_hosted_zone(HostedZoneId=zone, VPC=vpc_of(other))
    assert route53.get_hosted_zone(Id=zone)["VPCs"] == [vpc_of(network)]


def test_a_zone_is_associated_with_further_vpcs_of_its_account(network: Vpc, provider: Account) -> None:
    route53 = provider.client("route53")
    zone = route53.create_hosted_zone(Name="two.test", CallerReference="two", VPC=vpc_of(network))[
        "HostedZone"
    ]["Id"]
    further = provider.vpc("10.50.0.0/16")
    route53.associate_vpc_with_hosted_zone(HostedZoneId=zone, VPC=vpc_of(further))
    assert route53.get_hosted_zone(Id=zone)["VPCs"] == [vpc_of(network), vpc_of(further)]
    with refused("NoSuchHostedZone"):
        route53.associate_vpc_with_hosted_zone(HostedZoneId="Z0000000000000000000", VPC=vpc_of(further))
