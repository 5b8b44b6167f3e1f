"""Each feature of the README has a test in which packets take it, or a reason why it has no packets.

The table is in docs/data-plane.md. This file has the tests of features that have no file of their own.
"""

import ast
import base64
import re
from pathlib import Path

import pytest

from tests.support.dataplane_fixtures import Machine, eventually
from tests.support.packets import HTTP_PORT, QUICK, Scene, served
from tests.support.project import PROJECT

PAGE = PROJECT / "docs" / "data-plane.md"
ROWS = ("service provider", "service consumer", "both")


def rows(text: str, columns: int) -> list[list[str]]:
    """The rows of the tables of a page with a number of columns."""
    lines = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("|---")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("| "))] for line in lines]
    return [row for row in cells if len(row) == columns]


def readme_features() -> list[str]:
    """The features of the README's table, each on its own."""
    table = dict(row for row in rows((PROJECT / "README.md").read_text(), 2) if row[0] in ROWS)
    return [feature for row in ROWS for feature in table[row].split("; ")]


def documented() -> dict[str, str]:
    """The tests, or the reason, of each feature."""
    section = PAGE.read_text().partition("## Features and their tests")[2].partition("\n## ")[0]
    return {feature: shown for feature, shown in rows(section, 2) if feature != "feature of the README"}


def test_every_feature_of_the_readme_has_a_row() -> None:
    assert list(documented()) == readme_features()


@pytest.mark.parametrize(("feature", "shown"), documented().items())
def test_a_row_names_tests_with_packets_or_a_reason(feature: str, shown: str) -> None:
    names = re.findall(r"`(test_\w+)(?:::(\w+))?`", shown)
    assert names or shown.startswith("no packets: "), feature
    for file, function in names:
        text = Path(__file__).with_name(f"{file}.py").read_text()
        assert "mark.dataplane" in text
        functions = {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}
        assert not function or function in functions, f"{file}::{function}"


def ask(machine: Machine, name: str, port: int) -> str:
    return machine.curl(f"{name}:{port}")


@pytest.fixture(scope="module")
def port(scene: Scene) -> int:
    """A listener whose target is the server."""
    return scene.listener("TCP", scene.group("TCP", HTTP_PORT))


@pytest.mark.dataplane
@pytest.mark.slow
class TestPackets:
    def test_two_load_balancers_behind_one_service(self, scene: Scene) -> None:
        elb, ec2 = scene.provider.account.elb, scene.provider.account.ec2
        ports, arns = [], []
        for number in (81, 82):
            balancer = scene.vpc.load_balancer(scene.provider.name("nlb"), "a")["LoadBalancerArn"]
            elb.create_listener(
                LoadBalancerArn=balancer,
                Protocol="TCP",
                Port=number,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": scene.group("TCP", HTTP_PORT)}],
            )
            arns.append(balancer)
            ports.append(number)
        service = ec2.create_vpc_endpoint_service_configuration(
            NetworkLoadBalancerArns=arns, AcceptanceRequired=False
        )["ServiceConfiguration"]
        ec2.modify_vpc_endpoint_service_permissions(
            ServiceId=service["ServiceId"],
            AddAllowedPrincipals=[f"arn:aws:iam::{scene.consumer.account.number}:root"],
        )
        endpoint = scene.consumer_vpc.endpoint(
            service["ServiceName"], "a", SecurityGroupIds=[scene.consumer_group]
        )
        name = endpoint["DnsEntries"][0]["DnsName"]
        for number in ports:
            assert eventually(lambda number=number: ask(scene.client, name, number).endswith("server /"), 15)  # type: ignore[misc]

    def test_instances_of_an_auto_scaling_group(self, scene: Scene) -> None:
        ec2, asg = scene.provider.account.ec2, scene.provider.account.client("autoscaling")
        name = scene.provider.name("fleet")
        image, text = scene.provider.image, served("fleet", f"http:{HTTP_PORT}")
        data = base64.b64encode(text.encode()).decode()
        ec2.create_launch_template(
            LaunchTemplateName=name,
            LaunchTemplateData={
                "ImageId": image,
                "InstanceType": "t3.micro",
                "UserData": data,
                "SecurityGroupIds": [scene.open],
            },
        )
        elb = scene.provider.account.elb
        group = elb.create_target_group(
            Name=name, Protocol="TCP", Port=HTTP_PORT, VpcId=scene.vpc.id, **QUICK
        )["TargetGroups"][0]["TargetGroupArn"]
        asg.create_auto_scaling_group(
            AutoScalingGroupName=name,
            LaunchTemplate={"LaunchTemplateName": name, "Version": "$Latest"},
            MinSize=1,
            MaxSize=1,
            VPCZoneIdentifier=scene.vpc.subnets["a"],
            TargetGroupARNs=[group],
        )
        port = scene.listener("TCP", group)
        assert ask(scene.client, scene.door, port).endswith(" fleet /")

    def test_a_fixed_address(self, scene: Scene, port: int) -> None:
        subnet = scene.consumer_vpc.subnets["a"]
        scene.consumer.account.ec2.create_vpc_endpoint(
            VpcId=scene.consumer_vpc.id,
            ServiceName=scene.service["ServiceName"],
            VpcEndpointType="Interface",
            SubnetIds=[subnet],
            SubnetConfigurations=[{"SubnetId": subnet, "Ipv4": "10.61.0.200"}],
            SecurityGroupIds=[scene.consumer_group],
            PrivateDnsEnabled=False,
        )
        assert ask(scene.client, "10.61.0.200", port) == f"{scene.node} server /"

    def test_the_private_dns_name_of_the_service(self, scene: Scene, port: int) -> None:
        ec2, dns = scene.provider.account.ec2, scene.provider.account.client("route53")
        service, name = scene.service["ServiceId"], "private.example.net"
        ec2.modify_vpc_endpoint_service_configuration(ServiceId=service, PrivateDnsName=name)
        (found,) = ec2.describe_vpc_endpoint_service_configurations(ServiceIds=[service])[
            "ServiceConfigurations"
        ]
        wanted = found["PrivateDnsNameConfiguration"]
        zone = dns.create_hosted_zone(Name="example.net", CallerReference="1")["HostedZone"]["Id"]
        record = {
            "Name": f"{wanted['Name']}.{name}",
            "Type": "TXT",
            "TTL": 60,
            "ResourceRecords": [{"Value": f'"{wanted["Value"]}"'}],
        }
        dns.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
        )
        ec2.start_vpc_endpoint_service_private_dns_verification(ServiceId=service)
        scene.consumer.account.ec2.modify_vpc_endpoint(
            VpcEndpointId=scene.endpoint["VpcEndpointId"], PrivateDnsEnabled=True
        )
        assert ask(scene.client, name, port) == f"{scene.node} server /"

    def test_a_name_in_a_private_hosted_zone(self, scene: Scene, port: int) -> None:
        dns = scene.consumer.account.client("route53")
        zone = dns.create_hosted_zone(
            Name="internal.example.org",
            CallerReference="2",
            VPC={"VPCRegion": scene.consumer.account.region, "VPCId": scene.consumer_vpc.id},
        )["HostedZone"]["Id"]
        entry = scene.endpoint["DnsEntries"][0]
        target = {
            "DNSName": entry["DnsName"],
            "HostedZoneId": entry["HostedZoneId"],
            "EvaluateTargetHealth": False,
        }
        record = {"Name": "shop.internal.example.org", "Type": "A", "AliasTarget": target}
        dns.change_resource_record_sets(
            HostedZoneId=zone,
            ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
        )
        name = "shop.internal.example.org"
        assert ask(scene.client, name, port) == f"{scene.node} server /"
        # Other VPCs do not know the name.
        assert ask(scene.neighbour, name, port) == "curl: 6"
