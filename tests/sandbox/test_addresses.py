"""Addresses: private ones out of the subnet, as AWS chooses them, and public ones that are nobody's."""

import importlib
import ipaddress
import re
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture
def network(consumer: Account) -> Vpc:
    return consumer.vpc("10.20.0.0/16", zones="abc")


def held(network: Vpc, subnet: str) -> list[str]:
    """The addresses in a subnet, in the order of their interfaces."""
    found = network.account.ec2.describe_network_interfaces(
        Filters=[{"Name": "subnet-id", "Values": [subnet]}]
    )["NetworkInterfaces"]
    return [item["PrivateIpAddress"] for item in found]


def test_no_address_is_given_out_twice(provider: Account, network: Vpc) -> None:
    service = provider.vpc("10.10.0.0/16", zones="abc").service_admitting("*", acceptance=False)
    for _ in range(3):
        network.endpoint(service["ServiceName"], zones="a")
    network.load_balancer("beside-endpoints", "a")
    network.account.ec2.create_network_interface(SubnetId=network.subnets["a"])
    assert held(network, network.subnets["a"]) == [f"10.20.0.{host}" for host in range(4, 9)]


def test_an_address_that_is_free_again_is_the_next(network: Vpc) -> None:
    ec2, subnet = network.account.ec2, network.subnets["a"]

    def made(**arguments: str) -> dict[str, Any]:
        return ec2.create_network_interface(SubnetId=subnet, **arguments)["NetworkInterface"]

    first = made()
    assert made(PrivateIpAddress="10.20.0.6")["PrivateIpAddress"] == "10.20.0.6"
    assert [made()["PrivateIpAddress"] for _ in range(2)] == ["10.20.0.5", "10.20.0.7"]
    ec2.delete_network_interface(NetworkInterfaceId=first["NetworkInterfaceId"])
    assert made()["PrivateIpAddress"] == first["PrivateIpAddress"] == "10.20.0.4"


def test_a_subnet_has_all_but_five_of_its_addresses(network: Vpc) -> None:
    ec2 = network.account.ec2
    subnet = ec2.create_subnet(VpcId=network.id, CidrBlock="10.20.9.16/28")["Subnet"]["SubnetId"]
    for _ in range(11):
        ec2.create_network_interface(SubnetId=subnet)
    assert held(network, subnet) == [f"10.20.9.{host}" for host in range(20, 31)]
    with refused("InsufficientFreeAddressesInSubnet", subnet):
        ec2.create_network_interface(SubnetId=subnet)


def test_the_interface_of_a_service_is_managed_by_it(network: Vpc) -> None:
    balancer = network.load_balancer("without-groups", "a")
    path = balancer["LoadBalancerArn"].split(":loadbalancer/")[1]
    (interface,) = network.account.ec2.describe_network_interfaces(
        Filters=[{"Name": "description", "Values": [f"ELB {path}"]}]
    )["NetworkInterfaces"]
    assert interface["Groups"] == []
    assert interface["RequesterManaged"] is True
    assert (interface["Status"], interface["InterfaceType"]) == ("in-use", "network_load_balancer")


def test_public_addresses_are_nobodys(network: Vpc) -> None:
    allocated = [network.account.ec2.allocate_address(Domain="vpc")["PublicIp"] for _ in range(2)]
    assert len(set(allocated)) == 2
    for address in allocated:
        assert re.fullmatch(r"(203\.0\.113|198\.51\.100|198\.1[89]\.\d+)\.\d+", address)


@pytest.mark.slow
@pytest.mark.xdist_group("moto")
class TestAlone:
    """The functions, without a server."""

    @pytest.fixture
    def addresses(self) -> Any:
        return importlib.import_module("privatelink.sandbox.addresses")

    @pytest.fixture
    def subnet(self) -> SimpleNamespace:
        """10.0.0.0/28, with an interface at two of its addresses, and one of another subnet."""

        def interface(subnet: str, *addresses: str) -> SimpleNamespace:
            return SimpleNamespace(
                subnet=SimpleNamespace(id=subnet),
                private_ip_addresses=[{"PrivateIpAddress": address} for address in addresses],
            )

        interfaces = {
            "eni-1": interface("subnet-1", "10.0.0.4", "10.0.0.5"),
            "eni-2": interface("subnet-2", "10.0.0.6"),
        }
        return SimpleNamespace(
            id="subnet-1",
            cidr=ipaddress.ip_network("10.0.0.0/28"),
            ec2_backend=SimpleNamespace(enis=interfaces),
            _subnet_ips={"10.0.0.8": object()},
        )

    def test_every_address_of_every_interface_is_used(self, addresses: Any, subnet: Any) -> None:
        assert addresses.used_addresses(subnet) == {"10.0.0.4", "10.0.0.5", "10.0.0.8"}
        assert addresses.free_address(subnet) == "10.0.0.6"

    @pytest.mark.parametrize("address", ["10.0.0.6", "10.0.0.14"])
    def test_a_free_address_may_be_asked_for(self, addresses: Any, subnet: Any, address: str) -> None:
        addresses.require_free(subnet, address)

    @pytest.mark.parametrize("address", ["10.0.0.0", "10.0.0.3", "10.0.0.15", "10.0.0.16", "10.1.0.6"])
    def test_a_reserved_or_foreign_one_may_not(self, addresses: Any, subnet: Any, address: str) -> None:
        from moto.ec2.exceptions import EC2ClientError

        with pytest.raises(EC2ClientError, match=f"Address {address} does not fall within") as caught:
            addresses.require_free(subnet, address)
        assert caught.value.code == "InvalidParameterValue"

    def test_one_in_use_may_not(self, addresses: Any, subnet: Any) -> None:
        from moto.ec2.exceptions import EC2ClientError

        with pytest.raises(EC2ClientError, match=r"Address 10\.0\.0\.5 is in use") as caught:
            addresses.require_free(subnet, "10.0.0.5")
        assert caught.value.code == "InvalidIPAddress.InUse"

    def test_a_public_address_is_never_given_out_again(self, addresses: Any) -> None:
        made = [ipaddress.ip_address(addresses.public_address()) for _ in range(300)]
        assert len(set(made)) == 300
        assert all(any(address in block for block in addresses.PUBLIC_BLOCKS) for address in made)
