"""The consumer's side as its account tells it: endpoint, addresses, VPC, probe."""

from ipaddress import IPv4Network
from pathlib import Path
from types import SimpleNamespace

import pytest

from privatelink.verify.consumer_facts import is_in, read_consumer
from privatelink.verify.errors import CouldNotCheckError
from tests.support.fake_clients import FakeClient, among

PERMISSION = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IpRanges": [{"CidrIp": "10.20.0.0/16"}]}


class Consumer:
    """An account with an endpoint; tests change one thing of it each."""

    def __init__(self):
        self.outputs = {
            "endpoint_id": "vpce-1",
            "endpoint_dns_names": {"regional": "vpce-1.svc", "zonal": {"a": "vpce-1-a.svc"}},
            "probe_instance_id": "i-probe",
        }
        self.endpoints = {
            "vpce-1": {
                "VpcEndpointId": "vpce-1",
                "VpcId": "vpc-1",
                "State": "PendingAcceptance",
                "ServiceName": "com.amazonaws.vpce.ap-northeast-2.vpce-svc-1",
                "Groups": [{"GroupId": "sg-endpoint"}],
                "NetworkInterfaceIds": ["eni-c", "eni-a"],
                "DnsEntries": [{"DnsName": "vpce-1.svc"}],
            },
            "vpce-2": {"VpcEndpointId": "vpce-2", "State": "available"},
        }
        self.vpc = {"CidrBlock": "10.20.0.0/16"}
        self.instance = {
            "InstanceId": "i-probe",
            "State": {"Name": "running"},
            "PrivateIpAddress": "10.20.0.5",
            "PublicIpAddress": "198.51.100.7",
            "SecurityGroups": [{"GroupId": "sg-probe"}],
            "SubnetId": "subnet-a",
            "VpcId": "vpc-1",
        }
        to_internet = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}
        local = {"DestinationCidrBlock": "10.20.0.0/16", "GatewayId": "local"}
        self.tables = [
            {"Associations": [{"Main": True}], "Routes": [local]},
            {"Associations": [{"Main": False, "SubnetId": "subnet-a"}], "Routes": [local, to_internet]},
        ]

    def read(self, **arguments):
        interfaces = {
            "eni-a": {"PrivateIpAddress": "10.20.0.4", "SubnetId": "subnet-a"},
            "eni-c": {"PrivateIpAddress": "10.20.32.4", "SubnetId": "subnet-c"},
        }
        subnets = {
            f"subnet-{zone}": {
                "SubnetId": f"subnet-{zone}",
                "AvailabilityZone": zone,
                "AvailabilityZoneId": f"az-{zone}",
                "CidrBlock": cidr,
            }
            for zone, cidr in (("a", "10.20.0.0/20"), ("c", "10.20.32.0/20"))
        }
        attributes = {
            "enableDnsSupport": {"EnableDnsSupport": {"Value": True}},
            "enableDnsHostnames": {"EnableDnsHostnames": {"Value": False}},
        }

        def route_tables(Filters):  # noqa: N803
            assert Filters == [{"Name": "vpc-id", "Values": ["vpc-1"]}]
            return {"RouteTables": self.tables}

        ec2 = FakeClient(
            {
                "describe_vpc_endpoints": among(self.endpoints, "VpcEndpoints", "VpcEndpointIds"),
                "describe_vpcs": among({"vpc-1": self.vpc}, "Vpcs", "VpcIds"),
                "describe_vpc_attribute": lambda VpcId, Attribute: attributes[Attribute],  # noqa: N803
                "describe_security_groups": among(
                    {"sg-endpoint": {"IpPermissions": [PERMISSION]}}, "SecurityGroups", "GroupIds"
                ),
                "describe_network_interfaces": among(interfaces, "NetworkInterfaces", "NetworkInterfaceIds"),
                "describe_subnets": among(subnets, "Subnets", "SubnetIds"),
                "describe_instances": among(
                    {"i-probe": {"Instances": [self.instance]}}, "Reservations", "InstanceIds"
                ),
                "describe_route_tables": route_tables,
            }
        )
        root = SimpleNamespace(directory=Path("stacks/shop-consumer-client"))
        return read_consumer(
            SimpleNamespace(
                name="shop-consumer-client", consumer="client", outputs=self.outputs, ec2=ec2, root=root
            ),
            **arguments,
        )


@pytest.fixture
def account():
    return Consumer()


def test_a_stack_that_is_not_applied_is_told_with_the_way_to_apply_it(account):
    account.outputs = {}

    with pytest.raises(CouldNotCheckError, match=r"not applied.* -chdir=stacks/shop-consumer-client init"):
        account.read()


def test_the_endpoint_and_its_vpc(account):
    facts = account.read()

    assert (facts.name, facts.endpoint_id, facts.vpc_id) == ("client", "vpce-1", "vpc-1")
    assert facts.state == "pendingAcceptance"
    assert (facts.dns_support, facts.dns_hostnames) == (True, False)
    assert facts.vpc_cidrs == (IPv4Network("10.20.0.0/16"),)
    assert [rule.cidrs for rule in facts.rules] == [(IPv4Network("10.20.0.0/16"),)]


def test_further_blocks_of_the_vpc_are_its_own_too(account):
    account.vpc["CidrBlockAssociationSet"] = [{"CidrBlock": "10.20.0.0/16"}, {"CidrBlock": "10.30.0.0/16"}]

    assert is_in("10.30.0.1", account.read().vpc_cidrs)
    assert not is_in("10.40.0.1", account.read().vpc_cidrs)


def test_addresses_are_sorted_by_zone_and_found_by_name_or_az_id(account):
    facts = account.read()

    assert [item.address for item in facts.addresses] == ["10.20.0.4", "10.20.32.4"]
    assert facts.in_zone("c") is facts.in_zone("az-c") is facts.addresses[1]
    assert facts.in_zone("b") is None


def test_an_endpoint_without_interfaces_has_no_address(account):
    account.endpoints["vpce-1"]["NetworkInterfaceIds"] = []

    assert account.read().addresses == ()


def test_zones_of_a_service_elsewhere_are_all_that_it_has(account):
    facts = account.read()
    assert not facts.far
    assert facts.zones_entered(facts.addresses[:1], ("az-a", "az-c")) == ["az-a"]

    account.endpoints["vpce-1"]["ServiceRegion"] = "eu-west-1"
    facts = account.read()
    assert facts.far
    assert facts.zones_entered(facts.addresses[:1], ("az-a", "az-c")) == ["az-a", "az-c"]


def test_names_are_the_services_own_and_the_consumers_of_this_endpoint(account):
    account.endpoints["vpce-1"]["DnsEntries"].append({"DnsName": "*.api.example.com"})
    account.outputs["endpoint_names"] = {"api.shop.internal": "vpce-1", "s3.shop.internal": "vpce-2"}

    facts = account.read()

    assert facts.private_names == ("verify.api.example.com", "api.shop.internal")
    assert (facts.regional_name, facts.zonal_names) == ("vpce-1.svc", {"a": "vpce-1-a.svc"})


def test_further_endpoints_are_told_by_their_keys(account):
    account.outputs["further_endpoints"] = {"s3": {"endpoint_id": "vpce-2"}}

    assert account.read().further == {"s3": "available"}


def test_without_a_main_endpoint_the_first_of_the_others_is_verified(account):
    names = account.outputs.pop("endpoint_dns_names")
    main = {"endpoint_id": account.outputs.pop("endpoint_id"), "service_name": "ssm", "dns_names": names}
    account.outputs["further_endpoints"] = {"s3": {"endpoint_id": "vpce-2"}, "a": main}

    facts = account.read()

    assert (facts.endpoint_id, facts.regional_name) == ("vpce-1", "vpce-1.svc")
    assert facts.further == {"s3": "available"}


def test_a_name_with_a_zone_has_the_address_in_this_zone(account):
    account.outputs["endpoint_names"] = {"*.a.internal": "vpce-1", "b.internal": "vpce-1"}
    account.outputs["endpoint_name_zones"] = {"*.a.internal": "az-a"}

    facts = account.read()

    assert [item.zone for item in facts.addresses_of("verify.a.internal")] == ["a"]
    assert [item.zone for item in facts.addresses_of("b.internal")] == ["a", "c"]


def test_the_probe_and_its_way_out(account):
    probe = account.read().probe

    assert probe.address == IPv4Network("10.20.0.5")
    assert probe.public_address == IPv4Network("198.51.100.7")
    assert (probe.group_ids, probe.internet_gateway) == (("sg-probe",), "igw-1")


def test_a_subnet_without_a_table_of_its_own_has_the_main_one(account):
    account.instance["SubnetId"] = "subnet-c"
    assert account.read().probe.internet_gateway is None

    account.tables[0]["Routes"].append({"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-2"})
    assert account.read().probe.internet_gateway == "igw-2"


def test_a_nat_gateway_is_no_internet_gateway(account):
    account.tables[1]["Routes"] = [{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}]

    assert account.read().probe.internet_gateway is None


@pytest.mark.parametrize(
    ("state", "fix"), [("pending", "wait a minute"), ("stopped", "start it, or apply the stack again")]
)
def test_a_probe_that_does_not_run_cannot_be_asked(account, state, fix):
    account.instance["State"] = {"Name": state}

    with pytest.raises(CouldNotCheckError, match=f"the probe i-probe is {state}; {fix}"):
        account.read()


def test_without_a_probe_there_is_none(account):
    del account.outputs["probe_instance_id"]

    assert account.read().probe is None


def test_a_probe_that_is_not_used_need_not_run(account):
    account.instance["State"] = {"Name": "stopped"}

    assert account.read(with_probe=False).probe is None
