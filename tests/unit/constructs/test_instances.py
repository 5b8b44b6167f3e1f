"""What every instance made here has: IMDSv2 alone, an encrypted disk, an image that does not replace it."""

from privatelink.constructs.component import Component
from privatelink.constructs.instances import (
    AMAZON_LINUX_2023,
    amazon_linux_image,
    hardened_instance_arguments,
)
from privatelink.framework import aws
from tests.support.synth import resources, synth_one


def made():
    def build(stack):
        component = Component(stack, "probe")
        image = amazon_linux_image(component)
        component.add(aws.Instance, subnet_id="subnet-1", **hardened_instance_arguments(image))

    return synth_one(build)


def test_metadata_takes_a_token_and_goes_one_hop():
    assert resources(made(), "aws_instance")["probe"]["metadata_options"] == {
        "http_endpoint": "enabled",
        "http_tokens": "required",
        "http_put_response_hop_limit": 1,
    }


def test_the_disk_is_encrypted_and_goes_with_the_instance():
    disk = resources(made(), "aws_instance")["probe"]["root_block_device"]

    assert (disk["encrypted"], disk["delete_on_termination"]) == (True, True)


def test_the_image_is_awss_newest_is_shown_in_plans_and_replaces_nothing():
    stack = made()

    assert stack["data"]["aws_ssm_parameter"]["probe_image"]["name"] == AMAZON_LINUX_2023
    instance = resources(stack, "aws_instance")["probe"]
    assert instance["ami"] == "${data.aws_ssm_parameter.probe_image.insecure_value}"
    assert instance["lifecycle"] == {"ignore_changes": ["ami"]}
