"""The provider's side: endpoint services, who may see them, and when they can go."""

import re

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.10.0.0/16", zones="abc")


def configuration(account: Account, service_id: str) -> dict:
    return account.ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service_id])[
        "ServiceConfigurations"
    ][0]


def root(account: Account) -> str:
    return f"arn:aws:iam::{account.number}:root"


def test_a_service_reads_back_as_aws_shows_it(network: Vpc) -> None:
    balancer = network.load_balancer("reads-back", "ac")
    created = network.account.ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]],
        SupportedIpAddressTypes=["ipv4"],
        TagSpecifications=[
            {"ResourceType": "vpc-endpoint-service", "Tags": [{"Key": "Name", "Value": "web"}]}
        ],
    )["ServiceConfiguration"]
    service = configuration(network.account, created["ServiceId"])

    assert service == created
    assert re.fullmatch(r"vpce-svc-[0-9a-f]{17}", service["ServiceId"])
    assert service["ServiceName"] == f"com.amazonaws.vpce.ap-northeast-2.{service['ServiceId']}"
    assert service["BaseEndpointDnsNames"] == [f"{service['ServiceId']}.ap-northeast-2.vpce.amazonaws.com"]
    assert service["ServiceState"] == "Available"
    assert service["ServiceType"] == [{"ServiceType": "Interface"}]
    assert service["AcceptanceRequired"] is True
    assert service["ManagesVpcEndpoints"] is False
    assert service["AvailabilityZones"] == ["ap-northeast-2a", "ap-northeast-2c"]
    assert service["AvailabilityZoneIds"] == ["apne2-az1", "apne2-az3"]
    assert service["SupportedIpAddressTypes"] == ["ipv4"]
    assert service["NetworkLoadBalancerArns"] == [balancer["LoadBalancerArn"]]
    assert service["Tags"] == [{"Key": "Name", "Value": "web"}]
    assert "PrivateDnsNameConfiguration" not in service


def test_zones_follow_the_load_balancer(network: Vpc) -> None:
    service = network.service(zones="a")
    arn = service["NetworkLoadBalancerArns"][0]
    network.account.elb.set_subnets(LoadBalancerArn=arn, Subnets=[network.subnets["a"], network.subnets["b"]])
    zones = configuration(network.account, service["ServiceId"])["AvailabilityZones"]
    assert zones == ["ap-northeast-2a", "ap-northeast-2b"]


def test_a_service_can_be_modified(network: Vpc) -> None:
    service = network.service()
    second = network.load_balancer("second-behind-service", "b")["LoadBalancerArn"]
    first = service["NetworkLoadBalancerArns"][0]
    modify = network.account.ec2.modify_vpc_endpoint_service_configuration
    modify(
        ServiceId=service["ServiceId"],
        AcceptanceRequired=False,
        AddNetworkLoadBalancerArns=[second],
        RemoveNetworkLoadBalancerArns=[first],
    )
    after = configuration(network.account, service["ServiceId"])
    assert after["AcceptanceRequired"] is False
    assert after["NetworkLoadBalancerArns"] == [second]
    with refused("InvalidParameter", "at least one load balancer"):
        modify(ServiceId=service["ServiceId"], RemoveNetworkLoadBalancerArns=[second])


def test_a_load_balancer_belongs_to_one_service(network: Vpc) -> None:
    service = network.service()
    with refused("InvalidParameter", "already associated with another"):
        network.account.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=service["NetworkLoadBalancerArns"]
        )


def test_a_service_needs_a_load_balancer_of_the_account(network: Vpc, consumer: Account) -> None:
    arn = network.load_balancer("not-the-consumers")["LoadBalancerArn"]
    with refused("LoadBalancerNotFound", arn):
        consumer.ec2.create_vpc_endpoint_service_configuration(NetworkLoadBalancerArns=[arn])
    with refused("InvalidParameter", "exactly one of"):
        consumer.ec2.create_vpc_endpoint_service_configuration()


def test_ipv6_needs_a_dualstack_load_balancer(network: Vpc) -> None:
    arn = network.load_balancer("ipv4-only")["LoadBalancerArn"]
    with refused("InvalidParameter", "ipv6"):
        network.account.ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=[arn], SupportedIpAddressTypes=["ipv4", "ipv6"]
        )


def test_permissions_have_ids_and_types(network: Vpc) -> None:
    service_id = network.service()["ServiceId"]
    account = network.account
    principals = {
        "*": "All",
        "arn:aws:iam::222222222222:root": "Account",
        "arn:aws:iam::222222222222:role/team/app": "Role",
        "arn:aws:iam::222222222222:user/ann": "User",
    }
    added = account.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service_id, AddAllowedPrincipals=list(principals)
    )["AddedPrincipals"]
    found = account.ec2.describe_vpc_endpoint_service_permissions(ServiceId=service_id)["AllowedPrincipals"]
    assert {item["Principal"]: item["PrincipalType"] for item in found} == principals
    assert {item["ServicePermissionId"] for item in found} == {item["ServicePermissionId"] for item in added}
    assert all(re.fullmatch(r"vpce-svc-perm-[0-9a-f]{17}", item["ServicePermissionId"]) for item in found)

    account.ec2.modify_vpc_endpoint_service_permissions(ServiceId=service_id, RemoveAllowedPrincipals=["*"])
    left = account.ec2.describe_vpc_endpoint_service_permissions(ServiceId=service_id)["AllowedPrincipals"]
    assert {item["Principal"] for item in left} == set(principals) - {"*"}


@pytest.mark.parametrize("principal", ["222222222222", "arn:aws:iam::2:root", "arn:aws:s3:::bucket", "**"])
def test_a_principal_must_be_one(network: Vpc, principal: str) -> None:
    service_id = network.service()["ServiceId"]
    with refused("InvalidPrincipal", principal):
        network.account.ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service_id, AddAllowedPrincipals=[principal]
        )


@pytest.mark.parametrize("principal", ["*", "{account}:root", "{account}:role/x", "{account}:user/x"])
def test_an_admitted_account_finds_the_service_by_name(
    network: Vpc, consumer: Account, principal: str
) -> None:
    name = network.service_admitting(principal.format(account=f"arn:aws:iam::{consumer.number}"))[
        "ServiceName"
    ]
    found = consumer.ec2.describe_vpc_endpoint_services(ServiceNames=[name])
    (detail,) = found["ServiceDetails"]
    assert found["ServiceNames"] == [name]
    assert detail["ServiceName"] == name
    assert detail["Owner"] == network.account.number
    assert detail["AcceptanceRequired"] is True
    assert detail["AvailabilityZones"] == ["ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c"]
    assert detail["ServiceType"] == [{"ServiceType": "Interface"}]
    assert detail["VpcEndpointPolicySupported"] is False
    assert detail["ServiceRegion"] == "ap-northeast-2"


def test_a_service_does_not_exist_for_the_others(network: Vpc, consumer: Account, stranger: Account) -> None:
    name = network.service_admitting(root(consumer))["ServiceName"]
    message = f"The Vpc Endpoint Service '{name}' does not exist"
    with refused("InvalidServiceName", message):
        stranger.ec2.describe_vpc_endpoint_services(ServiceNames=[name])
    assert network.account.ec2.describe_vpc_endpoint_services(ServiceNames=[name])["ServiceDetails"]

    with refused("InvalidServiceName", message):
        consumer.client("ec2", "us-east-1").describe_vpc_endpoint_services(ServiceNames=[name])


def test_the_services_of_aws_are_still_there(consumer: Account) -> None:
    name = "com.amazonaws.ap-northeast-2.s3"
    found = consumer.ec2.describe_vpc_endpoint_services(
        ServiceNames=[name], Filters=[{"Name": "service-type", "Values": ["Gateway"]}]
    )
    assert [detail["ServiceType"] for detail in found["ServiceDetails"]] == [[{"ServiceType": "Gateway"}]]
    with refused("InvalidServiceName", "com.amazonaws.ap-northeast-2.nothing"):
        consumer.ec2.describe_vpc_endpoint_services(ServiceNames=["com.amazonaws.ap-northeast-2.nothing"])


def test_a_service_serves_the_regions_it_lists(provider: Account) -> None:
    network = provider.vpc()
    name = network.service_admitting("*", SupportedRegions=["ap-northeast-2", "us-east-1"])["ServiceName"]
    found = provider.client("ec2", "us-east-1").describe_vpc_endpoint_services(
        ServiceNames=[name], ServiceRegions=["ap-northeast-2"]
    )
    assert found["ServiceDetails"][0]["ServiceRegion"] == "ap-northeast-2"


@pytest.mark.parametrize("acceptance", [True, False])
def test_a_service_in_use_cannot_be_deleted(network: Vpc, acceptance: bool) -> None:
    account = network.account
    service = network.service(acceptance=acceptance)
    endpoint = network.endpoint(service["ServiceName"])
    delete = account.ec2.delete_vpc_endpoint_service_configurations
    (problem,) = delete(ServiceIds=[service["ServiceId"]])["Unsuccessful"]
    assert problem["ResourceId"] == service["ServiceId"]
    assert problem["Error"] == {
        "Code": "ExistingVpcEndpointConnections",
        "Message": "Service has existing active VPC Endpoint connections!",
    }

    account.ec2.reject_vpc_endpoint_connections(
        ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]]
    )
    assert delete(ServiceIds=[service["ServiceId"]])["Unsuccessful"] == []
    with refused("InvalidVpcEndpointServiceId.NotFound", service["ServiceId"]):
        configuration(account, service["ServiceId"])


def test_deleting_an_unknown_service_is_named_in_the_answer(provider: Account) -> None:
    answer = provider.ec2.delete_vpc_endpoint_service_configurations(
        ServiceIds=["vpce-svc-0123456789abcdef0"]
    )
    assert answer["Unsuccessful"][0]["Error"]["Code"] == "InvalidVpcEndpointService.NotFound"


def test_services_are_found_by_filter_and_page(network: Vpc) -> None:
    ec2 = network.account.ec2
    wanted = network.service()
    found = ec2.describe_vpc_endpoint_service_configurations(
        Filters=[{"Name": "service-name", "Values": [wanted["ServiceName"]]}]
    )["ServiceConfigurations"]
    assert [service["ServiceId"] for service in found] == [wanted["ServiceId"]]
    with refused("InvalidFilter", "The filter 'colour' is invalid"):
        ec2.describe_vpc_endpoint_service_configurations(Filters=[{"Name": "colour", "Values": ["red"]}])

    for _ in range(5):
        network.service()
    pages = ec2.get_paginator("describe_vpc_endpoint_service_configurations").paginate(
        PaginationConfig={"PageSize": 5}
    )
    ids = [service["ServiceId"] for page in pages for service in page["ServiceConfigurations"]]
    assert wanted["ServiceId"] in ids
    assert len(ids) == len(set(ids)) > 5
