"""What the sandbox lacks: an answer at once, in the wire format of the service, and never an HTTP 500."""

import concurrent.futures

from tests.support.sandbox_fixtures import Account, Vpc, boto_client, refused


def test_an_action_of_ec2(provider: Account) -> None:
    with refused(
        "UnsupportedOperation", "the sandbox does not implement ec2:DescribeVerifiedAccessEndpoints"
    ):
        provider.ec2.describe_verified_access_endpoints()


def test_an_action_of_the_query_protocol(provider: Account) -> None:
    with refused("UnsupportedOperation", "the sandbox does not implement elbv2:DescribeTrustStores"):
        provider.elb.describe_trust_stores()


def test_an_action_of_the_json_protocol(provider: Account) -> None:
    with refused("UnsupportedOperation", "the sandbox does not implement ssm:StartSession"):
        provider.client("ssm").start_session(Target="i-0123456789abcdef0")


def test_a_service_moto_has_not(sandbox) -> None:
    for _ in range(2):  # the second request comes on the same connection
        with refused(
            "UnsupportedOperation", "the sandbox does not implement networkflowmonitor:GET /monitors"
        ):
            boto_client(sandbox, "networkflowmonitor").list_monitors()


def test_an_endpoint_the_sandbox_lacks(provider: Account) -> None:
    network = provider.vpc()
    with refused("UnsupportedOperation", "ec2:CreateVpcEndpoint"):
        provider.ec2.create_vpc_endpoint(
            VpcId=network.id, ServiceNetworkArn="arn:aws:vpc-lattice:::x", VpcEndpointType="ServiceNetwork"
        )


def test_a_failure_of_the_sandbox_is_told_at_once(provider: Account) -> None:
    with refused("SandboxFailure", "the sandbox failed on ec2:DescribeInstances"):
        provider.ec2.describe_instances(NextToken="nowhere")


def test_ten_requests_at_a_time_are_all_answered_right(provider: Account) -> None:
    network: Vpc = provider.vpc("10.50.0.0/16", zones="a")
    service = provider.vpc("10.51.0.0/16").service(acceptance=False)

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        endpoints = list(pool.map(lambda _: network.endpoint(service["ServiceName"], zones="a"), range(30)))
    found = provider.ec2.describe_network_interfaces(
        Filters=[{"Name": "subnet-id", "Values": [network.subnets["a"]]}]
    )["NetworkInterfaces"]
    assert len({endpoint["VpcEndpointId"] for endpoint in endpoints}) == 30
    assert len({interface["PrivateIpAddress"] for interface in found}) == 30
