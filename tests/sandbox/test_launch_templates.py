"""Launch templates: what is the template's own, and what it launches."""

import base64
from typing import Any

import pytest

from tests.support.sandbox_fixtures import Account

SCRIPT = base64.b64encode(b"#!/bin/sh\necho hello\n").decode()


def tags(kind: str, value: str) -> dict[str, Any]:
    return {"ResourceType": kind, "Tags": [{"Key": "Name", "Value": value}]}


@pytest.fixture
def template(provider: Account, request: pytest.FixtureRequest) -> str:
    """A template with tags of its own and tags for what it launches, in two versions."""
    ec2 = provider.ec2
    (image,) = ec2.describe_images(Owners=["amazon"])["Images"][:1]
    template_id = ec2.create_launch_template(
        LaunchTemplateName=request.node.name,
        TagSpecifications=[tags("launch-template", "the template's")],
        LaunchTemplateData={
            "ImageId": image["ImageId"],
            "InstanceType": "t3.micro",
            "UserData": SCRIPT,
            "TagSpecifications": [tags("instance", "the instance's"), tags("volume", "the volume's")],
        },
    )["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_launch_template_version(
        LaunchTemplateId=template_id,
        LaunchTemplateData={"ImageId": image["ImageId"], "InstanceType": "t3.small", "UserData": SCRIPT},
    )
    return template_id


def test_the_templates_own_tags_are_no_part_of_its_versions(provider: Account, template: str) -> None:
    (found,) = provider.ec2.describe_launch_templates(LaunchTemplateIds=[template])["LaunchTemplates"]
    assert found["Tags"] == [{"Key": "Name", "Value": "the template's"}]
    first, _ = provider.ec2.describe_launch_template_versions(LaunchTemplateId=template)[
        "LaunchTemplateVersions"
    ]
    assert first["LaunchTemplateData"]["TagSpecifications"] == [
        tags("instance", "the instance's"),
        tags("volume", "the volume's"),
    ]


def test_user_data_reads_back_from_every_version(provider: Account, template: str) -> None:
    versions = provider.ec2.describe_launch_template_versions(LaunchTemplateId=template)[
        "LaunchTemplateVersions"
    ]
    assert [version["VersionNumber"] for version in versions] == [1, 2]
    assert [version["LaunchTemplateData"]["UserData"] for version in versions] == [SCRIPT, SCRIPT]


def test_a_version_without_user_data_or_tags_has_none(provider: Account) -> None:
    made = provider.ec2.create_launch_template(
        LaunchTemplateName="bare", LaunchTemplateData={"InstanceType": "t3.micro"}
    )["LaunchTemplate"]["LaunchTemplateId"]
    (version,) = provider.ec2.describe_launch_template_versions(LaunchTemplateId=made)[
        "LaunchTemplateVersions"
    ]
    data = version["LaunchTemplateData"]
    assert data["InstanceType"] == "t3.micro"
    assert not data.get("UserData")
    assert not data.get("TagSpecifications")


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_group_launches_from_every_version_with_its_user_data(
    provider: Account, template: str, version: str
) -> None:
    subnet = provider.vpc("10.45.0.0/16", zones="a").subnets["a"]
    groups, name = provider.client("autoscaling"), f"version-{version}"
    groups.create_auto_scaling_group(
        AutoScalingGroupName=name,
        MinSize=1,
        MaxSize=1,
        VPCZoneIdentifier=subnet,
        LaunchTemplate={"LaunchTemplateId": template, "Version": version},
    )
    (group,) = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    (instance,) = group["Instances"]
    found = provider.ec2.describe_instance_attribute(InstanceId=instance["InstanceId"], Attribute="userData")
    assert found["UserData"]["Value"] == SCRIPT
