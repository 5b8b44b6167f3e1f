"""The services that endpoints connect to, and what endpoints of all types have in common."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture
def network(consumer: Account) -> Vpc:
    return consumer.vpc("10.77.0.0/16", zones="ab")


@pytest.mark.parametrize("kind", ["Gateway", "GatewayLoadBalancer", "Interface"])
def test_a_service_that_does_not_exist(network: Vpc, kind: str) -> None:
    for name in ("com.amazonaws.ap-northeast-2.nothing", "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0"):
        with refused("InvalidServiceName", name):
            network.account.ec2.create_vpc_endpoint(VpcId=network.id, ServiceName=name, VpcEndpointType=kind)


def test_tags_of_endpoints_of_two_types(network: Vpc) -> None:
    ec2, tags = network.account.ec2, [{"Key": "team", "Value": "network"}]
    for kind in ("Gateway", "Interface"):
        endpoint = ec2.create_vpc_endpoint(
            VpcId=network.id,
            ServiceName="com.amazonaws.ap-northeast-2.dynamodb",
            VpcEndpointType=kind,
            TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": tags}],
        )["VpcEndpoint"]
        assert endpoint["Tags"] == tags
        ec2.delete_tags(Resources=[endpoint["VpcEndpointId"]], Tags=tags)
        (read,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])["VpcEndpoints"]
        assert read["Tags"] == []


def test_the_subnets_are_in_the_vpc(network: Vpc, consumer: Account) -> None:
    elsewhere = consumer.vpc("10.78.0.0/16", zones="a").subnets["a"]
    with refused("InvalidParameter", f"Subnet {elsewhere} does not belong to VPC {network.id}"):
        network.endpoint(
            "com.amazonaws.ap-northeast-2.sqs", zones="", SubnetConfigurations=[{"SubnetId": elsewhere}]
        )


def read(network: Vpc, endpoint: str) -> dict[str, Any]:
    (found,) = network.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    found["CreationTimestamp"] = str(found["CreationTimestamp"])
    return dict(found)


Change = Callable[..., object]


def changed_members(network: Vpc, endpoint: str, change: Change, **arguments: object) -> set[str]:
    """The members of the answer that are another after a request; each read twice, so that it is kept."""
    before = read(network, endpoint)
    assert read(network, endpoint) == before
    change(**arguments)
    after = read(network, endpoint)
    assert before.keys() == after.keys()
    return {name for name, value in after.items() if value != before[name]}


def test_each_change_of_an_interface_endpoint_is_in_the_next_answer(
    consumer: Account, provider: Account
) -> None:
    network, ec2 = consumer.vpc("10.79.0.0/16", zones="abc"), consumer.ec2
    service = provider.vpc("10.80.0.0/16", zones="abc").service_admitting("*")
    endpoint = network.endpoint(service["ServiceName"], zones="ab")["VpcEndpointId"]
    group = network.security_group()
    (first,) = read(network, endpoint)["Groups"]
    ours = {"ServiceId": service["ServiceId"], "VpcEndpointIds": [endpoint]}
    accept, reject = (
        provider.ec2.accept_vpc_endpoint_connections,
        provider.ec2.reject_vpc_endpoint_connections,
    )

    def after(change: Change, **arguments: object) -> set[str]:
        return changed_members(network, endpoint, change, **arguments)

    def modified(**arguments: object) -> set[str]:
        return after(ec2.modify_vpc_endpoint, VpcEndpointId=endpoint, **arguments)

    assert after(accept, **ours) == {"State"}
    assert after(reject, **ours) == {"State"}
    tags = {"Resources": [endpoint], "Tags": [{"Key": "a", "Value": "1"}]}
    assert after(ec2.create_tags, **tags) == {"Tags"}
    assert after(ec2.create_tags, **tags | {"Tags": [{"Key": "a", "Value": "2"}]}) == {"Tags"}
    assert after(ec2.delete_tags, Resources=[endpoint], Tags=[{"Key": "a"}]) == {"Tags"}
    in_zones = {"SubnetIds", "NetworkInterfaceIds", "DnsEntries"}
    assert modified(AddSubnetIds=[network.subnets["c"]]) == in_zones
    assert modified(RemoveSubnetIds=[network.subnets["a"]]) == in_zones
    moved = [{"SubnetId": network.subnets["b"], "Ipv4": "10.79.1.77"}]
    assert (
        {"NetworkInterfaceIds"}
        <= modified(SubnetConfigurations=moved)
        <= {"SubnetIds", "NetworkInterfaceIds"}
    )
    assert modified(AddSecurityGroupIds=[group]) == {"Groups"}
    assert modified(RemoveSecurityGroupIds=[first["GroupId"]]) == {"Groups"}
    assert modified(PolicyDocument='{"Statement": []}') == {"PolicyDocument"}
    assert modified(ResetPolicy=True) == {"PolicyDocument"}
    options = {"PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY", "PrivateDnsSpecifiedDomains": ["a.example"]}
    assert modified(DnsOptions=options) == {"DnsOptions"}
    assert modified(DnsOptions={"PrivateDnsSpecifiedDomains": ["a.example", "b.example"]}) == {"DnsOptions"}
    # Nothing that is shown.
    assert after(ec2.create_tags, **tags | {"Resources": [network.id]}) == set()
    assert after(ec2.delete_security_group, GroupId=network.security_group("other")) == set()


def test_each_change_of_an_endpoint_of_an_aws_service_is_in_the_next_answer(consumer: Account) -> None:
    network, ec2 = consumer.vpc("10.81.0.0/16", zones="ab"), consumer.ec2
    endpoint = network.endpoint("com.amazonaws.ap-northeast-2.sqs", zones="ab")["VpcEndpointId"]

    def modified(**arguments: object) -> set[str]:
        change = ec2.modify_vpc_endpoint
        return changed_members(network, endpoint, change, VpcEndpointId=endpoint, **arguments)

    assert modified(PrivateDnsEnabled=True) == {"PrivateDnsEnabled", "DnsEntries"}
    assert modified(PrivateDnsEnabled=False) == {"PrivateDnsEnabled", "DnsEntries"}
    ec2.associate_vpc_cidr_block(VpcId=network.id, AmazonProvidedIpv6CidrBlock=True)
    (vpc,) = ec2.describe_vpcs(VpcIds=[network.id])["Vpcs"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].removesuffix("00::/56")
    for number, subnet in enumerate(network.subnets.values()):
        ec2.associate_subnet_cidr_block(SubnetId=subnet, Ipv6CidrBlock=f"{block}0{number}::/64")
    assert modified(IpAddressType="dualstack") == {"IpAddressType"}


def test_each_change_of_a_gateway_endpoint_is_in_the_next_answer(consumer: Account) -> None:
    network, ec2 = consumer.vpc("10.82.0.0/16", zones="a"), consumer.ec2
    tables = [ec2.create_route_table(VpcId=network.id)["RouteTable"]["RouteTableId"] for _ in range(2)]
    endpoint = ec2.create_vpc_endpoint(VpcId=network.id, ServiceName="com.amazonaws.ap-northeast-2.dynamodb")[
        "VpcEndpoint"
    ]["VpcEndpointId"]
    for name, value in (
        ("AddRouteTableIds", tables),
        ("RemoveRouteTableIds", tables[:1]),
        ("RemoveRouteTableIds", tables[1:]),
    ):
        arguments: dict[str, Any] = {"VpcEndpointId": endpoint, name: value}
        assert changed_members(network, endpoint, ec2.modify_vpc_endpoint, **arguments) == {"RouteTableIds"}


@pytest.mark.xdist_group("moto")
def test_an_answer_is_kept_until_what_it_shows_changes(moto_here: None) -> None:
    import boto3
    from moto.ec2.models import ec2_backends

    ec2 = boto3.client("ec2", region_name="ap-northeast-2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    for kind, arguments in (("Gateway", {}), ("Interface", {"SubnetIds": [subnet]})):
        created = ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName="com.amazonaws.ap-northeast-2.dynamodb",
            VpcEndpointType=kind,
            DnsOptions={"PrivateDnsSpecifiedDomains": ["a.example"]},
            TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "a", "Value": "1"}]}],
            **arguments,
        )["VpcEndpoint"]
        name = created["VpcEndpointId"]
        endpoint = ec2_backends["123456789012"]["ap-northeast-2"].vpc_end_points[name]
        hash(endpoint.shown())  # no value can change
        kept = endpoint.answer()
        assert ec2.describe_vpc_endpoints(VpcEndpointIds=[name])["VpcEndpoints"] == [created]
        assert endpoint.answer() is kept
        # The text of CreateVpcEndpoint is not that of DescribeVpcEndpoints.
        assert len(kept.contents) == 2
        ec2.create_tags(Resources=[name], Tags=[{"Key": "a", "Value": "2"}])
        assert endpoint.answer() is not kept
