"""What the instances made here have in common: image, metadata, disk."""

from typing import TypedDict

from privatelink.constructs.component import Component
from privatelink.framework import aws

# AWS keeps the newest Amazon Linux 2023 image under this public parameter:
# https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
AMAZON_LINUX_2023 = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


def amazon_linux_image(component: Component) -> str:
    """Look up the id of the newest Amazon Linux 2023 image."""
    # `value` is marked sensitive and would hide the image in every plan; `insecure_value` is the same text.
    parameter = component.add(aws.DataAwsSsmParameter, "image", name=AMAZON_LINUX_2023)
    return parameter.insecure_value


class MetadataOptions(TypedDict):
    """Arguments that the blocks of an instance and of a launch template share."""

    http_endpoint: str
    http_tokens: str
    http_put_response_hop_limit: int


class RootVolume(TypedDict):
    """Arguments that the blocks of an instance and of a launch template share."""

    volume_type: str
    volume_size: int


class HardenedInstance(TypedDict):
    """Arguments of every `aws_instance` made here."""

    ami: str
    metadata_options: "aws.InstanceMetadataOptions"
    root_block_device: "aws.InstanceRootBlockDevice"
    lifecycle: aws.TerraformResourceLifecycle


# IMDSv2 alone, with one hop, so that a forwarding process cannot fetch credentials:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
METADATA_OPTIONS: MetadataOptions = {
    "http_endpoint": "enabled",
    "http_tokens": "required",
    "http_put_response_hop_limit": 1,
}
ROOT_VOLUME: RootVolume = {"volume_type": "gp3", "volume_size": 8}


def hardened_instance_arguments(image: str) -> HardenedInstance:
    """Arguments of `aws_instance` that hold for every instance made here."""
    return {
        "ami": image,
        "metadata_options": aws.InstanceMetadataOptions(**METADATA_OPTIONS),
        "root_block_device": aws.InstanceRootBlockDevice(
            **ROOT_VOLUME, encrypted=True, delete_on_termination=True
        ),
        # A new image appears every few weeks; it must not replace instances that serve.
        "lifecycle": aws.TerraformResourceLifecycle(ignore_changes=["ami"]),
    }
