"""What holds for all generated Terraform: portable, no secret, nothing open that need not be."""

import json
import re

import pytest

from tests.synth import TOPOLOGIES, resources, synth

each_topology = pytest.mark.parametrize("topology", TOPOLOGIES, ids=lambda path: path.stem)

# What AWS admits in descriptions of security groups and their rules:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
DESCRIPTION = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{1,255}")
TAGGED_TYPES_WITHOUT_TAGS = {
    "aws_autoscaling_attachment",
    "aws_autoscaling_group",  # its tags are a list
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_lb_target_group_attachment",
    "aws_route",
    "aws_route53_record",
    "aws_route_table_association",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_sns_topic_policy",
    "aws_vpc_endpoint_connection_accepter",
    "aws_vpc_endpoint_connection_notification",
    "aws_vpc_endpoint_private_dns",
    "aws_vpc_endpoint_service_allowed_principal",
    "aws_vpc_endpoint_service_private_dns_verification",
    "terraform_data",
}


def strings(value):
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield value


@each_topology
def test_no_absolute_path(topology):
    for stack in synth(topology).values():
        scripts = [body.get("user_data", "") for body in resources(stack, "aws_instance").values()]
        for text in set(strings(stack)) - set(scripts):
            assert not re.match(r"/(?!/$|$|ready$|dev/xvda$|aws/service/|vpc/)|[A-Za-z]:\\", text), text


@each_topology
def test_no_credential(topology):
    text = json.dumps(synth(topology))

    assert not re.search(r"(AKIA|ASIA)[0-9A-Z]{16}", text)
    assert not re.search(r"access_key|secret|password|token(?!s\")", text, re.IGNORECASE)


@each_topology
def test_only_the_public_load_balancers_listener_is_open_to_the_world(topology):
    for stack in synth(topology).values():
        for name, rule in resources(stack, "aws_vpc_security_group_ingress_rule").items():
            if rule.get("cidr_ipv4") == "0.0.0.0/0":
                balancer = resources(stack, "aws_lb")[name.partition("_")[0]]
                assert balancer["internal"] is False


@each_topology
def test_descriptions_are_ones_that_aws_takes(topology):
    for stack in synth(topology).values():
        for kind in (
            "aws_security_group",
            "aws_vpc_security_group_ingress_rule",
            "aws_vpc_security_group_egress_rule",
        ):
            for name, body in resources(stack, kind).items():
                assert DESCRIPTION.fullmatch(body["description"]), (name, body["description"])


@each_topology
def test_whatever_can_be_tagged_has_a_name(topology):
    for stack in synth(topology).values():
        for kind, named in stack["resource"].items():
            for name, body in named.items():
                assert (kind in TAGGED_TYPES_WITHOUT_TAGS) != bool(body.get("tags", {}).get("Name")), (
                    kind,
                    name,
                )


@each_topology
def test_addresses_carry_no_hash_and_are_terraform_names(topology):
    for stack in synth(topology).values():
        for named in stack["resource"].values():
            for name in named:
                assert re.fullmatch(r"[a-z][a-z0-9-]*(_[a-zA-Z0-9-]+)*", name), name
                assert not re.search(r"_[0-9A-F]{8}$", name), name


@each_topology
def test_every_instance_asks_for_imdsv2_encrypts_its_disk_and_has_no_public_address(topology):
    for stack in synth(topology).values():
        for name, body in resources(stack, "aws_instance").items():
            assert body["metadata_options"]["http_tokens"] == "required", name
            assert body["root_block_device"]["encrypted"] is True
            assert body["associate_public_ip_address"] is name.startswith("probe")
        for name, body in resources(stack, "aws_launch_template").items():
            assert body["metadata_options"]["http_tokens"] == "required", name
            assert [mapping["ebs"]["encrypted"] for mapping in body["block_device_mappings"]] == ["true"]
            assert [one["associate_public_ip_address"] for one in body["network_interfaces"]] == ["false"]


@each_topology
def test_every_bucket_is_closed_and_encrypted(topology):
    for stack in synth(topology).values():
        closed = resources(stack, "aws_s3_bucket_public_access_block")
        assert set(resources(stack, "aws_s3_bucket")) == set(closed)
        assert set(closed) == set(resources(stack, "aws_s3_bucket_server_side_encryption_configuration"))
        for body in closed.values():
            assert {
                value for key, value in body.items() if key.startswith(("block_", "ignore_", "restrict_"))
            } == {True}
