"""What is in use cannot be deleted."""

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture
def network(provider: Account) -> Vpc:
    return provider.vpc("10.70.0.0/16", internet=True)


def test_a_subnet_with_an_endpoint(network: Vpc) -> None:
    ec2 = network.account.ec2
    endpoint = network.endpoint("com.amazonaws.ap-northeast-2.ssm", zones="a")
    with refused("DependencyViolation", network.subnets["a"]):
        ec2.delete_subnet(SubnetId=network.subnets["a"])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    ec2.delete_subnet(SubnetId=network.subnets["a"])


def test_a_security_group_of_an_interface_or_in_a_rule(network: Vpc) -> None:
    ec2 = network.account.ec2
    used, named, naming = (network.security_group(name) for name in ("used", "named", "naming"))
    network.load_balancer("user", SecurityGroups=[used])
    ec2.authorize_security_group_ingress(
        GroupId=naming,
        IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": named}]}],
    )
    for group in (used, named):
        with refused("DependencyViolation", f"resource {group} has a dependent object"):
            ec2.delete_security_group(GroupId=group)
    ec2.delete_security_group(GroupId=naming)
    ec2.delete_security_group(GroupId=named)


def test_the_internet_gateway_of_public_addresses(network: Vpc) -> None:
    ec2 = network.account.ec2
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    balancer = network.load_balancer(
        "public",
        Scheme="internet-facing",
        SubnetMappings=[{"SubnetId": network.subnets["a"], "AllocationId": address}],
    )
    (gateway,) = ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [network.id]}]
    )["InternetGateways"]
    detach = {"InternetGatewayId": gateway["InternetGatewayId"], "VpcId": network.id}
    with refused("DependencyViolation", "mapped public address(es)"):
        ec2.detach_internet_gateway(**detach)
    network.account.elb.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])

    for subnet in network.subnets.values():
        ec2.delete_subnet(SubnetId=subnet)
    with refused("DependencyViolation", network.id):
        ec2.delete_vpc(VpcId=network.id)
    ec2.detach_internet_gateway(**detach)
    ec2.delete_vpc(VpcId=network.id)


def test_a_terminated_instance_lets_go_of_its_elastic_ip(network: Vpc) -> None:
    ec2 = network.account.ec2
    image = network.account.client("ssm").get_parameter(
        Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    )["Parameter"]["Value"]
    instance = ec2.run_instances(
        ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=network.subnets["a"]
    )["Instances"][0]["InstanceId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=instance)
    ec2.terminate_instances(InstanceIds=[instance])
    (after,) = ec2.describe_addresses(AllocationIds=[address])["Addresses"]
    assert "AssociationId" not in after
    ec2.release_address(AllocationId=address)
