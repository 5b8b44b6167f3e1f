"""Target groups of a Network Load Balancer: attributes, and what can be a target."""

from typing import Any

import pytest

from tests.support.balancer import Balancer
from tests.support.sandbox_fixtures import Account, Vpc, refused


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.34.0.0/16")


@pytest.fixture(scope="module")
def balancer(network: Vpc) -> Balancer:
    return Balancer(network, "targets")


def attributes(balancer: Balancer, group: str, **values: str) -> dict[str, str]:
    if values:
        balancer.elb.modify_target_group_attributes(
            TargetGroupArn=group,
            Attributes=[{"Key": k.replace("__", "."), "Value": v} for k, v in values.items()],
        )
    found = balancer.elb.describe_target_group_attributes(TargetGroupArn=group)["Attributes"]
    return {item["Key"]: item["Value"] for item in found}


def register(balancer: Balancer, group: str, target: str, **arguments: Any) -> None:
    balancer.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": target, **arguments}])


@pytest.mark.parametrize(
    ("protocol", "target_type", "preserve", "terminate"),
    [
        ("TCP", "instance", "true", "false"),
        ("TCP", "ip", "false", "false"),
        ("TLS", "ip", "false", "false"),
        ("UDP", "ip", "true", "true"),
        ("TCP_UDP", "instance", "true", "true"),
    ],
)
def test_defaults(balancer: Balancer, protocol: str, target_type: str, preserve: str, terminate: str) -> None:
    name = f"default-{protocol}-{target_type}".lower().replace("_", "-")
    found = attributes(balancer, balancer.group(protocol, name, TargetType=target_type))
    assert found["preserve_client_ip.enabled"] == preserve
    assert found["deregistration_delay.connection_termination.enabled"] == terminate
    assert found["proxy_protocol_v2.enabled"] == "false"
    assert found["deregistration_delay.timeout_seconds"] == "300"


def test_attributes_change_within_their_bounds(balancer: Balancer) -> None:
    tcp, udp = balancer.group(name="change-tcp"), balancer.group("UDP", "change-udp")
    found = attributes(
        balancer,
        tcp,
        proxy_protocol_v2__enabled="true",
        preserve_client_ip__enabled="false",
        deregistration_delay__timeout_seconds="3600",
        deregistration_delay__connection_termination__enabled="true",
    )
    assert found["proxy_protocol_v2.enabled"] == "true"
    assert found["preserve_client_ip.enabled"] == "false"
    assert found["deregistration_delay.timeout_seconds"] == "3600"
    assert found["deregistration_delay.connection_termination.enabled"] == "true"
    for value in ("3601", "-1"):
        with refused("ValidationError", "must be between '0-3600' inclusive"):
            attributes(balancer, tcp, deregistration_delay__timeout_seconds=value)
    with refused("ValidationError", "proxy_protocol_v2.enabled"):
        attributes(balancer, tcp, proxy_protocol_v2__enabled="on")
    with refused("InvalidConfigurationRequest", "cannot be disabled for target groups with the UDP protocol"):
        attributes(balancer, udp, preserve_client_ip__enabled="false")


def test_health_checks_read_back_and_change(balancer: Balancer) -> None:
    given = {
        "HealthCheckProtocol": "HTTPS",
        "HealthCheckPath": "/health",
        "HealthCheckPort": "8080",
        "HealthCheckIntervalSeconds": 10,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 2,
        "UnhealthyThresholdCount": 4,
        "Matcher": {"HttpCode": "200-299"},
    }
    group = balancer.group(name="health", **given)
    change = {"HealthCheckPath": "/ready", "Matcher": {"HttpCode": "204"}, "HealthyThresholdCount": 3}
    for expected in (given, given | change):
        (found,) = balancer.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
        assert found == found | expected
        balancer.elb.modify_target_group(TargetGroupArn=group, **change)

    balancer.elb.modify_target_group(TargetGroupArn=group, HealthCheckProtocol="TCP")
    (found,) = balancer.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert found["HealthCheckProtocol"] == "TCP"
    assert {"HealthCheckPath", "Matcher"} & found.keys() == set()


def test_instances_as_targets(balancer: Balancer, network: Vpc) -> None:
    group = balancer.group(name="instances")
    other = network.account.vpc("10.35.0.0/16")
    (image,) = network.account.ec2.describe_images(Owners=["amazon"])["Images"][:1]

    def instance(subnet: str) -> str:
        made = network.account.ec2.run_instances(
            ImageId=image["ImageId"], InstanceType="t3.micro", MinCount=1, MaxCount=1, SubnetId=subnet
        )
        return str(made["Instances"][0]["InstanceId"])

    mine, foreign = instance(network.subnets["a"]), instance(other.subnets["a"])
    register(balancer, group, mine)
    with refused("InvalidTarget", f"not in the target group VPC '{network.id}': '{foreign}'"):
        register(balancer, group, foreign)
    with refused("InvalidTarget", "i-0123456789abcdef0"):
        register(balancer, group, "i-0123456789abcdef0")
    with refused("ValidationError", "Instance ID '10.34.0.10' is not valid"):
        register(balancer, group, "10.34.0.10")
    network.account.ec2.terminate_instances(InstanceIds=[mine, foreign])


def test_addresses_as_targets(balancer: Balancer) -> None:
    group = balancer.group(name="addresses", TargetType="ip")
    register(balancer, group, "10.34.0.10")
    with refused("ValidationError", "The Availability Zone is required for IP address '192.168.0.10'"):
        register(balancer, group, "192.168.0.10")
    register(balancer, group, "192.168.0.10", AvailabilityZone="all")
    with refused("ValidationError", "'203.0.113.10' is not within an allowed range"):
        register(balancer, group, "203.0.113.10", AvailabilityZone="all")
    with refused("ValidationError", "The IP address 'i-0123456789abcdef0' is not a valid IPv4 address"):
        register(balancer, group, "i-0123456789abcdef0")


def test_an_application_load_balancer_as_the_target(balancer: Balancer, network: Vpc) -> None:
    with refused("ValidationError", "Protocol 'TLS' is not supported with target type 'alb'"):
        balancer.group("TLS", "alb-tls", TargetType="alb")
    group = balancer.group(name="alb", TargetType="alb", Port=8000)
    application = network.load_balancer("alb-target", Type="application")["LoadBalancerArn"]
    with refused("ValidationError", "must have at least one listener that matches the target group port"):
        register(balancer, group, application)
    balancer.elb.create_listener(
        LoadBalancerArn=application,
        Protocol="HTTP",
        Port=8000,
        DefaultActions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
    )
    register(balancer, group, application)
    with refused("InvalidTarget", balancer.arn):
        register(balancer, group, balancer.arn)
    with refused("IncompatibleProtocols", group):
        balancer.listener(group, "TCP_UDP", 8000)
    balancer.listener(group, "TCP", 8000)


@pytest.mark.parametrize("protocol", ["TCP", "TLS", "TCP_UDP", "UDP"])
@pytest.mark.parametrize(("check", "seconds"), [("HTTP", 6), ("HTTPS", 10)])
def test_defaults_of_a_health_check_over_http(
    balancer: Balancer, protocol: str, check: str, seconds: int
) -> None:
    name = f"check-{protocol}-{check}".lower().replace("_", "-")
    group = balancer.group(protocol, name=name, HealthCheckProtocol=check)
    (found,) = balancer.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert found["HealthCheckPath"] == "/"
    assert found["Matcher"] == {"HttpCode": "200-399"}
    assert found["HealthCheckTimeoutSeconds"] == seconds
    assert (found["HealthCheckIntervalSeconds"], found["UnhealthyThresholdCount"]) == (30, 2)


def test_defaults_of_a_health_check_over_tcp(balancer: Balancer) -> None:
    group = balancer.group("TLS", name="check-tls-tcp")
    (found,) = balancer.elb.describe_target_groups(TargetGroupArns=[group])["TargetGroups"]
    assert (found["HealthCheckProtocol"], found["HealthCheckTimeoutSeconds"]) == ("TCP", 10)
    assert "HealthCheckPath" not in found
    assert "Matcher" not in found
