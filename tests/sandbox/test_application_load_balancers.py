"""The network interfaces of an Application Load Balancer."""

from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc


@pytest.fixture
def network(provider: Account) -> Vpc:
    return provider.vpc("10.71.0.0/16", "abc")


def interfaces(network: Vpc, name: str) -> dict[str, Any]:
    found = network.account.ec2.describe_network_interfaces(
        Filters=[{"Name": "vpc-id", "Values": [network.id]}]
    )["NetworkInterfaces"]
    return {item["SubnetId"]: item for item in found if f"ELB app/{name}/" in item["Description"]}


def test_each_subnet_has_one_with_the_security_groups_until_it_is_deleted(network: Vpc) -> None:
    elb, (one, other, third) = network.account.elb, network.subnets.values()
    first, second = network.security_group("first"), network.security_group("second")
    balancer = network.load_balancer("faces", Type="application", SecurityGroups=[first])["LoadBalancerArn"]
    made = interfaces(network, "faces")
    assert set(made) == {one, other, third}
    assert all([group["GroupId"] for group in item["Groups"]] == [first] for item in made.values())
    elb.set_security_groups(LoadBalancerArn=balancer, SecurityGroups=[second])
    made = interfaces(network, "faces")
    assert all([group["GroupId"] for group in item["Groups"]] == [second] for item in made.values())
    elb.set_subnets(LoadBalancerArn=balancer, Subnets=[one, other])
    assert set(interfaces(network, "faces")) == {one, other}
    elb.delete_load_balancer(LoadBalancerArn=balancer)
    assert interfaces(network, "faces") == {}
