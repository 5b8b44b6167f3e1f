"""NAT gateways and VPC peering, with packets."""

from typing import Any

import pytest

from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import Lab, Machine, eventually
from tests.support.packets import EVERYTHING, HTTP_PORT, served
from tests.support.sandbox_fixtures import Vpc

pytestmark = [pytest.mark.dataplane, pytest.mark.slow]


def server(lab: Lab, vpc: Vpc, zone: str = "a", *, public: bool = False) -> Machine:
    """An instance that says who asks."""
    script = served("server", f"http:{HTTP_PORT}")
    return lab.instance(vpc, zone, [lab.group(vpc, EVERYTHING)], script=script, public=public, probe=True)


def table(lab: Lab, vpc: Vpc, zone: str) -> str:
    """A route table of one subnet."""
    ec2 = lab.account.ec2
    made = ec2.create_route_table(VpcId=vpc.id)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=made, SubnetId=vpc.subnets[zone])
    return str(made)


def test_a_nat_gateway_has_one_address_for_all_and_lets_nothing_in(
    plane: Sandbox, provider_lab: Lab, consumer_lab: Lab
) -> None:
    ec2 = provider_lab.account.ec2
    vpc = provider_lab.account.vpc("10.63.0.0/16", internet=True)
    provider_lab.internet_routes(vpc)  # of zone a; zone c has its own route table
    private = table(provider_lab, vpc, "c")
    elastic = ec2.allocate_address(Domain="vpc")
    gateway: dict[str, Any] = ec2.create_nat_gateway(
        SubnetId=vpc.subnets["a"], AllocationId=elastic["AllocationId"]
    )["NatGateway"]
    other = consumer_lab.account.vpc("10.64.0.0/16", internet=True)
    consumer_lab.internet_routes(other)
    there = server(consumer_lab, other, public=True)
    (described,) = consumer_lab.account.ec2.describe_instances(InstanceIds=[there.id])["Reservations"]
    address = described["Instances"][0]["PublicIpAddress"]
    inside, outside = server(provider_lab, vpc, "c"), f"{address}:{HTTP_PORT}"
    assert inside.curl(outside).startswith("curl: ")
    route = {"RouteTableId": private, "DestinationCidrBlock": "0.0.0.0/0"}
    ec2.create_route(**route, NatGatewayId=gateway["NatGatewayId"])
    assert eventually(lambda: inside.curl(outside) == f"{elastic['PublicIp']} server /")
    asked = plane.run_outside(["curl", "-s", "-m", "1", f"http://{elastic['PublicIp']}:{HTTP_PORT}/"])
    assert asked.stdout == ""
    ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    assert inside.curl(outside).startswith("curl: ")


def test_peering_connects_two_vpcs_where_both_have_a_route(provider_lab: Lab, consumer_lab: Lab) -> None:
    one = provider_lab.account.vpc("10.65.0.0/16")
    other = consumer_lab.account.vpc("10.66.0.0/16")
    here, there = server(provider_lab, one), server(consumer_lab, other)
    peering = provider_lab.account.ec2.create_vpc_peering_connection(
        VpcId=one.id, PeerVpcId=other.id, PeerOwnerId=consumer_lab.account.number
    )["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    consumer_lab.account.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    for lab, vpc, zone, cidr in (
        (provider_lab, one, "a", "10.66.0.0/16"),
        (consumer_lab, other, "a", "10.65.0.0/16"),
    ):
        assert here.curl(f"{there.address}:{HTTP_PORT}").startswith("curl: ")
        lab.account.ec2.create_route(
            RouteTableId=table(lab, vpc, zone),
            DestinationCidrBlock=cidr,
            VpcPeeringConnectionId=peering,
        )
    assert here.curl(f"{there.address}:{HTTP_PORT}") == f"{here.address} server /"
    assert there.curl(f"{here.address}:{HTTP_PORT}") == f"{there.address} server /"
    provider_lab.account.ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    assert here.curl(f"{there.address}:{HTTP_PORT}").startswith("curl: ")
