"""The consumer's side: interface endpoints."""

import ipaddress
import re

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture(scope="module")
def service(provider: Account) -> dict:
    """A service in zones a and c that wants acceptance, open to all."""
    return provider.vpc("10.10.0.0/16").service_admitting("*")


@pytest.fixture(scope="module")
def automatic(provider: Account) -> dict:
    """The same without acceptance, and in three zones."""
    return provider.vpc("10.10.0.0/16", zones="abc").service_admitting("*", acceptance=False)


@pytest.fixture
def network(consumer: Account) -> Vpc:
    return consumer.vpc("10.20.0.0/16", zones="abc")


def read(network: Vpc, endpoint: dict) -> dict:
    found = network.account.ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    return found["VpcEndpoints"][0]


def interfaces(network: Vpc, endpoint: dict) -> list[dict]:
    return network.account.ec2.describe_network_interfaces(
        Filters=[{"Name": "description", "Values": [f"VPC Endpoint Interface {endpoint['VpcEndpointId']}"]}]
    )["NetworkInterfaces"]


def test_an_endpoint_reads_back_as_aws_shows_it(network: Vpc, service: dict) -> None:
    group = network.security_group()
    created = network.endpoint(
        service["ServiceName"],
        SecurityGroupIds=[group],
        TagSpecifications=[{"ResourceType": "vpc-endpoint", "Tags": [{"Key": "Name", "Value": "web"}]}],
    )
    endpoint = read(network, created)
    assert endpoint == created
    assert re.fullmatch(r"vpce-[0-9a-f]{17}", endpoint["VpcEndpointId"])
    assert endpoint["State"] == "pendingAcceptance"
    assert endpoint["VpcEndpointType"] == "Interface"
    assert endpoint["SubnetIds"] == [network.subnets["a"], network.subnets["c"]]
    assert endpoint["Groups"] == [{"GroupId": group, "GroupName": "test"}]
    assert endpoint["IpAddressType"] == "ipv4"
    assert endpoint["DnsOptions"] == {"DnsRecordIpType": "ipv4"}
    assert endpoint["PrivateDnsEnabled"] is False
    assert endpoint["RequesterManaged"] is False
    assert endpoint["ServiceRegion"] == "ap-northeast-2"
    assert endpoint["OwnerId"] == network.account.number
    assert endpoint["Tags"] == [{"Key": "Name", "Value": "web"}]
    assert "Statement" in endpoint["PolicyDocument"]


def test_without_acceptance_it_is_available_at_once(network: Vpc, automatic: dict) -> None:
    assert network.endpoint(automatic["ServiceName"])["State"] == "available"


def test_dns_names_are_regional_then_zonal(network: Vpc, service: dict) -> None:
    endpoint = network.endpoint(service["ServiceName"])
    name, suffix = endpoint["VpcEndpointId"], service["BaseEndpointDnsNames"][0]
    regional, *zonal = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    match = re.fullmatch(rf"{name}-([a-z0-9]{{8}})\.{re.escape(suffix)}", regional)
    assert match
    assert zonal == [f"{name}-{match.group(1)}-ap-northeast-2{zone}.{suffix}" for zone in "ac"]
    assert all(re.fullmatch(r"Z[0-9A-Z]+", entry["HostedZoneId"]) for entry in endpoint["DnsEntries"])


def test_it_has_a_network_interface_in_each_subnet(network: Vpc, service: dict) -> None:
    group = network.security_group()
    endpoint = network.endpoint(service["ServiceName"], SecurityGroupIds=[group])
    found = interfaces(network, endpoint)
    assert {item["NetworkInterfaceId"] for item in found} == set(endpoint["NetworkInterfaceIds"])
    assert {item["SubnetId"] for item in found} == {network.subnets["a"], network.subnets["c"]}
    cidrs = {network.subnets["a"]: "10.20.0.0/24", network.subnets["c"]: "10.20.2.0/24"}
    for item in found:
        assert item["InterfaceType"] == "vpc_endpoint"
        assert item["RequesterManaged"] is True
        assert item["Status"] == "in-use"
        assert [held["GroupId"] for held in item["Groups"]] == [group]
        assert "Association" not in item
        subnet = ipaddress.ip_network(cidrs[item["SubnetId"]])
        address = ipaddress.ip_address(item["PrivateIpAddress"])
        assert address in subnet
        assert address not in [*list(subnet)[:4], subnet.broadcast_address]


def test_without_a_security_group_it_has_the_default_one(network: Vpc, service: dict) -> None:
    (group,) = network.endpoint(service["ServiceName"])["Groups"]
    assert group["GroupName"] == "default"


class TestRefusals:
    """What AWS refuses, with its codes and words."""

    def test_unknown_service(self, network: Vpc) -> None:
        name = "com.amazonaws.vpce.ap-northeast-2.vpce-svc-0123456789abcdef0"
        with refused("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist"):
            network.endpoint(name)

    def test_account_not_admitted(self, provider: Account, network: Vpc) -> None:
        closed = provider.vpc().service()
        with refused("InvalidServiceName", closed["ServiceName"]):
            network.endpoint(closed["ServiceName"])

    def test_two_subnets_in_a_zone(self, network: Vpc, service: dict) -> None:
        network.subnets["d"] = network.account.ec2.create_subnet(
            VpcId=network.id, CidrBlock="10.20.9.0/24", AvailabilityZone="ap-northeast-2a"
        )["Subnet"]["SubnetId"]
        with refused("DuplicateSubnetsInSameZone", network.subnets["d"]):
            network.endpoint(service["ServiceName"], zones="ad")

    def test_zone_the_service_lacks(self, network: Vpc, service: dict) -> None:
        message = (
            f"The VPC endpoint service {service['ServiceName']} does not support the availability zone of "
            f"the subnet: {network.subnets['b']}."
        )
        with refused("InvalidParameter", message):
            network.endpoint(service["ServiceName"], zones="ab")
        assert (
            network.account.ec2.describe_network_interfaces(
                Filters=[{"Name": "vpc-id", "Values": [network.id]}]
            )["NetworkInterfaces"]
            == []
        )

    def test_subnet_of_another_vpc(self, network: Vpc, service: dict) -> None:
        other = network.account.vpc()
        network.subnets["a"] = other.subnets["a"]
        with refused("InvalidParameter", f"does not belong to VPC {network.id}"):
            network.endpoint(service["ServiceName"])

    def test_unknown_subnet_and_group(self, network: Vpc, service: dict) -> None:
        group = network.account.vpc().security_group("elsewhere")
        with refused("InvalidParameter", group):
            network.endpoint(service["ServiceName"], SecurityGroupIds=[group])
        with refused("InvalidGroup.NotFound"):
            network.endpoint(service["ServiceName"], SecurityGroupIds=["sg-0123456789abcdef0"])
        network.subnets["a"] = "subnet-0123456789abcdef0"
        with refused("InvalidSubnetID.NotFound"):
            network.endpoint(service["ServiceName"])

    def test_gateway_type(self, network: Vpc, service: dict) -> None:
        message = "Endpoint type (Gateway) does not match available service types ([Interface])."
        with refused("InvalidParameter", message):
            network.account.ec2.create_vpc_endpoint(VpcId=network.id, ServiceName=service["ServiceName"])

    def test_ip_address_type_the_service_lacks(self, network: Vpc, service: dict) -> None:
        with refused("InvalidParameter", "IP address type dualstack"):
            network.endpoint(service["ServiceName"], IpAddressType="dualstack")

    def test_private_dns_on_a_service_without_a_name(self, network: Vpc, automatic: dict) -> None:
        message = (
            f"Private DNS can't be enabled because the service {automatic['ServiceName']} does not provide a "
            "private DNS name."
        )
        with refused("InvalidParameter", message):
            network.endpoint(automatic["ServiceName"], PrivateDnsEnabled=True)

    def test_address_in_use_or_reserved(self, network: Vpc, service: dict) -> None:
        for address, code in [("10.20.0.3", "InvalidParameterValue"), ("10.99.0.9", "InvalidParameterValue")]:
            with refused(code, address):
                network.endpoint(
                    service["ServiceName"],
                    SubnetConfigurations=[{"SubnetId": network.subnets["a"], "Ipv4": address}],
                )
        network.account.ec2.create_network_interface(
            SubnetId=network.subnets["a"], PrivateIpAddress="10.20.0.9"
        )
        with refused("InvalidIPAddress.InUse", "10.20.0.9"):
            network.endpoint(
                service["ServiceName"],
                SubnetConfigurations=[{"SubnetId": network.subnets["a"], "Ipv4": "10.20.0.9"}],
            )


class TestModify:
    """Changes in place."""

    @pytest.fixture
    def endpoint(self, network: Vpc, automatic: dict) -> dict:
        return network.endpoint(automatic["ServiceName"], zones="a")

    def test_subnets(self, network: Vpc, endpoint: dict) -> None:
        modify = network.account.ec2.modify_vpc_endpoint
        modify(VpcEndpointId=endpoint["VpcEndpointId"], AddSubnetIds=[network.subnets["c"]])
        grown = read(network, endpoint)
        assert set(grown["SubnetIds"]) == {network.subnets["a"], network.subnets["c"]}
        assert endpoint["NetworkInterfaceIds"][0] in grown["NetworkInterfaceIds"]
        assert len(grown["DnsEntries"]) == 3

        modify(VpcEndpointId=endpoint["VpcEndpointId"], RemoveSubnetIds=[network.subnets["a"]])
        shrunk = read(network, endpoint)
        assert shrunk["SubnetIds"] == [network.subnets["c"]]
        assert [item["SubnetId"] for item in interfaces(network, endpoint)] == [network.subnets["c"]]
        assert shrunk["DnsEntries"][0] == endpoint["DnsEntries"][0]

    def test_a_subnet_can_be_swapped_within_its_zone(self, network: Vpc, endpoint: dict) -> None:
        other = network.account.ec2.create_subnet(
            VpcId=network.id, CidrBlock="10.20.8.0/24", AvailabilityZone="ap-northeast-2a"
        )["Subnet"]["SubnetId"]
        modify = network.account.ec2.modify_vpc_endpoint
        with refused("DuplicateSubnetsInSameZone", other):
            modify(VpcEndpointId=endpoint["VpcEndpointId"], AddSubnetIds=[other])
        modify(
            VpcEndpointId=endpoint["VpcEndpointId"],
            AddSubnetIds=[other],
            RemoveSubnetIds=[network.subnets["a"]],
        )
        assert read(network, endpoint)["SubnetIds"] == [other]

    def test_security_groups(self, network: Vpc, endpoint: dict) -> None:
        group, default = network.security_group("new"), endpoint["Groups"][0]["GroupId"]
        modify = network.account.ec2.modify_vpc_endpoint
        modify(
            VpcEndpointId=endpoint["VpcEndpointId"],
            AddSecurityGroupIds=[group],
            RemoveSecurityGroupIds=[default],
        )
        assert [held["GroupId"] for held in read(network, endpoint)["Groups"]] == [group]
        assert [held["GroupId"] for held in interfaces(network, endpoint)[0]["Groups"]] == [group]
        with refused("InvalidParameter", "at least one security group"):
            modify(VpcEndpointId=endpoint["VpcEndpointId"], RemoveSecurityGroupIds=[group])

    def test_policy_dns_options_and_address(self, network: Vpc, endpoint: dict) -> None:
        network.account.ec2.modify_vpc_endpoint(
            VpcEndpointId=endpoint["VpcEndpointId"],
            PolicyDocument='{"Statement": []}',
            DnsOptions={"DnsRecordIpType": "service-defined"},
            SubnetConfigurations=[{"SubnetId": network.subnets["a"], "Ipv4": "10.20.0.77"}],
        )
        after = read(network, endpoint)
        assert after["PolicyDocument"] == '{"Statement": []}'
        assert after["DnsOptions"] == {"DnsRecordIpType": "service-defined"}
        assert [item["PrivateIpAddress"] for item in interfaces(network, endpoint)] == ["10.20.0.77"]
        network.account.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], ResetPolicy=True)
        assert read(network, endpoint)["PolicyDocument"] == endpoint["PolicyDocument"]

    def test_unknown_endpoint(self, network: Vpc) -> None:
        with refused("InvalidVpcEndpointId.NotFound"):
            network.account.ec2.modify_vpc_endpoint(VpcEndpointId="vpce-0123456789abcdef0")


def test_delete_removes_its_network_interfaces(network: Vpc, service: dict) -> None:
    endpoint = network.endpoint(service["ServiceName"])
    delete = network.account.ec2.delete_vpc_endpoints
    assert delete(VpcEndpointIds=[endpoint["VpcEndpointId"]])["Unsuccessful"] == []
    assert interfaces(network, endpoint) == []
    with refused("InvalidVpcEndpointId.NotFound", endpoint["VpcEndpointId"]):
        read(network, endpoint)
    (problem,) = delete(VpcEndpointIds=[endpoint["VpcEndpointId"]])["Unsuccessful"]
    assert problem["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"


def test_endpoints_are_found_by_filter(network: Vpc, service: dict, automatic: dict) -> None:
    pending, available = (network.endpoint(item["ServiceName"]) for item in (service, automatic))
    network.account.ec2.create_tags(
        Resources=[pending["VpcEndpointId"]], Tags=[{"Key": "Name", "Value": "pending"}]
    )
    for name, value, wanted in [
        ("service-name", service["ServiceName"], pending),
        ("vpc-endpoint-state", "available", available),
        ("vpc-endpoint-id", available["VpcEndpointId"], available),
        ("tag:Name", "pending", pending),
    ]:
        found = network.account.ec2.describe_vpc_endpoints(
            Filters=[{"Name": name, "Values": [value]}, {"Name": "vpc-id", "Values": [network.id]}]
        )["VpcEndpoints"]
        assert [item["VpcEndpointId"] for item in found] == [wanted["VpcEndpointId"]]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ip-address-type", "ipv4", True),
        ("ip-address-type", "ipv6", False),
        ("service-region", "ap-northeast-2", True),
        ("service-region", "us-east-1", False),
        ("vpc-endpoint-type", "Interface", True),
        ("vpc-endpoint-type", "Gateway", False),
    ],
)
def test_other_filters(network: Vpc, service: dict, name: str, value: str, expected: bool) -> None:
    network.endpoint(service["ServiceName"])
    found = network.account.ec2.describe_vpc_endpoints(
        Filters=[{"Name": name, "Values": [value]}, {"Name": "vpc-id", "Values": [network.id]}]
    )["VpcEndpoints"]
    assert bool(found) is expected


def test_a_filter_that_does_not_exist(network: Vpc) -> None:
    with refused("InvalidFilter", "colour"):
        network.account.ec2.describe_vpc_endpoints(Filters=[{"Name": "colour", "Values": ["red"]}])


def test_endpoints_in_pages(network: Vpc, service: dict) -> None:
    made = {network.endpoint(service["ServiceName"])["VpcEndpointId"] for _ in range(6)}
    ec2 = network.account.ec2
    only = [{"Name": "vpc-id", "Values": [network.id]}]
    first = ec2.describe_vpc_endpoints(Filters=only, MaxResults=5)
    second = ec2.describe_vpc_endpoints(Filters=only, MaxResults=5, NextToken=first["NextToken"])
    assert [len(page["VpcEndpoints"]) for page in (first, second)] == [5, 1]
    assert "NextToken" not in second
    assert {item["VpcEndpointId"] for page in (first, second) for item in page["VpcEndpoints"]} == made
    with refused("InvalidMaxResults"):
        ec2.describe_vpc_endpoints(MaxResults=-1)
    with refused("InvalidPaginationToken"):
        ec2.describe_vpc_endpoints(NextToken="rubbish")


def test_an_endpoint_of_an_aws_service(network: Vpc) -> None:
    endpoint = network.endpoint("com.amazonaws.ap-northeast-2.ssm", zones="abc", PrivateDnsEnabled=True)
    assert endpoint["State"] == "available"
    names = [entry["DnsName"] for entry in endpoint["DnsEntries"]]
    assert names[0].endswith(".ssm.ap-northeast-2.vpce.amazonaws.com")
    assert names[-1] == "ssm.ap-northeast-2.amazonaws.com"
    with refused("InvalidParameter", "conflicting DNS domain for ssm.ap-northeast-2.amazonaws.com"):
        network.endpoint("com.amazonaws.ap-northeast-2.ssm", zones="a", PrivateDnsEnabled=True)


def test_across_regions_zones_need_not_match(provider: Account) -> None:
    service = provider.vpc().service(SupportedRegions=["ap-northeast-2", "us-east-1"])
    abroad = Account(provider.sandbox, provider.number, "us-east-1").vpc(zones="ab")
    with refused("InvalidServiceName"):
        abroad.endpoint(service["ServiceName"], zones="ab")
    endpoint = abroad.endpoint(service["ServiceName"], zones="ab", ServiceRegion="ap-northeast-2")
    assert endpoint["ServiceRegion"] == "ap-northeast-2"
    (connection,) = provider.ec2.describe_vpc_endpoint_connections(
        Filters=[{"Name": "service-id", "Values": [service["ServiceId"]]}]
    )["VpcEndpointConnections"]
    assert connection["VpcEndpointRegion"] == "us-east-1"


def test_without_a_subnet_it_has_no_dns_name(network: Vpc, automatic: dict) -> None:
    endpoint = network.endpoint(automatic["ServiceName"], zones="")
    assert endpoint["DnsEntries"] == []
    network.account.ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"], AddSubnetIds=[network.subnets["a"]]
    )
    assert len(read(network, endpoint)["DnsEntries"]) == 2


@pytest.mark.parametrize("hostnames", [True, False])
def test_private_dns_is_on_by_default_where_the_vpc_has_hostnames(consumer: Account, hostnames: bool) -> None:
    network = consumer.vpc("10.21.0.0/16", zones="a", hostnames=hostnames)
    endpoint = consumer.ec2.create_vpc_endpoint(
        VpcId=network.id,
        ServiceName="com.amazonaws.ap-northeast-2.sqs",
        SubnetIds=[network.subnets["a"]],
        VpcEndpointType="Interface",
    )["VpcEndpoint"]
    assert endpoint["PrivateDnsEnabled"] is hostnames


def test_chosen_ipv6_addresses(consumer: Account) -> None:
    ec2 = consumer.ec2
    vpc = ec2.create_vpc(CidrBlock="10.22.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    (association,) = vpc["Ipv6CidrBlockAssociationSet"]
    block = next(ipaddress.IPv6Network(association["Ipv6CidrBlock"]).subnets(new_prefix=64))
    subnet = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.22.0.0/24", Ipv6CidrBlock=str(block))[
        "Subnet"
    ]["SubnetId"]
    network = Vpc(consumer, vpc["VpcId"], {})

    def ask(ipv6: str, kind: str = "dualstack") -> dict:
        return network.endpoint(
            "com.amazonaws.ap-northeast-2.sqs",
            zones="",
            IpAddressType=kind,
            SubnetConfigurations=[{"SubnetId": subnet, "Ipv4": "10.22.0.9", "Ipv6": ipv6}],
        )

    with refused("InvalidParameterValue", "2001:db8::1"):
        ask("2001:db8::1")
    with refused("InvalidParameter", "ipv4 does not support the IPv6 address"):
        ask(str(block[9]), "ipv4")
    endpoint = ask(str(block[9]))
    (interface,) = interfaces(network, endpoint)
    assert interface["PrivateIpAddress"] == "10.22.0.9"
    assert interface["Ipv6Addresses"] == [{"Ipv6Address": str(block[9])}]
    assert interface["Ipv6Address"] == str(block[9])
    with refused("InvalidIPAddress.InUse"):
        ask(str(block[9]))
    ec2.modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"],
        SubnetConfigurations=[{"SubnetId": subnet, "Ipv4": "10.22.0.9", "Ipv6": str(block[10])}],
    )
    (interface,) = interfaces(network, endpoint)
    assert interface["Ipv6Addresses"] == [{"Ipv6Address": str(block[10])}]
