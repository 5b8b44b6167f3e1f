"""The actions on VPC endpoints, whatever the type of the endpoint."""

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused

S3 = "com.amazonaws.ap-northeast-2.s3"


@pytest.fixture
def network(consumer: Account) -> Vpc:
    return consumer.vpc("10.76.0.0/16", zones="a")


def test_endpoints_of_all_types_are_filtered_together(network: Vpc) -> None:
    ec2 = network.account.ec2
    gateway = ec2.create_vpc_endpoint(VpcId=network.id, ServiceName=S3)["VpcEndpoint"]
    interface = network.endpoint(S3, zones="a")

    def found(name: str, value: str) -> list[str]:
        filters = [{"Name": "vpc-id", "Values": [network.id]}, {"Name": name, "Values": [value]}]
        shown = ec2.describe_vpc_endpoints(Filters=filters)["VpcEndpoints"]
        return [endpoint["VpcEndpointId"] for endpoint in shown]

    both = [gateway["VpcEndpointId"], interface["VpcEndpointId"]]
    assert found("service-name", S3) == both
    assert found("service-region", "ap-northeast-2") == both
    assert found("ip-address-type", "ipv4") == both
    assert found("vpc-endpoint-type", "Gateway") == both[:1]
    assert found("vpc-endpoint-type", "Interface") == both[1:]
    assert found("vpc-endpoint-id", both[1]) == both[1:]


def test_each_endpoint_that_cannot_be_deleted_has_its_error(network: Vpc) -> None:
    endpoint = network.endpoint(S3, zones="a")["VpcEndpointId"]
    answer = network.account.ec2.delete_vpc_endpoints(VpcEndpointIds=["vpce-00000000000000000", endpoint])
    (refusal,) = answer["Unsuccessful"]
    assert refusal["ResourceId"] == "vpce-00000000000000000"
    assert refusal["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"
    with refused("InvalidVpcEndpointId.NotFound", endpoint):
        network.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])
