"""NAT gateways: their network interfaces come and go with them."""

import ipaddress

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture
def network(provider: Account) -> Vpc:
    return provider.vpc("10.47.0.0/16", zones="a", internet=True)


def interfaces(network: Vpc) -> list[dict]:
    return network.account.ec2.describe_network_interfaces(
        Filters=[{"Name": "subnet-id", "Values": [network.subnets["a"]]}]
    )["NetworkInterfaces"]


@pytest.mark.parametrize("kind", ["public", "private"])
def test_its_network_interface_goes_with_it(network: Vpc, kind: str) -> None:
    ec2 = network.account.ec2
    address = ec2.allocate_address(Domain="vpc") if kind == "public" else {}
    allocation = {"AllocationId": address["AllocationId"]} if address else {}
    gateway = ec2.create_nat_gateway(SubnetId=network.subnets["a"], ConnectivityType=kind, **allocation)[
        "NatGateway"
    ]
    (interface,) = interfaces(network)
    (shown,) = gateway["NatGatewayAddresses"]
    assert interface["InterfaceType"] == "nat_gateway"
    assert interface["RequesterManaged"] is True
    assert interface["Groups"] == []
    assert interface["Status"] == "in-use"
    assert interface["PrivateIpAddress"] == shown["PrivateIp"]
    assert ipaddress.ip_address(shown["PrivateIp"]) in ipaddress.ip_network("10.47.0.0/24")
    assert interface.get("Association", {}).get("PublicIp") == address.get("PublicIp")
    with refused("DependencyViolation"):
        ec2.delete_subnet(SubnetId=network.subnets["a"])

    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])

    (found,) = ec2.describe_nat_gateways(NatGatewayIds=[gateway["NatGatewayId"]])["NatGateways"]
    assert found["State"] == "deleted"
    assert interfaces(network) == []
    if address:
        (freed,) = ec2.describe_addresses(AllocationIds=[address["AllocationId"]])["Addresses"]
        assert "AssociationId" not in freed
        ec2.release_address(AllocationId=address["AllocationId"])
    ec2.delete_subnet(SubnetId=network.subnets["a"])


def test_one_that_does_not_exist(network: Vpc) -> None:
    with refused("NatGatewayNotFound"):
        network.account.ec2.delete_nat_gateway(NatGatewayId="nat-00000000000000000")
