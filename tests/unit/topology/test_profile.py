"""The profile `production`: what it sets, and what the file sets instead."""

import json

import pytest
import yaml

from tests.support.project import PROJECT
from tests.support.synth import resources, synth

PRODUCTION = yaml.safe_load((PROJECT / "examples/production.yaml").read_text(encoding="utf-8"))
PROVIDER, CONSUMER = "shop-provider", "shop-consumer-client"


@pytest.fixture(scope="module")
def stacks():
    return synth(yaml.safe_dump(PRODUCTION))


def changed(**service):
    return synth(yaml.safe_dump(PRODUCTION | {"service": PRODUCTION["service"] | service}))[PROVIDER]


@pytest.mark.parametrize("side", [PROVIDER, CONSUMER])
def test_flow_logs_are_kept_for_a_year_under_the_key_of_the_stack(stacks, side):
    (group,) = resources(stacks[side], "aws_cloudwatch_log_group").values()

    assert (group["retention_in_days"], group["kms_key_id"]) == (365, "${aws_kms_key.key.arn}")
    assert resources(stacks[side], "aws_flow_log")


@pytest.mark.parametrize("side", [PROVIDER, CONSUMER])
def test_volumes_are_encrypted_with_the_key(stacks, side):
    for instance in resources(stacks[side], "aws_instance").values():
        volume = instance["root_block_device"]
        assert (volume["encrypted"], volume["kms_key_id"]) == (True, "${aws_kms_key.key.arn}")


def test_the_load_balancer_is_protected_and_its_tls_connections_logged(stacks):
    (balancer,) = resources(stacks[PROVIDER], "aws_lb").values()

    assert balancer["enable_deletion_protection"] is True
    assert balancer["access_logs"]["enabled"] is True
    encryption = resources(stacks[PROVIDER], "aws_s3_bucket_server_side_encryption_configuration")
    (rule,) = encryption["load-balancer-access-logs"]["rule"]
    assert rule == {
        "apply_server_side_encryption_by_default": {
            "kms_master_key_id": "${aws_kms_key.key.arn}",
            "sse_algorithm": "aws:kms",
        },
        "bucket_key_enabled": True,
    }
    expiry = resources(stacks[PROVIDER], "aws_s3_bucket_lifecycle_configuration")
    assert expiry["load-balancer-access-logs"]["rule"][0]["expiration"] == [{"days": 365}]


def test_privatelink_log_delivery_and_cloudwatch_may_use_the_key(stacks):
    (key,) = resources(stacks[PROVIDER], "aws_kms_key").values()

    principals = [each["Principal"].get("Service") for each in json.loads(key["policy"])["Statement"]]
    assert principals == [
        None,
        "logs.ap-northeast-2.amazonaws.com",
        "vpce.amazonaws.com",
        "delivery.logs.amazonaws.com",
    ]
    (topic,) = resources(stacks[PROVIDER], "aws_sns_topic").values()
    assert topic["kms_master_key_id"] == "${aws_kms_key.key.arn}"


def test_fields_of_the_file_win():
    stack = changed(
        network=PRODUCTION["service"]["network"] | {"flow_logs": {"retention_days": 30}},
        load_balancer={"deletion_protection": False, "access_logs": {"bucket": "acme-logs"}},
        kms_key="aws",
    )

    (group,) = resources(stack, "aws_cloudwatch_log_group").values()
    assert (group["retention_in_days"], group.get("kms_key_id")) == (30, None)
    (balancer,) = resources(stack, "aws_lb").values()
    assert balancer["enable_deletion_protection"] is False
    assert balancer["access_logs"]["bucket"] == "acme-logs"
    assert resources(stack, "aws_s3_bucket") == resources(stack, "aws_kms_key") == {}


def test_without_tls_there_are_no_access_logs():
    (balancer,) = resources(changed(listeners=[{"port": 80}]), "aws_lb").values()

    assert "access_logs" not in balancer


def test_each_of_several_load_balancers_is_protected():
    service = {key: value for key, value in PRODUCTION["service"].items() if key != "load_balancer"}
    balancers = {"one": {}, "two": {"deletion_protection": False}}
    topology = PRODUCTION | {"service": service | {"load_balancers": balancers}}
    stack = synth(yaml.safe_dump(topology))[PROVIDER]

    protection = {
        name: each["enable_deletion_protection"] for name, each in resources(stack, "aws_lb").items()
    }
    assert protection == {"load-balancer-one": True, "load-balancer-two": False}


def test_an_existing_vpc_is_used_as_it_is():
    subnets = {"apne2-az1": "subnet-0a1b2c3d4e5f60001", "apne2-az3": "subnet-0a1b2c3d4e5f60003"}
    client = {"network": {"vpc_id": "vpc-0a1b2c3d4e5f60002", "subnet_ids": subnets}}

    stack = synth(yaml.safe_dump(PRODUCTION | {"consumers": {"client": client}}))[CONSUMER]

    assert resources(stack, "aws_flow_log") == {}
    assert resources(stack, "aws_kms_key") == {}  # nothing to encrypt


def test_the_test_instance_has_a_public_address_only_if_the_file_says_so(stacks):
    assert resources(stacks[CONSUMER], "aws_instance")["probe"]["associate_public_ip_address"] is False
    assert resources(stacks[CONSUMER], "aws_internet_gateway") == {}

    client = PRODUCTION["consumers"]["client"] | {"probe": {"public_address": True}}
    stack = synth(yaml.safe_dump(PRODUCTION | {"consumers": {"client": client}}))[CONSUMER]
    assert resources(stack, "aws_instance")["probe"]["associate_public_ip_address"] is True


def test_a_key_needs_no_profile():
    topology = {name: value for name, value in PRODUCTION.items() if name != "profile"}
    service = PRODUCTION["service"] | {"kms_key": "create", "load_balancer": {"scheme": "internal"}}
    stack = synth(yaml.safe_dump(topology | {"service": service}))[PROVIDER]

    assert resources(stack, "aws_kms_key")
    assert resources(stack, "aws_flow_log") == {}
    (balancer,) = resources(stack, "aws_lb").values()
    assert balancer["enable_deletion_protection"] is False


def test_auto_scaling_encrypts_its_volumes_with_the_key():
    stack = changed(backends={"text": "hello", "auto_scaling": {"min": 1, "max": 2}})

    for template in resources(stack, "aws_launch_template").values():
        (mapping,) = template["block_device_mappings"]
        assert mapping["ebs"]["kms_key_id"] == "${aws_kms_key.key.arn}"
    (key,) = resources(stack, "aws_kms_key").values()
    assert "AWSServiceRoleForAutoScaling" in key["policy"]
