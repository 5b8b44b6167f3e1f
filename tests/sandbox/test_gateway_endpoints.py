"""Gateway endpoints: routes to Amazon S3 and DynamoDB."""

import json

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused

S3 = "com.amazonaws.ap-northeast-2.s3"


@pytest.fixture
def network(consumer: Account) -> Vpc:
    return consumer.vpc("10.60.0.0/16", zones="a")


def create(network: Vpc, service: str = S3, **arguments: object) -> dict:
    return network.account.ec2.create_vpc_endpoint(VpcId=network.id, ServiceName=service, **arguments)[
        "VpcEndpoint"
    ]


def read(network: Vpc, endpoint: dict) -> dict:
    found = network.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    return found["VpcEndpoints"][0]


def table(network: Vpc) -> str:
    return network.account.ec2.create_route_table(VpcId=network.id)["RouteTable"]["RouteTableId"]


def routes(network: Vpc, table_id: str) -> dict[str, str]:
    """The targets of the routes to prefix lists."""
    (found,) = network.account.ec2.describe_route_tables(RouteTableIds=[table_id])["RouteTables"]
    return {
        route["DestinationPrefixListId"]: route["GatewayId"]
        for route in found["Routes"]
        if "DestinationPrefixListId" in route
    }


def prefix_list(account: Account, service: str) -> dict:
    lists = account.ec2.describe_prefix_lists(Filters=[{"Name": "prefix-list-name", "Values": [service]}])
    return lists["PrefixLists"][0]


def test_it_reads_back_as_aws_shows_it(network: Vpc) -> None:
    created = create(network)  # the type is Gateway by default
    endpoint = read(network, created)
    assert endpoint == created
    assert endpoint["VpcEndpointType"] == "Gateway"
    assert endpoint["State"] == "available"
    assert endpoint["IpAddressType"] == "ipv4"
    assert endpoint["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    assert endpoint["ServiceRegion"] == "ap-northeast-2"
    assert endpoint["OwnerId"] == network.account.number
    assert (endpoint["PrivateDnsEnabled"], endpoint["RequesterManaged"]) == (False, False)
    for name in ("SubnetIds", "Groups", "NetworkInterfaceIds", "DnsEntries", "RouteTableIds", "Tags"):
        assert endpoint[name] == []
    assert json.loads(endpoint["PolicyDocument"])["Statement"]


def test_its_address_type_and_dns_options_are_those_of_the_request(network: Vpc) -> None:
    endpoint = create(network, IpAddressType="dualstack", DnsOptions={"DnsRecordIpType": "service-defined"})
    shown = read(network, endpoint)
    assert shown["IpAddressType"] == "dualstack"
    assert shown["DnsOptions"] == {"DnsRecordIpType": "service-defined"}
    network.account.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"],
        IpAddressType="ipv4",
        DnsOptions={"DnsRecordIpType": "ipv4"},
    )
    shown = read(network, endpoint)
    assert (shown["IpAddressType"], shown["DnsOptions"]) == ("ipv4", {"DnsRecordIpType": "ipv4"})


@pytest.mark.parametrize("service", [S3, "com.amazonaws.ap-northeast-2.dynamodb"])
def test_each_of_its_route_tables_has_a_route(network: Vpc, service: str) -> None:
    ec2, first, second = network.account.ec2, table(network), table(network)
    endpoint = create(network, service, RouteTableIds=[first])
    expected = {prefix_list(network.account, service)["PrefixListId"]: endpoint["VpcEndpointId"]}
    assert routes(network, first) == expected
    ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"], AddRouteTableIds=[second], RemoveRouteTableIds=[first]
    )
    assert read(network, endpoint)["RouteTableIds"] == [second]
    assert (routes(network, first), routes(network, second)) == ({}, expected)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert routes(network, second) == {}


def test_a_deleted_route_table_does_not_keep_the_endpoint(network: Vpc) -> None:
    gone = table(network)
    endpoint = create(network, RouteTableIds=[gone])
    network.account.ec2.delete_route_table(RouteTableId=gone)
    answer = network.account.ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert answer["Unsuccessful"] == []


def test_a_route_table_has_one_route_to_a_service(network: Vpc) -> None:
    taken = table(network)
    create(network, RouteTableIds=[taken])
    with refused("RouteAlreadyExists", f"{taken} already has a route with destination-prefix-list-id pl-"):
        create(network, RouteTableIds=[taken])
    other = create(network)
    with refused("RouteAlreadyExists"):
        network.account.ec2.modify_vpc_endpoint(
            VpcEndpointId=other["VpcEndpointId"], AddRouteTableIds=[taken]
        )
    create(network, "com.amazonaws.ap-northeast-2.dynamodb", RouteTableIds=[taken])


def test_a_route_table_of_another_vpc(network: Vpc, consumer: Account) -> None:
    elsewhere = table(consumer.vpc("10.61.0.0/16", zones="a"))
    with refused("InvalidParameter", f"{elsewhere} does not belong to VPC {network.id}"):
        create(network, RouteTableIds=[elsewhere])


@pytest.mark.parametrize("name", ["SubnetIds", "SecurityGroupIds", "PrivateDnsEnabled"])
def test_parameters_of_interface_endpoints(network: Vpc, name: str) -> None:
    values = {
        "SubnetIds": [network.subnets["a"]],
        "SecurityGroupIds": ["sg-1"],
        "PrivateDnsEnabled": True,
    }
    with refused("InvalidParameter", name):
        create(network, VpcEndpointType="Gateway", **{name: values[name]})


def test_a_policy_can_be_changed_and_reset(network: Vpc) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    endpoint = create(network, PolicyDocument=policy)
    assert endpoint["PolicyDocument"] == policy
    ec2, name = network.account.ec2, endpoint["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=name, ResetPolicy=True)
    default = read(network, endpoint)["PolicyDocument"]
    assert json.loads(default)["Statement"][0]["Effect"] == "Allow"
    ec2.modify_vpc_endpoint(VpcEndpointId=name, PolicyDocument=policy)
    assert read(network, endpoint)["PolicyDocument"] == policy


def test_a_prefix_list_has_the_addresses_of_its_service(consumer: Account) -> None:
    found = prefix_list(consumer, S3)
    assert found["PrefixListName"] == S3
    assert "52.216.0.0/15" in found["Cidrs"]
    (same,) = consumer.ec2.describe_prefix_lists(PrefixListIds=[found["PrefixListId"]])["PrefixLists"]
    assert same == found
    with refused("InvalidPrefixListId.NotFound"):
        consumer.ec2.describe_prefix_lists(PrefixListIds=["pl-0"])
    with refused("InvalidFilter"):
        consumer.ec2.describe_prefix_lists(Filters=[{"Name": "colour", "Values": ["red"]}])
