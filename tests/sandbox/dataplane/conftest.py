"""What several tests of the data plane share: a walkthrough in moto here, and a data plane without moto."""

from collections.abc import Callable, Iterator

import boto3
import pytest

from privatelink.sandbox.client import DEFAULT_REGION as REGION
from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.dataplane.control import DataPlane
from privatelink.sandbox.dataplane.world import World
from tests.support.dataplane_fixtures import Lab
from tests.support.packets import Scene


@pytest.fixture
def read(moto_here: None) -> Callable[[], World]:
    """The function that reads the desired state out of moto in this process."""
    from privatelink.sandbox.dataplane.desired import read_world

    return read_world


@pytest.fixture
def built(read) -> dict:
    ec2, elb = boto3.client("ec2", REGION), boto3.client("elbv2", REGION)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"]
        for n, zone in enumerate("ac")
    ]
    group = ec2.create_security_group(GroupName="g", Description="g", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 80,
                "ToPort": 80,
                "IpRanges": [{"CidrIp": "10.9.0.0/16"}],
                "UserIdGroupPairs": [{"GroupId": group}],
            }
        ],
    )
    balancer = elb.create_load_balancer(
        Name="nlb",
        Type="network",
        Scheme="internal",
        Subnets=[subnet["SubnetId"] for subnet in subnets],
        SecurityGroups=[group],
    )["LoadBalancers"][0]
    targets = elb.create_target_group(
        Name="tg", Protocol="TCP", Port=8080, VpcId=vpc, TargetType="ip", HealthCheckPort="81"
    )["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=targets, Targets=[{"Id": "10.0.1.99"}])
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="TCP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": targets}],
    )
    service = ec2.create_vpc_endpoint_service_configuration(
        NetworkLoadBalancerArns=[balancer["LoadBalancerArn"]], AcceptanceRequired=True
    )["ServiceConfiguration"]
    return {
        "vpc": vpc,
        "group": group,
        "subnets": [subnet["SubnetId"] for subnet in subnets],
        "balancer": balancer,
        "targets": targets,
        "service": service,
    }


@pytest.fixture(scope="session")
def bare_plane() -> Iterator[DataPlane]:
    """A data plane without an API before it: its worlds are the test's."""
    if why_not():
        pytest.skip(f"no data plane here: {why_not()}")
    made = DataPlane()
    yield made
    made.close()


@pytest.fixture(scope="session")
def scene(provider_lab: Lab, consumer_lab: Lab) -> Scene:
    """What the tests of single features share."""
    return Scene(provider_lab, consumer_lab)
