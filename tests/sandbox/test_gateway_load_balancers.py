"""Gateway Load Balancers, their target groups, listeners and endpoint services."""

import re

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.73.0.0/16", zones="abc")


def create(network: Vpc, name: str, **arguments: object) -> dict:
    subnets = {} if "SubnetMappings" in arguments else {"Subnets": list(network.subnets.values())}
    (balancer,) = network.account.elb.create_load_balancer(Name=name, Type="gateway", **subnets, **arguments)[
        "LoadBalancers"
    ]
    return balancer


def group(network: Vpc, name: str, **arguments: object) -> dict:
    arguments = {"Protocol": "GENEVE", "Port": 6081} | arguments
    return network.account.elb.create_target_group(Name=name, VpcId=network.id, **arguments)["TargetGroups"][
        0
    ]


def forward(group: dict) -> list[dict]:
    return [{"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}]


def test_it_reads_back_as_aws_shows_it(network: Vpc) -> None:
    balancer = create(network, "gwlb")
    arn = balancer["LoadBalancerArn"]
    assert re.search(r":loadbalancer/gwy/gwlb/[0-9a-f]{16}$", arn)
    assert balancer["Type"] == "gateway"
    assert balancer["IpAddressType"] == "ipv4"
    assert balancer["VpcId"] == network.id
    assert not {"Scheme", "DNSName", "CanonicalHostedZoneId"} & balancer.keys()
    assert not balancer.get("SecurityGroups")
    assert {zone["SubnetId"] for zone in balancer["AvailabilityZones"]} == set(network.subnets.values())
    (read,) = network.account.elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert read["State"] == {"Code": "active"}
    assert {**read, "State": balancer["State"]} == balancer
    attributes = network.account.elb.describe_load_balancer_attributes(LoadBalancerArn=arn)["Attributes"]
    assert {item["Key"]: item["Value"] for item in attributes} == {
        "deletion_protection.enabled": "false",
        "load_balancing.cross_zone.enabled": "false",
    }


def test_its_interfaces_go_with_it(network: Vpc) -> None:
    arn = create(network, "gwlb-interfaces")["LoadBalancerArn"]
    ec2, elb = network.account.ec2, network.account.elb
    by_name = [{"Name": "description", "Values": [f"ELB {arn.split(':loadbalancer/')[1]}"]}]
    found = ec2.describe_network_interfaces(Filters=by_name)["NetworkInterfaces"]
    assert {item["InterfaceType"] for item in found} == {"gateway_load_balancer"}
    assert len(found) == 3
    elb.set_subnets(LoadBalancerArn=arn, Subnets=[network.subnets["a"], network.subnets["b"]])
    assert len(ec2.describe_network_interfaces(Filters=by_name)["NetworkInterfaces"]) == 2
    elb.delete_load_balancer(LoadBalancerArn=arn)
    assert ec2.describe_network_interfaces(Filters=by_name)["NetworkInterfaces"] == []


def test_what_it_does_not_have(network: Vpc) -> None:
    with refused("ValidationError", "A scheme cannot be specified"):
        create(network, "gwlb-scheme", Scheme="internal")
    with refused("ValidationError", "A security group cannot be specified"):
        create(network, "gwlb-groups", SecurityGroups=[network.security_group()])
    mapping = {"SubnetId": network.subnets["a"], "PrivateIPv4Address": "10.73.0.9"}
    with refused("InvalidConfigurationRequest", "Addresses cannot be specified"):
        create(network, "gwlb-address", SubnetMappings=[mapping])
    arn = create(network, "gwlb-lacks")["LoadBalancerArn"]
    elb = network.account.elb
    with refused("InvalidConfigurationRequest", "Security groups are not supported"):
        elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[network.security_group("later")])
    with refused("InvalidConfigurationRequest", "access_logs.s3.enabled"):
        elb.modify_load_balancer_attributes(
            LoadBalancerArn=arn, Attributes=[{"Key": "access_logs.s3.enabled", "Value": "true"}]
        )


def test_a_target_group_has_geneves_defaults(network: Vpc) -> None:
    made = group(network, "geneve")
    assert (made["Protocol"], made["Port"], made["TargetType"]) == ("GENEVE", 6081, "instance")
    checked = ("HealthCheckProtocol", "HealthCheckPort", "HealthCheckTimeoutSeconds")
    assert [made[name] for name in checked] == ["TCP", "80", 5]
    assert made["HealthCheckIntervalSeconds"] == 10
    http = group(network, "geneve-http", HealthCheckProtocol="HTTP")
    assert (http["HealthCheckPath"], http["Matcher"]) == ("/", {"HttpCode": "200-399"})
    assert http["HealthCheckTimeoutSeconds"] == 5
    attributes = network.account.elb.describe_target_group_attributes(TargetGroupArn=made["TargetGroupArn"])
    shown = {item["Key"]: item["Value"] for item in attributes["Attributes"]}
    assert shown["target_failover.on_unhealthy"] == "no_rebalance"
    assert shown["stickiness.type"] == "source_ip_dest_ip_proto"
    with refused("ValidationError", "6081"):
        group(network, "geneve-port", Port=6080)


def test_the_failover_attributes_are_set_together(network: Vpc) -> None:
    arn, elb = group(network, "failover")["TargetGroupArn"], network.account.elb
    first, second = "target_failover.on_deregistration", "target_failover.on_unhealthy"

    def change(**values: str) -> None:
        attributes = [{"Key": f"target_failover.{key}", "Value": value} for key, value in values.items()]
        elb.modify_target_group_attributes(TargetGroupArn=arn, Attributes=attributes)

    change(on_deregistration="rebalance", on_unhealthy="rebalance")
    attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
    shown = {item["Key"]: item["Value"] for item in attributes}
    assert (shown[first], shown[second]) == ("rebalance", "rebalance")
    with refused("ValidationError", "must be the same"):
        change(on_deregistration="no_rebalance")
    with refused("ValidationError", "must be the same"):
        change(on_deregistration="no_rebalance", on_unhealthy="rebalance")
    with refused("ValidationError", "must be one of"):
        change(on_deregistration="never", on_unhealthy="never")


def test_it_has_one_listener_without_a_port(network: Vpc) -> None:
    elb, arn = network.account.elb, create(network, "gwlb-listener")["LoadBalancerArn"]
    first, second = group(network, "geneve-1"), group(network, "geneve-2")
    with refused("ValidationError", "A listener port cannot be specified"):
        elb.create_listener(LoadBalancerArn=arn, Port=6081, DefaultActions=forward(first))
    with refused("ValidationError", "A listener protocol cannot be specified"):
        elb.create_listener(LoadBalancerArn=arn, Protocol="GENEVE", DefaultActions=forward(first))
    tcp = group(network, "tcp", Protocol="TCP", Port=80)
    with refused("IncompatibleProtocols"):
        elb.create_listener(LoadBalancerArn=arn, DefaultActions=forward(tcp))

    (listener,) = elb.create_listener(LoadBalancerArn=arn, DefaultActions=forward(first))["Listeners"]
    assert not {"Port", "Protocol", "SslPolicy"} & listener.keys()
    with refused("DuplicateListener"):
        elb.create_listener(LoadBalancerArn=arn, DefaultActions=forward(second))
    name = listener["ListenerArn"]
    (changed,) = elb.modify_listener(ListenerArn=name, DefaultActions=forward(second))["Listeners"]
    assert changed["DefaultActions"][0]["TargetGroupArn"] == second["TargetGroupArn"]
    with refused("ValidationError", "A listener port cannot be specified"):
        elb.modify_listener(ListenerArn=name, Port=80)
    timeout = {"Key": "tcp.idle_timeout.seconds", "Value": "600"}
    elb.modify_listener_attributes(ListenerArn=name, Attributes=[timeout])
    assert elb.describe_listener_attributes(ListenerArn=name)["Attributes"] == [timeout]


def test_a_network_load_balancer_does_not_forward_to_geneve(network: Vpc) -> None:
    arn = network.load_balancer("nlb-geneve")["LoadBalancerArn"]
    with refused("IncompatibleProtocols"):
        network.account.elb.create_listener(
            LoadBalancerArn=arn,
            Protocol="TCP",
            Port=80,
            DefaultActions=forward(group(network, "geneve-of-nlb")),
        )


def test_its_endpoint_service(network: Vpc) -> None:
    ec2 = network.account.ec2
    arn, other = (create(network, name)["LoadBalancerArn"] for name in ("gwlb-1", "gwlb-2"))
    nlb = network.load_balancer("nlb-gwlb")["LoadBalancerArn"]
    make = ec2.create_vpc_endpoint_service_configuration
    with refused("InvalidParameter", "exactly one of NLB ARNs or GWLB ARNs is required"):
        make(GatewayLoadBalancerArns=[arn], NetworkLoadBalancerArns=[nlb])
    with refused("InvalidParameter", "is not a Gateway Load Balancer"):
        make(GatewayLoadBalancerArns=[nlb])
    with refused("InvalidParameter", "is not a Network Load Balancer"):
        make(NetworkLoadBalancerArns=[arn])
    with refused("InvalidParameter", "Private DNS names are not supported"):
        make(GatewayLoadBalancerArns=[arn], PrivateDnsName="app.example.com")

    service = make(GatewayLoadBalancerArns=[arn])["ServiceConfiguration"]
    assert service["ServiceType"] == [{"ServiceType": "GatewayLoadBalancer"}]
    assert service["GatewayLoadBalancerArns"] == [arn]
    assert not service.get("NetworkLoadBalancerArns")
    name = service["ServiceId"]
    with refused("InvalidParameter", "is not a Gateway Load Balancer"):
        ec2.modify_vpc_endpoint_service_configuration(ServiceId=name, AddNetworkLoadBalancerArns=[nlb])
    ec2.modify_vpc_endpoint_service_configuration(
        ServiceId=name, AddGatewayLoadBalancerArns=[other], RemoveGatewayLoadBalancerArns=[arn]
    )
    (read,) = ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[name])["ServiceConfigurations"]
    assert read["GatewayLoadBalancerArns"] == [other]
    with refused("ResourceInUse"):
        network.account.elb.delete_load_balancer(LoadBalancerArn=other)
    (detail,) = ec2.describe_vpc_endpoint_services(
        ServiceNames=[service["ServiceName"]],
        Filters=[{"Name": "service-type", "Values": ["GatewayLoadBalancer"]}],
    )["ServiceDetails"]
    assert detail["AvailabilityZones"] == [f"ap-northeast-2{zone}" for zone in "abc"]
