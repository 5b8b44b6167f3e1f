"""AutoScalingBackends: a launch template and a group for each zone."""

import base64

from privatelink.constructs.auto_scaling_backends import AutoScalingBackends
from privatelink.constructs.backends import user_data
from tests.support.synth import addresses, resources, synth_one

TEXTS = {"ap-northeast-2a": "SVR#1", "ap-northeast-2c": "SVR#2"}


def backends(zones=tuple(TEXTS), **arguments):
    defaults = {
        "name": "team",
        "vpc_id": "vpc-1",
        "subnet_ids": {zone: f"subnet-{zone[-1]}" for zone in zones},
        "texts": TEXTS,
        "min_size": 2,
        "max_size": 4,
        "tags": {"Topology": "team"},
    }
    return synth_one(lambda stack: AutoScalingBackends(stack, "backends", **defaults | arguments))


def test_each_zone_keeps_its_own_instances():
    groups = resources(backends(), "aws_autoscaling_group")

    assert {name: body["vpc_zone_identifier"] for name, body in groups.items()} == {
        "backends_ap-northeast-2a": ["subnet-a"],
        "backends_ap-northeast-2c": ["subnet-c"],
    }
    for body in groups.values():
        assert (body["min_size"], body["max_size"]) == (2, 4)
        assert "desired_capacity" not in body  # what scaling decides is not Terraform's to undo
        assert body["health_check_type"] == "ELB"


def test_the_script_arrives_as_it_is():
    for name, body in resources(backends(port=8080), "aws_launch_template").items():
        text = TEXTS[name.removeprefix("backends_")]
        assert base64.b64decode(body["user_data"]).decode() == user_data(text, 8080)


def test_instances_and_volumes_get_the_tags():
    for body in resources(backends(), "aws_launch_template").values():
        assert {
            tagged["resource_type"]: tagged["tags"]["Topology"] for tagged in body["tag_specifications"]
        } == {
            "instance": "team",
            "volume": "team",
        }


def test_a_new_template_rolls_through_the_group():
    for body in resources(backends(), "aws_autoscaling_group").values():
        assert body["launch_template"]["version"].endswith(".latest_version}")
        assert body["instance_refresh"]["strategy"] == "Rolling"


def test_another_zone_leaves_the_addresses():
    assert addresses(backends(zones=["ap-northeast-2a"])) < addresses(backends())
