"""The image, metadata options and root volume of all instances."""

from typing import TypedDict

from privatelink.constructs.component import Component
from privatelink.framework import aws

# Public parameter with the ID of the newest Amazon Linux 2023 image:
# https://docs.aws.amazon.com/linux/al2023/ug/ec2.html
AMAZON_LINUX_2023 = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"


def amazon_linux_image(component: Component) -> str:
    """Read the ID of the newest Amazon Linux 2023 image."""
    # `value` is sensitive, so plans would hide the image; `insecure_value` is the same.
    parameter = component.add(aws.DataAwsSsmParameter, "image", name=AMAZON_LINUX_2023)
    return parameter.insecure_value


class MetadataOptions(TypedDict):
    """Arguments of `metadata_options`, in an instance and in a launch template."""

    http_endpoint: str
    http_tokens: str
    http_put_response_hop_limit: int


class RootVolume(TypedDict):
    """Arguments of the root volume, in an instance and in a launch template; the size is in GiB."""

    volume_type: str
    volume_size: int


class HardenedInstance(TypedDict):
    """Arguments of every `aws_instance`."""

    ami: str
    metadata_options: "aws.InstanceMetadataOptions"
    root_block_device: "aws.InstanceRootBlockDevice"
    lifecycle: aws.TerraformResourceLifecycle


# IMDSv2 only, with one hop, so that a process that forwards requests cannot get credentials:
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
METADATA_OPTIONS: MetadataOptions = {
    "http_endpoint": "enabled",
    "http_tokens": "required",
    "http_put_response_hop_limit": 1,
}
ROOT_VOLUME: RootVolume = {"volume_type": "gp3", "volume_size": 8}


def hardened_instance_arguments(image: str, kms_key_id: str | None = None) -> HardenedInstance:
    """Return the arguments that every `aws_instance` has.

    Arguments:
        image: ID of the image.
        kms_key_id: ARN of the KMS key of the root volume; default: the account's default key for EBS.
    """
    return {
        "ami": image,
        "metadata_options": aws.InstanceMetadataOptions(**METADATA_OPTIONS),
        "root_block_device": aws.InstanceRootBlockDevice(
            **ROOT_VOLUME, encrypted=True, kms_key_id=kms_key_id, delete_on_termination=True
        ),
        # AWS publishes a new image every few weeks; it must not replace running instances.
        "lifecycle": aws.TerraformResourceLifecycle(ignore_changes=["ami"]),
    }
