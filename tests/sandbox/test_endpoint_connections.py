"""Connections: pending, accepted, rejected; seen by the provider only."""

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture
def service(provider: Account) -> dict:
    return provider.vpc("10.10.0.0/16").service_admitting("*")


@pytest.fixture(scope="module")
def network(consumer: Account) -> Vpc:
    return consumer.vpc("10.20.0.0/16")


@pytest.fixture
def endpoint(network: Vpc, service: dict) -> dict:
    return network.endpoint(service["ServiceName"])


def connections(account: Account, service: dict, **filters: str) -> list[dict]:
    wanted = {"service-id": service["ServiceId"], **filters}
    return account.ec2.describe_vpc_endpoint_connections(
        Filters=[{"Name": name.replace("_", "-"), "Values": [value]} for name, value in wanted.items()]
    )["VpcEndpointConnections"]


def change(account: Account, action: str, service: dict, endpoint: dict) -> list[dict]:
    """Accept or reject; returns what did not succeed."""
    return getattr(account.ec2, f"{action}_vpc_endpoint_connections")(
        ServiceId=service["ServiceId"], VpcEndpointIds=[endpoint["VpcEndpointId"]]
    )["Unsuccessful"]


def states(provider: Account, network: Vpc, service: dict, endpoint: dict) -> tuple[str, str]:
    """The state as the provider and as the consumer sees it."""
    (connection,) = connections(provider, service)
    (seen,) = network.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])[
        "VpcEndpoints"
    ]
    return connection["VpcEndpointState"], seen["State"]


def test_the_provider_sees_a_pending_connection(
    provider: Account, consumer: Account, service: dict, endpoint: dict
) -> None:
    (connection,) = connections(provider, service)
    assert connection["VpcEndpointId"] == endpoint["VpcEndpointId"]
    assert connection["ServiceId"] == service["ServiceId"]
    assert connection["VpcEndpointOwner"] == consumer.number
    assert connection["VpcEndpointState"] == "pendingAcceptance"
    assert connection["CreationTimestamp"] == endpoint["CreationTimestamp"]
    assert connection["DnsEntries"] == endpoint["DnsEntries"]
    assert connection["NetworkLoadBalancerArns"] == service["NetworkLoadBalancerArns"]
    assert connection["IpAddressType"] == "ipv4"
    assert connection["VpcEndpointRegion"] == "ap-northeast-2"
    assert connection["VpcEndpointConnectionId"].startswith("vpce-con-")


def test_nobody_else_sees_it(consumer: Account, stranger: Account, service: dict, endpoint: dict) -> None:
    assert connections(consumer, service) == []
    assert connections(stranger, service) == []
    for account in (consumer, stranger):
        with refused("InvalidVpcEndpointServiceId.NotFound", service["ServiceId"]):
            change(account, "accept", service, endpoint)


def test_the_life_of_a_connection(provider: Account, network: Vpc, service: dict, endpoint: dict) -> None:
    assert states(provider, network, service, endpoint) == ("pendingAcceptance", "pendingAcceptance")
    for action, state in [("accept", "available"), ("reject", "rejected"), ("accept", "available")]:
        assert change(provider, action, service, endpoint) == []
        assert states(provider, network, service, endpoint) == (state, state)

    network.account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert connections(provider, service) == []


@pytest.mark.parametrize(("action", "state"), [("accept", "available"), ("reject", "rejected")])
def test_a_second_time_is_not_successful(
    provider: Account, service: dict, endpoint: dict, action: str, state: str
) -> None:
    assert change(provider, action, service, endpoint) == []
    (problem,) = change(provider, action, service, endpoint)
    assert problem["ResourceId"] == endpoint["VpcEndpointId"]
    assert problem["Error"]["Code"] == "InvalidState"
    assert state in problem["Error"]["Message"]


def test_an_endpoint_of_another_service_is_not_found(
    provider: Account, service: dict, endpoint: dict
) -> None:
    other = provider.vpc().service()
    (problem,) = change(provider, "accept", other, endpoint)
    assert problem["Error"]["Code"] == "InvalidVpcEndpointId.NotFound"
    assert connections(provider, service)[0]["VpcEndpointState"] == "pendingAcceptance"


def test_filters(provider: Account, consumer: Account, network: Vpc, service: dict, endpoint: dict) -> None:
    second = network.endpoint(service["ServiceName"])
    change(provider, "accept", service, second)
    assert len(connections(provider, service)) == 2
    assert len(connections(provider, service, vpc_endpoint_owner=consumer.number)) == 2
    assert connections(provider, service, vpc_endpoint_owner=provider.number) == []
    (pending,) = connections(provider, service, vpc_endpoint_state="pendingAcceptance")
    assert pending["VpcEndpointId"] == endpoint["VpcEndpointId"]
    # AWS has no such filter, however useful it would be.
    with refused("InvalidFilter", "The filter 'vpc-endpoint-id' is invalid"):
        connections(provider, service, vpc_endpoint_id=endpoint["VpcEndpointId"])
    with refused("InvalidFilter", "vpc-endpoint-id"):
        connections(consumer, service, vpc_endpoint_id=endpoint["VpcEndpointId"])


def test_pages(provider: Account, network: Vpc, service: dict, endpoint: dict) -> None:
    for _ in range(5):
        network.endpoint(service["ServiceName"])
    found = [
        connection["VpcEndpointId"]
        for page in provider.ec2.get_paginator("describe_vpc_endpoint_connections").paginate(
            Filters=[{"Name": "service-id", "Values": [service["ServiceId"]]}],
            PaginationConfig={"PageSize": 5},
        )
        for connection in page["VpcEndpointConnections"]
    ]
    assert len(found) == len(set(found)) == 6


def test_removing_a_principal_cuts_no_connection(
    provider: Account, network: Vpc, service: dict, endpoint: dict
) -> None:
    provider.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=service["ServiceId"], RemoveAllowedPrincipals=["*"]
    )
    assert change(provider, "accept", service, endpoint) == []
    # The consumer still manages its endpoint, but can make no other.
    network.account.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"], RemoveSubnetIds=[network.subnets["c"]]
    )
    with refused("InvalidServiceName"):
        network.endpoint(service["ServiceName"])


def test_the_provider_tags_a_connection(
    provider: Account, network: Vpc, service: dict, endpoint: dict
) -> None:
    (connection,) = connections(provider, service)
    assert connection["Tags"] == []
    named = [{"Key": "Name", "Value": "billing"}]
    provider.ec2.create_tags(Resources=[connection["VpcEndpointConnectionId"]], Tags=named)
    (connection,) = connections(provider, service)
    assert connection["Tags"] == named
    (tag,) = provider.ec2.describe_tags(
        Filters=[{"Name": "resource-id", "Values": [connection["VpcEndpointConnectionId"]]}]
    )["Tags"]
    assert tag["ResourceType"] == "vpc-endpoint-connection"
    (seen,) = network.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])[
        "VpcEndpoints"
    ]
    assert seen["Tags"] == []
