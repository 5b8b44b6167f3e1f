"""The desired state, read out of moto's state in this process, without a kernel."""

import boto3
import pytest

from privatelink.sandbox.client import DEFAULT_REGION as REGION
from privatelink.sandbox.dataplane.world import Node, Rule, World

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("moto")]


def test_nothing_is_wanted_of_a_vpc_with_nothing_in_it(read) -> None:
    boto3.client("ec2", REGION).create_vpc(CidrBlock="10.0.0.0/16")
    assert read() == World()


def test_a_load_balancer_is_a_node_in_each_zone(read, built: dict) -> None:
    world = read()
    assert [vpc.id for vpc in world.vpcs] == [built["vpc"]]
    assert len(world.nodes) == 2
    for node in world.nodes:
        (listener,) = node.listeners
        (target,) = listener.targets
        assert (listener.port, listener.cross_zone, listener.preserve_client_ip) == (80, False, False)
        assert (target.address, target.port, target.check_port) == ("10.0.1.99", 8080, 81)
        assert bool(node.candidates(listener)) == (node.interface.subnet_id == built["subnets"][1])
    group = next(group for group in world.vpcs[0].groups if group.id == built["group"])
    assert set(group.members) == {node.interface.address for node in world.nodes}
    assert set(group.ingress) == {
        Rule("tcp", 80, 80, cidr="10.9.0.0/16"),
        Rule("tcp", 80, 80, group=built["group"]),
    }


@pytest.mark.parametrize(("setting", "crosses"), [("true", True), ("false", False)])
def test_the_target_groups_cross_zone_setting_wins(read, built: dict, setting: str, crosses: bool) -> None:
    elb = boto3.client("elbv2", REGION)
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=built["balancer"]["LoadBalancerArn"],
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}],
    )
    assert all(listener.cross_zone for node in read().nodes for listener in node.listeners)
    elb.modify_target_group_attributes(
        TargetGroupArn=built["targets"],
        Attributes=[{"Key": "load_balancing.cross_zone.enabled", "Value": setting}],
    )
    assert {listener.cross_zone for node in read().nodes for listener in node.listeners} == {crosses}


def test_an_endpoint_leads_to_its_zones_node_once_it_is_accepted(read, built: dict) -> None:
    ec2 = boto3.client("ec2", REGION)
    endpoint = ec2.create_vpc_endpoint(
        VpcId=built["vpc"],
        ServiceName=built["service"]["ServiceName"],
        VpcEndpointType="Interface",
        SubnetIds=built["subnets"],
        SecurityGroupIds=[built["group"]],
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]["VpcEndpointId"]
    world = read()
    nodes: dict[str, Node] = {node.interface.subnet_id: node for node in world.nodes}
    assert len(world.endpoints) == 2
    for item in world.endpoints:
        assert not item.available
        (path,) = item.paths
        assert (path.port, path.nodes) == (80, (nodes[item.interface.subnet_id].id,))
        # Enforced is the default; a group of the provider's has no member at the consumer's.
        assert item.admission
        assert item.admission.rules == (Rule("tcp", 80, 80, cidr="10.9.0.0/16"),)
    ec2.accept_vpc_endpoint_connections(ServiceId=built["service"]["ServiceId"], VpcEndpointIds=[endpoint])
    assert all(item.available for item in read().endpoints)
    assert hash(read()) == hash(read())
