"""The services that endpoints connect to, and what endpoints of all types have in common."""

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
