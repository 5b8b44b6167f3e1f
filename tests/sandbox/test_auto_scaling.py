"""Auto Scaling groups: what they launch and where, their targets, their settings, instance refreshes."""

import base64
import itertools
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account, Vpc, refused

SCRIPT = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def network(provider: Account) -> Vpc:
    return provider.vpc("10.44.0.0/16")


@pytest.fixture(scope="module")
def security_group(network: Vpc) -> str:
    return network.security_group("auto-scaling")


@pytest.fixture(scope="module")
def profile(provider: Account) -> str:
    iam = provider.client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_role(RoleName="auto-scaling", AssumeRolePolicyDocument=trust)
    iam.create_instance_profile(InstanceProfileName="auto-scaling")
    iam.add_role_to_instance_profile(InstanceProfileName="auto-scaling", RoleName="auto-scaling")
    return "auto-scaling"


@pytest.fixture(scope="module")
def template(network: Vpc, security_group: str, profile: str) -> str:
    ec2 = network.account.ec2
    (image,) = ec2.describe_images(Owners=["amazon"])["Images"][:1]
    return ec2.create_launch_template(
        LaunchTemplateName="auto-scaling",
        LaunchTemplateData={
            "ImageId": image["ImageId"],
            "InstanceType": "t3.small",
            "UserData": SCRIPT,
            "IamInstanceProfile": {"Name": profile},
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "Encrypted": True}}
            ],
            "NetworkInterfaces": [
                {"DeviceIndex": 0, "AssociatePublicIpAddress": False, "Groups": [security_group]}
            ],
            "TagSpecifications": [
                {"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "the volume's"}]}
            ],
        },
    )["LaunchTemplate"]["LaunchTemplateId"]


@dataclass
class Group:
    """An Auto Scaling group over both subnets of the network."""

    network: Vpc
    name: str

    @property
    def api(self) -> Any:
        return self.network.account.client("autoscaling")

    def read(self) -> dict[str, Any]:
        (found,) = self.api.describe_auto_scaling_groups(AutoScalingGroupNames=[self.name])[
            "AutoScalingGroups"
        ]
        return found

    def ids(self) -> set[str]:
        return {instance["InstanceId"] for instance in self.read()["Instances"]}

    def instances(self) -> list[dict[str, Any]]:
        found = self.network.account.ec2.describe_instances(InstanceIds=sorted(self.ids()))
        return [item for reservation in found["Reservations"] for item in reservation["Instances"]]

    def scale(self, desired: int) -> None:
        self.api.update_auto_scaling_group(AutoScalingGroupName=self.name, DesiredCapacity=desired)


def made(network: Vpc, template: str, desired: int = 2, **arguments: Any) -> Group:
    group = Group(network, f"group-{next(_numbers)}")
    group.api.create_auto_scaling_group(
        **{
            "AutoScalingGroupName": group.name,
            "MinSize": 0,
            "MaxSize": 6,
            "DesiredCapacity": desired,
            "VPCZoneIdentifier": ",".join(network.subnets.values()),
            "LaunchTemplate": {"LaunchTemplateId": template, "Version": "$Latest"},
            **arguments,
        }
    )
    return group


def target_group(network: Vpc) -> str:
    return network.account.elb.create_target_group(
        Name=f"auto-scaling-{next(_numbers)}", Protocol="TCP", Port=80, VpcId=network.id
    )["TargetGroups"][0]["TargetGroupArn"]


def targets(network: Vpc, arn: str) -> set[str]:
    found = network.account.elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    return {item["Target"]["Id"] for item in found}


def test_an_instance_is_all_that_the_template_says(
    network: Vpc, template: str, security_group: str, profile: str
) -> None:
    tag = {"Key": "Name", "Value": "the group's", "PropagateAtLaunch": True}
    (instance,) = made(network, template, 1, Tags=[tag]).instances()
    assert instance["InstanceType"] == "t3.small"
    assert [held["GroupId"] for held in instance["SecurityGroups"]] == [security_group]
    assert "PublicIpAddress" not in instance
    assert instance["IamInstanceProfile"]["Arn"].endswith(f"/{profile}")
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    ec2 = network.account.ec2
    attribute = ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute="userData")
    assert attribute["UserData"]["Value"] == SCRIPT
    (device,) = instance["BlockDeviceMappings"]
    (volume,) = ec2.describe_volumes(VolumeIds=[device["Ebs"]["VolumeId"]])["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (8, "gp3", True)
    assert volume["Tags"] == [{"Key": "Name", "Value": "the volume's"}]
    tags = {item["Key"]: item["Value"] for item in instance["Tags"]}
    assert tags["Name"] == "the group's"
    assert tags["aws:autoscaling:groupName"].startswith("group-")


def test_the_instances_are_spread_over_the_subnets(network: Vpc, template: str) -> None:
    group = made(network, template, 2)
    assert {item["SubnetId"] for item in group.instances()} == set(network.subnets.values())
    group.scale(5)
    assert sorted(Counter(item["SubnetId"] for item in group.instances()).values()) == [2, 3]
    assert {item["AvailabilityZone"] for item in group.read()["Instances"]} == {
        "ap-northeast-2a",
        "ap-northeast-2c",
    }


def test_an_instance_tells_the_version_it_was_launched_from(network: Vpc, template: str) -> None:
    ec2 = network.account.ec2
    before = made(network, template, 1)
    version = ec2.create_launch_template_version(
        LaunchTemplateId=template,
        SourceVersion="1",
        LaunchTemplateData={"InstanceType": "t3.medium"},
    )["LaunchTemplateVersion"]["VersionNumber"]
    after = made(network, template, 1, LaunchTemplate={"LaunchTemplateId": template, "Version": str(version)})
    for group, number in ((before, "1"), (after, str(version))):
        (instance,) = group.read()["Instances"]
        assert instance["LaunchTemplate"] == {
            "LaunchTemplateId": template,
            "LaunchTemplateName": "auto-scaling",
            "Version": number,
        }


def test_the_targets_follow_the_instances(network: Vpc, template: str) -> None:
    arn = target_group(network)
    group = made(network, template, 2, TargetGroupARNs=[arn])
    assert targets(network, arn) == group.ids()
    group.scale(3)
    assert targets(network, arn) == group.ids()
    group.scale(1)
    assert len(group.ids()) == 1
    assert targets(network, arn) == group.ids()


def test_instances_are_targets_of_an_attached_target_group_only(network: Vpc, template: str) -> None:
    first, second = target_group(network), target_group(network)
    group = made(network, template, 2)
    for arn in (first, second):
        group.api.attach_load_balancer_target_groups(AutoScalingGroupName=group.name, TargetGroupARNs=[arn])
    assert targets(network, first) == targets(network, second) == group.ids()
    group.scale(1)
    assert targets(network, first) == targets(network, second) == group.ids()
    group.api.detach_load_balancer_target_groups(AutoScalingGroupName=group.name, TargetGroupARNs=[first])
    group.scale(3)
    assert targets(network, first) == set()
    assert targets(network, second) == group.ids()


def test_a_terminated_instance_is_replaced_in_the_target_group_too(network: Vpc, template: str) -> None:
    arn = target_group(network)
    group = made(network, template, 2, TargetGroupARNs=[arn])
    gone, kept = sorted(group.ids())
    network.account.ec2.terminate_instances(InstanceIds=[gone])
    assert len(group.ids()) == 2
    assert kept in group.ids()
    assert gone not in group.ids()
    assert targets(network, arn) == group.ids()


SETTINGS = {
    "CapacityRebalance": True,
    "DefaultCooldown": 60,
    "DefaultInstanceWarmup": 30,
    "InstanceMaintenancePolicy": {"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200},
    "MaxInstanceLifetime": 86400,
    "TerminationPolicies": ["OldestInstance"],
}


def test_settings_read_back(network: Vpc, template: str) -> None:
    group = made(network, template, 0, **SETTINGS)
    assert group.read().items() >= SETTINGS.items()


def test_settings_change(network: Vpc, template: str) -> None:
    group = made(network, template, 0)
    group.api.update_auto_scaling_group(AutoScalingGroupName=group.name, **SETTINGS)
    assert group.read().items() >= SETTINGS.items()
    group.api.update_auto_scaling_group(AutoScalingGroupName=group.name, DefaultCooldown=90)
    assert group.read().items() >= (SETTINGS | {"DefaultCooldown": 90}).items()


def test_attachments_that_are_refused(network: Vpc, template: str) -> None:
    group = made(network, template, 1)
    elb = network.account.elb
    addresses = elb.create_target_group(
        Name=f"auto-scaling-{next(_numbers)}", Protocol="TCP", Port=80, VpcId=network.id, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    attach = group.api.attach_load_balancer_target_groups
    with refused("ValidationError", "name not found"):
        attach(AutoScalingGroupName="other", TargetGroupARNs=[target_group(network)])
    with refused("ValidationError", "target type"):
        attach(AutoScalingGroupName=group.name, TargetGroupARNs=[addresses])
    with refused("ValidationError", "target groups may not be valid"):
        attach(AutoScalingGroupName=group.name, TargetGroupARNs=[f"{addresses}0"])


def test_what_is_refused(network: Vpc, template: str) -> None:
    group = made(network, template, 1)
    with refused("AlreadyExists", group.name):
        group.api.create_auto_scaling_group(
            AutoScalingGroupName=group.name,
            MinSize=0,
            MaxSize=1,
            VPCZoneIdentifier=network.subnets["a"],
            LaunchTemplate={"LaunchTemplateId": template, "Version": "1"},
        )
    with refused("ResourceInUse", "while there are instances"):
        group.api.delete_auto_scaling_group(AutoScalingGroupName=group.name)
    assert len(group.ids()) == 1
    with refused("ValidationError", "AutoScalingGroup name not found"):
        group.api.start_instance_refresh(AutoScalingGroupName="nobody")


def test_a_group_is_deleted_when_it_is_empty_or_by_force(network: Vpc, template: str) -> None:
    empty, full = made(network, template, 1), made(network, template, 1)
    ids = full.ids()
    empty.scale(0)
    empty.api.delete_auto_scaling_group(AutoScalingGroupName=empty.name)
    full.api.delete_auto_scaling_group(AutoScalingGroupName=full.name, ForceDelete=True)
    assert not full.api.describe_auto_scaling_groups(AutoScalingGroupNames=[empty.name, full.name])[
        "AutoScalingGroups"
    ]
    found = network.account.ec2.describe_instances(InstanceIds=sorted(ids))["Reservations"]
    assert {item["State"]["Name"] for held in found for item in held["Instances"]} == {"terminated"}


def test_an_instance_refresh_replaces_every_instance(network: Vpc, template: str) -> None:
    arn = target_group(network)
    group = made(network, template, 2, TargetGroupARNs=[arn])
    before = group.ids()
    preferences = {"MinHealthyPercentage": 50}
    first = group.api.start_instance_refresh(AutoScalingGroupName=group.name, Preferences=preferences)[
        "InstanceRefreshId"
    ]
    assert len(group.ids()) == 2
    assert not group.ids() & before
    assert targets(network, arn) == group.ids()
    assert {item["SubnetId"] for item in group.instances()} == set(network.subnets.values())
    second = group.api.start_instance_refresh(AutoScalingGroupName=group.name)["InstanceRefreshId"]

    def described(**arguments: Any) -> list[dict[str, Any]]:
        return group.api.describe_instance_refreshes(AutoScalingGroupName=group.name, **arguments)[
            "InstanceRefreshes"
        ]

    assert [item["InstanceRefreshId"] for item in described()] == [second, first]
    (found,) = described(InstanceRefreshIds=[first])
    assert (found["Status"], found["PercentageComplete"], found["InstancesToUpdate"]) == (
        "Successful",
        100,
        0,
    )
    assert found["Preferences"] == preferences
    with refused("ActiveInstanceRefreshNotFound", group.name):
        group.api.cancel_instance_refresh(AutoScalingGroupName=group.name)
