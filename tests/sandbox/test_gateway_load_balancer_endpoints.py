"""Gateway Load Balancer endpoints, and the routes to them."""

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture(scope="module")
def appliances(provider: Account) -> Vpc:
    return provider.vpc("10.70.0.0/16", zones="ac")


def service(network: Vpc, name: str, *, acceptance: bool = False) -> dict:
    """An endpoint service of a Gateway Load Balancer in all zones of a VPC, open to all accounts."""
    arn = network.load_balancer(name, Type="gateway")["LoadBalancerArn"]
    found = network.account.ec2.create_vpc_endpoint_service_configuration(
        GatewayLoadBalancerArns=[arn], AcceptanceRequired=acceptance
    )["ServiceConfiguration"]
    network.account.ec2.modify_vpc_endpoint_service_permissions(
        ServiceId=found["ServiceId"], AddAllowedPrincipals=["*"]
    )
    return found


@pytest.fixture(scope="module")
def automatic(appliances: Vpc) -> str:
    return str(service(appliances, "gwlb-automatic")["ServiceName"])


@pytest.fixture
def network(consumer: Account) -> Vpc:
    return consumer.vpc("10.71.0.0/16", zones="abc")


def create(network: Vpc, name: str, zones: str = "a", **arguments: object) -> dict:
    arguments = {"VpcEndpointType": "GatewayLoadBalancer"} | arguments
    return network.account.ec2.create_vpc_endpoint(
        VpcId=network.id, ServiceName=name, SubnetIds=[network.subnets[zone] for zone in zones], **arguments
    )["VpcEndpoint"]


def read(network: Vpc, endpoint: dict) -> dict:
    found = network.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    return found["VpcEndpoints"][0]


def test_it_reads_back_as_aws_shows_it(network: Vpc, automatic: str) -> None:
    created = create(network, automatic)
    endpoint = read(network, created)
    assert endpoint == created
    assert endpoint["VpcEndpointType"] == "GatewayLoadBalancer"
    assert endpoint["State"] == "available"
    assert endpoint["SubnetIds"] == [network.subnets["a"]]
    assert (endpoint["Groups"], endpoint["DnsEntries"], endpoint["RouteTableIds"]) == ([], [], [])
    assert endpoint["PrivateDnsEnabled"] is False
    assert "PolicyDocument" not in endpoint
    (interface,) = network.account.ec2.describe_network_interfaces(
        NetworkInterfaceIds=endpoint["NetworkInterfaceIds"]
    )["NetworkInterfaces"]
    assert interface["InterfaceType"] == "gateway_load_balancer_endpoint"
    assert interface["Description"] == f"VPC Endpoint Interface {endpoint['VpcEndpointId']}"
    assert interface["Groups"] == []


def test_the_provider_accepts_and_rejects_it(network: Vpc, appliances: Vpc) -> None:
    asked = service(appliances, "gwlb-asked", acceptance=True)
    endpoint = create(network, asked["ServiceName"])
    assert endpoint["State"] == "pendingAcceptance"
    provider = appliances.account.ec2
    connection = {"ServiceId": asked["ServiceId"], "VpcEndpointIds": [endpoint["VpcEndpointId"]]}
    provider.accept_vpc_endpoint_connections(**connection)
    assert read(network, endpoint)["State"] == "available"
    (shown,) = provider.describe_vpc_endpoint_connections(
        Filters=[{"Name": "service-id", "Values": [asked["ServiceId"]]}]
    )["VpcEndpointConnections"]
    assert shown["GatewayLoadBalancerArns"] == asked["GatewayLoadBalancerArns"]
    assert shown["NetworkLoadBalancerArns"] == []
    provider.reject_vpc_endpoint_connections(**connection)
    assert read(network, endpoint)["State"] == "rejected"


def test_it_has_one_subnet(network: Vpc, automatic: str) -> None:
    with refused("InvalidParameter", "do not support multiple availability zones"):
        create(network, automatic, "ac")
    endpoint = create(network, automatic)
    ec2, name = network.account.ec2, endpoint["VpcEndpointId"]
    with refused("InvalidParameter", "do not support multiple availability zones"):
        ec2.modify_vpc_endpoint(VpcEndpointId=name, AddSubnetIds=[network.subnets["c"]])
    ec2.modify_vpc_endpoint(
        VpcEndpointId=name, AddSubnetIds=[network.subnets["c"]], RemoveSubnetIds=[network.subnets["a"]]
    )
    assert read(network, endpoint)["SubnetIds"] == [network.subnets["c"]]


def test_its_zone_is_one_of_the_service(network: Vpc, automatic: str) -> None:
    with refused("InvalidParameter", "does not support the availability zone of the subnet"):
        create(network, automatic, "b")


@pytest.mark.parametrize("name", ["PrivateDnsEnabled", "PolicyDocument", "SecurityGroupIds", "DnsOptions"])
def test_parameters_of_interface_endpoints(network: Vpc, automatic: str, name: str) -> None:
    values = {
        "PrivateDnsEnabled": True,
        "PolicyDocument": "{}",
        "SecurityGroupIds": [network.security_group()],
        "DnsOptions": {"DnsRecordIpType": "ipv4"},
    }
    with refused(
        "InvalidParameter", f"{name} is not supported for VPC endpoints of type GatewayLoadBalancer"
    ):
        create(network, automatic, **{name: values[name]})


def test_security_groups_cannot_be_added(network: Vpc, automatic: str) -> None:
    endpoint = create(network, automatic)
    with refused("InvalidParameter", "SecurityGroupIds"):
        network.account.ec2.modify_vpc_endpoint(
            VpcEndpointId=endpoint["VpcEndpointId"], AddSecurityGroupIds=[network.security_group()]
        )


@pytest.mark.parametrize("kind", ["Interface", "Gateway"])
def test_its_service_has_no_other_type(network: Vpc, automatic: str, kind: str) -> None:
    message = f"Endpoint type ({kind}) does not match available service types ([GatewayLoadBalancer])."
    with refused("InvalidParameter", message):
        create(network, automatic, VpcEndpointType=kind)


def test_a_service_of_network_load_balancers(network: Vpc, provider: Account) -> None:
    name = provider.vpc("10.72.0.0/16").service_admitting("*", acceptance=False)["ServiceName"]
    with refused("InvalidParameter", "does not match available service types ([Interface])."):
        create(network, name)


def test_it_is_the_target_of_routes(network: Vpc, automatic: str) -> None:
    ec2 = network.account.ec2
    first, second = create(network, automatic), create(network, automatic)
    name, other = first["VpcEndpointId"], second["VpcEndpointId"]
    table = ec2.create_route_table(VpcId=network.id)["RouteTable"]["RouteTableId"]

    def target() -> str:
        (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
        return next(item["GatewayId"] for item in found["Routes"] if item["GatewayId"] != "local")

    route = {"RouteTableId": table, "DestinationCidrBlock": "10.99.0.0/16"}
    ec2.create_route(VpcEndpointId=name, **route)
    assert target() == name
    (refusal,) = ec2.delete_vpc_endpoints(VpcEndpointIds=[name])["Unsuccessful"]
    assert refusal["Error"] == {
        "Code": "InvalidParameter",
        "Message": "Endpoint must be removed from route table before deletion",
    }
    ec2.replace_route(VpcEndpointId=other, **route)
    assert target() == other
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[name])["Unsuccessful"] == []
    ec2.delete_route(**route)
    assert ec2.delete_vpc_endpoints(VpcEndpointIds=[other])["Unsuccessful"] == []


def test_an_interface_endpoint_is_no_target_of_routes(network: Vpc) -> None:
    ec2 = network.account.ec2
    endpoint = network.endpoint("com.amazonaws.ap-northeast-2.sqs", zones="a")["VpcEndpointId"]
    table = ec2.create_route_table(VpcId=network.id)["RouteTable"]["RouteTableId"]
    with refused("RouteNotSupported"):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.99.0.0/16", VpcEndpointId=endpoint)
