"""Probe: reached through Systems Manager alone."""

import json

from privatelink.constructs.ports import Ports
from privatelink.constructs.probe import Probe, SystemsManagerEndpoints
from tests.support.synth import resources, synth_one

PORT_80 = (Ports.tcp(80),)


def probe(ports=PORT_80, **arguments):
    return synth_one(
        lambda stack: Probe(
            stack,
            "probe",
            name="team",
            vpc_id="vpc-1",
            subnet_id="subnet-a",
            ports=ports,
            **arguments,
        )
    )


def test_nothing_gets_in_and_there_is_no_key():
    stack = probe()

    assert "aws_vpc_security_group_ingress_rule" not in stack["resource"]
    assert "key_name" not in resources(stack, "aws_instance")["probe"]
    assert resources(stack, "aws_instance")["probe"]["metadata_options"]["http_tokens"] == "required"


def test_role_has_the_managed_systems_manager_policy_and_nothing_more():
    stack = probe(partition="aws-cn")

    (attachment,) = resources(stack, "aws_iam_role_policy_attachment").values()
    assert attachment["policy_arn"] == "arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore"
    assert "aws_iam_role_policy" not in stack["resource"]
    (assuming,) = json.loads(resources(stack, "aws_iam_role")["probe"]["assume_role_policy"])["Statement"]
    assert assuming["Principal"] == {"Service": "ec2.amazonaws.com"}


def test_only_what_it_looks_at_gets_out():
    rules = resources(probe(), "aws_vpc_security_group_egress_rule").values()

    assert {(rule["ip_protocol"], rule["from_port"]) for rule in rules} == {
        ("tcp", 80),
        ("tcp", 443),
        ("udp", 33434),
        ("icmp", 8),
    }


def test_no_rule_twice_for_ports_that_are_open_already():
    stack = probe([Ports.tcp(443), Ports.udp(33434, 33534), Ports.tcp(1024, 65535)])
    rules = resources(stack, "aws_vpc_security_group_egress_rule").values()

    opened = [(rule["ip_protocol"], rule["from_port"], rule["to_port"]) for rule in rules]
    assert sorted(opened) == [("icmp", 8, 0), ("tcp", 443, 443), ("tcp", 1024, 65535), ("udp", 33434, 33534)]


def test_endpoints_to_systems_manager_allow_only_the_instance_which_waits_for_them():
    ours = SystemsManagerEndpoints({"ssm": "com.amazonaws.eu-west-1.ssm"}, "euw1-az1", "local.zone")
    stack = probe(endpoints=ours, associate_public_ip_address=False)

    assert resources(stack, "aws_instance")["probe"]["associate_public_ip_address"] is False
    assert "aws_vpc_endpoint.probe_ssm" in resources(stack, "aws_instance")["probe"]["depends_on"]
    endpoint = resources(stack, "aws_vpc_endpoint")["probe_ssm"]
    assert (endpoint["private_dns_enabled"], endpoint["subnet_ids"]) == (True, ["subnet-a"])
    (rule,) = resources(stack, "aws_vpc_security_group_ingress_rule").values()
    assert (rule["from_port"], rule["to_port"]) == (443, 443)
    assert rule["referenced_security_group_id"] == "${aws_security_group.probe.id}"
    assert "cidr_ipv4" not in rule
    assert "probe_ssm_available" not in stack.get("check", {})  # AWS accepts its connections itself
