"""NetworkLoadBalancer: addresses, security group, listeners."""

from ipaddress import IPv4Network

import pytest

from modules.load_balancer import NetworkLoadBalancer
from tests.synth import resources, synth_one

ANYWHERE = IPv4Network("0.0.0.0/0")


def balancer(*, ports=(80,), target_port=80, **arguments):
    defaults = {
        "name": "front",
        "vpc_id": "vpc-1",
        "subnet_ids": {"ap-northeast-2a": "subnet-a", "ap-northeast-2c": "subnet-c"},
        "internal": False,
        "allow_from": [ANYWHERE],
    }

    def build(stack):
        made = NetworkLoadBalancer(stack, "balancer", **defaults | arguments)
        for port in ports:
            made.add_listener(
                port=port,
                target_port=target_port,
                targets={"ap-northeast-2a": "i-a", "ap-northeast-2c": "i-c"},
                target_security_group_id="sg-targets",
            )

    return synth_one(build)


def test_internet_facing_has_one_elastic_ip_a_zone():
    stack = balancer()

    assert set(resources(stack, "aws_eip")) == {"balancer_ap-northeast-2a", "balancer_ap-northeast-2c"}
    assert resources(stack, "aws_lb")["balancer"]["subnet_mapping"] == [
        {"subnet_id": "subnet-a", "allocation_id": "${aws_eip.balancer_ap-northeast-2a.id}"},
        {"subnet_id": "subnet-c", "allocation_id": "${aws_eip.balancer_ap-northeast-2c.id}"},
    ]


def test_given_elastic_ips_are_used_and_none_is_made():
    stack = balancer(elastic_ips={"ap-northeast-2a": "eipalloc-a", "ap-northeast-2c": "eipalloc-c"})

    assert "aws_eip" not in stack["resource"]
    assert {eip["id"] for eip in stack["data"]["aws_eip"].values()} == {"eipalloc-a", "eipalloc-c"}


def test_internal_has_no_public_address():
    stack = balancer(internal=True, allow_from=[])

    assert "aws_eip" not in stack["resource"]
    assert resources(stack, "aws_lb")["balancer"]["subnet_mapping"] == [
        {"subnet_id": "subnet-a"},
        {"subnet_id": "subnet-c"},
    ]
    assert resources(stack, "aws_lb")["balancer"]["internal"] is True


def test_fails_when_elastic_ips_are_given_to_an_internal_one():
    with pytest.raises(
        ValueError, match="Elastic IPs go with an internet-facing load balancer only: 'front'"
    ):
        balancer(internal=True, elastic_ips={"ap-northeast-2a": "eipalloc-a"})


def test_has_a_security_group_from_birth():
    stack = balancer()

    assert resources(stack, "aws_lb")["balancer"]["security_groups"] == ["${aws_security_group.balancer.id}"]


@pytest.mark.parametrize(("enforce", "written"), [(False, "off"), (True, "on")])
def test_enforcement_on_private_link_traffic_is_always_written(enforce, written):
    made = resources(balancer(enforce_private_link_ingress=enforce), "aws_lb")["balancer"]

    assert made["enforce_security_group_inbound_rules_on_private_link_traffic"] == written


def test_what_the_provider_would_leave_as_it_was_is_written():
    made = resources(balancer(), "aws_lb")["balancer"]

    assert made["enable_cross_zone_load_balancing"] is False
    assert made["enable_deletion_protection"] is False
    assert made["ip_address_type"] == "ipv4"


def test_listener_opens_its_port_to_the_clients_named_and_forwards_to_its_group():
    stack = balancer(ports=(443,), target_port=8443, allow_from=[IPv4Network("10.0.0.0/8")])

    (listener,) = resources(stack, "aws_lb_listener").values()
    (rule,) = resources(stack, "aws_vpc_security_group_ingress_rule").values()
    (group,) = resources(stack, "aws_lb_target_group").values()
    assert (listener["port"], listener["protocol"]) == (443, "TCP")
    assert (rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) == ("10.0.0.0/8", 443, 443)
    assert (group["port"], group["proxy_protocol_v2"]) == (8443, False)
    assert group["lifecycle"] == {"create_before_destroy": True}
    assert {
        target["target_id"] for target in resources(stack, "aws_lb_target_group_attachment").values()
    } == {
        "i-a",
        "i-c",
    }


def test_traffic_leaves_for_the_targets_alone_and_no_rule_comes_twice():
    stack = balancer(ports=(80, 81), target_port=8080)

    (rule,) = resources(stack, "aws_vpc_security_group_egress_rule").values()
    assert rule["referenced_security_group_id"] == "sg-targets"
    assert (rule["from_port"], rule["to_port"]) == (8080, 8080)
    assert "cidr_ipv4" not in rule
