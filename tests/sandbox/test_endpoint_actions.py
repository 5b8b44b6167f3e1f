"""The actions on VPC endpoints, whatever the type of the endpoint."""

import concurrent.futures
import copy
import time
from typing import Any

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


@pytest.fixture
def many(moto_here: None) -> Any:
    """A client of moto in this process, with 5,000 endpoints."""
    import boto3

    ec2 = boto3.client("ec2", region_name="ap-northeast-2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    kind = {"VpcEndpointType": "Interface", "PrivateDnsEnabled": False}
    first = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.ap-northeast-2.sqs", **kind)

    from moto.ec2.models import ec2_backends

    backend = ec2_backends["123456789012"]["ap-northeast-2"]
    endpoint = backend.vpc_end_points[first["VpcEndpoint"]["VpcEndpointId"]]
    for number in range(1, 5000):
        name = f"vpce-{number:017x}"
        same = copy.copy(endpoint)
        same.id = name
        backend.vpc_end_points[name] = same
        backend.tags[name] = {"number": str(number)}
    return ec2


@pytest.mark.xdist_group("moto")
def test_pages_of_5000_endpoints_take_the_time_of_a_page(many: Any) -> None:
    def seconds(size: int) -> float:
        started = time.process_time()
        assert len(many.describe_vpc_endpoints(MaxResults=size)["VpcEndpoints"]) == size
        return time.process_time() - started

    seconds(5)
    small, large = (min(seconds(size) for _ in range(3)) for size in (5, 1000))
    # An answer with 200 times as many endpoints takes far longer: the others of the account cost nothing.
    assert small * 10 < large


def test_200_clients_at_a_time_have_no_error(network: Vpc) -> None:
    endpoint = network.endpoint(S3, zones="a")["VpcEndpointId"]
    ec2 = network.account.ec2

    def ask(_: int) -> int:
        return len(ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"])

    with concurrent.futures.ThreadPoolExecutor(200) as pool:
        assert list(pool.map(ask, range(400))) == [1] * 400
