"""NetworkLoadBalancer: addresses, security group, listeners."""

from ipaddress import IPv4Network, IPv6Network

import pytest

from privatelink.constructs.load_balancer import NetworkLoadBalancer
from privatelink.constructs.peer import Peer
from privatelink.constructs.ports import Ports
from privatelink.constructs.targets import Targets
from privatelink.topology.rules.listener import HealthCheck, Listener
from tests.support.rules import breaks, keeps
from tests.support.synth import addresses, resources, synth_one

ANYWHERE = IPv4Network("0.0.0.0/0")
ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"

TARGETS = Targets(
    target_type="instance",
    target_ids={"ap-northeast-2a": "i-a", "ap-northeast-2c": "i-c"},
    security_group_id="sg-targets",
)


def balancer(*, ports=(80,), listeners=(), targets=TARGETS, target_port=80, **arguments):
    defaults = {
        "name": "front",
        "vpc_id": "vpc-1",
        "subnet_ids": {"ap-northeast-2a": "subnet-a", "ap-northeast-2c": "subnet-c"},
        "internal": False,
        "allow_from": [Peer.cidr(ANYWHERE)],
    }

    def build(stack):
        made = NetworkLoadBalancer(stack, "balancer", **defaults | arguments)
        for listener in listeners or [Listener(port=port) for port in ports]:
            made.add_listener(listener, targets, target_port=target_port, health_check=listener.health_check)

    return synth_one(build)


def test_internet_facing_has_one_elastic_ip_a_zone():
    stack = balancer()

    assert set(resources(stack, "aws_eip")) == {"balancer_ap-northeast-2a", "balancer_ap-northeast-2c"}
    assert resources(stack, "aws_lb")["balancer"]["subnet_mapping"] == [
        {"subnet_id": "subnet-a", "allocation_id": "${aws_eip.balancer_ap-northeast-2a.id}"},
        {"subnet_id": "subnet-c", "allocation_id": "${aws_eip.balancer_ap-northeast-2c.id}"},
    ]


@keeps("elastic-ip-internal")
def test_given_elastic_ips_are_used_and_none_is_made():
    stack = balancer(allocation_ids={"ap-northeast-2a": "eipalloc-a", "ap-northeast-2c": "eipalloc-c"})

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


@breaks("elastic-ip-internal")
def test_fails_when_elastic_ips_are_given_to_an_internal_one():
    with pytest.raises(ValueError, match=r"\[elastic-ip-internal\]$") as error:
        balancer(internal=True, allocation_ids={"ap-northeast-2a": "eipalloc-a"})

    assert "allocation_ids={'ap-northeast-2a': 'eipalloc-a'}" in str(error.value)
    assert "remove `allocation_ids`, or set `internal=False`" in str(error.value)


def test_ranges_have_one_rule_for_all_ports_in_them():
    ranges = [Ports.tcp(80, 81)]
    listeners = [Listener(port=port) for port in (80, 81, 90)]
    stack = balancer(listeners=listeners, listener_ranges=ranges, target_ranges=ranges)

    ingress = resources(stack, "aws_vpc_security_group_ingress_rule")
    assert set(ingress) == {
        "balancer_tcp-80-81-from-0-0-0-0-0",
        "balancer_tcp-90-from-0-0-0-0-0",
        "balancer_at-targets-tcp-80-81",
    }
    assert ingress["balancer_tcp-80-81-from-0-0-0-0-0"]["to_port"] == 81
    assert set(resources(stack, "aws_vpc_security_group_egress_rule")) == {"balancer_to-targets-tcp-80-81"}


def test_has_a_security_group_from_birth():
    stack = balancer()

    assert resources(stack, "aws_lb")["balancer"]["security_groups"] == ["${aws_security_group.balancer.id}"]


@pytest.mark.parametrize(
    ("given", "written"), [({}, "off"), ({ENFORCE: "off"}, "off"), ({ENFORCE: "on"}, "on")]
)
def test_enforcement_on_private_link_traffic_is_always_written(given, written):
    made = resources(balancer(**given), "aws_lb")["balancer"]

    assert made[ENFORCE] == written


def test_what_the_provider_would_leave_as_it_was_is_written():
    made = resources(balancer(), "aws_lb")["balancer"]

    assert made["enable_cross_zone_load_balancing"] is False
    assert made["enable_deletion_protection"] is False
    assert made["ip_address_type"] == "ipv4"


def test_listener_opens_its_port_to_the_clients_named_and_forwards_to_its_group():
    stack = balancer(ports=(443,), target_port=8443, allow_from=[Peer.cidr(IPv4Network("10.0.0.0/8"))])

    (listener,) = resources(stack, "aws_lb_listener").values()
    rule = resources(stack, "aws_vpc_security_group_ingress_rule")["balancer_tcp-443-from-10-0-0-0-8"]
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


def test_load_balancer_is_deleted_after_it_has_left_its_service():
    assert resources(balancer(), "aws_lb")["balancer"]["lifecycle"] == {"create_before_destroy": True}


def test_traffic_leaves_for_the_targets_alone_and_no_rule_comes_twice():
    stack = balancer(ports=(80, 81), target_port=8080)

    (rule,) = resources(stack, "aws_vpc_security_group_egress_rule").values()
    assert rule["referenced_security_group_id"] == "sg-targets"
    assert (rule["from_port"], rule["to_port"]) == (8080, 8080)
    assert "cidr_ipv4" not in rule


CERTIFICATE = "arn:aws:acm:ap-northeast-2:111122223333:certificate/12345678-1234-1234-1234-123456789012"


def test_the_targets_admit_the_load_balancer_alone():
    stack = balancer(target_port=8080)

    rule = resources(stack, "aws_vpc_security_group_ingress_rule")["balancer_at-targets-tcp-8080"]
    assert rule["security_group_id"] == "sg-targets"
    assert rule["referenced_security_group_id"] == "${aws_security_group.balancer.id}"
    assert (rule["from_port"], rule["to_port"]) == (8080, 8080)
    assert "cidr_ipv4" not in rule


def test_a_tls_listener_writes_its_certificate_policy_and_alpn():
    stack = balancer(listeners=[Listener(port=443, protocol="TLS", certificate_arn=CERTIFICATE)])

    listener = resources(stack, "aws_lb_listener")["balancer_port-443"]
    assert listener["certificate_arn"] == CERTIFICATE
    assert listener["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert listener["alpn_policy"] == "None"
    assert "tcp_idle_timeout_seconds" not in listener
    assert resources(stack, "aws_lb_target_group")["balancer_port-443"]["protocol"] == "TCP"


def test_only_a_tcp_listener_has_an_idle_timeout_and_it_is_written():
    stack = balancer(listeners=[Listener(port=80), Listener(port=53, protocol="UDP")])

    listeners = resources(stack, "aws_lb_listener")
    assert listeners["balancer_port-80"]["tcp_idle_timeout_seconds"] == 350
    assert "tcp_idle_timeout_seconds" not in listeners["balancer_port-53"]


@pytest.mark.parametrize(
    ("protocol", "rules"),
    [("TCP", {"tcp-53"}), ("UDP", {"udp-53"}), ("TCP_UDP", {"tcp-53", "udp-53"})],
)
def test_clients_get_in_by_the_listeners_protocol(protocol, rules):
    stack = balancer(listeners=[Listener(port=53, protocol=protocol)])

    made = resources(stack, "aws_vpc_security_group_ingress_rule")
    assert {key for key in made if "_at-targets" not in key} == {
        f"balancer_{rule}-from-0-0-0-0-0" for rule in rules
    }


def test_udp_targets_are_checked_over_tcp_so_both_go_out():
    stack = balancer(
        listeners=[Listener(port=53, protocol="UDP", health_check=HealthCheck(port=8080))], target_port=5353
    )

    out = resources(stack, "aws_vpc_security_group_egress_rule")
    assert set(out) == {"balancer_to-targets-udp-5353", "balancer_to-targets-tcp-8080"}
    group = resources(stack, "aws_lb_target_group")["balancer_port-53"]
    assert group["health_check"]["port"] == "8080"
    assert group["connection_termination"] is True


def test_a_check_over_http_asks_for_the_path_and_tells_what_is_healthy():
    check = HealthCheck(protocol="HTTP", path="/ready", healthy_codes="200", interval_seconds=10)
    stack = balancer(listeners=[Listener(port=80, health_check=check)])

    assert resources(stack, "aws_lb_target_group")["balancer_port-80"]["health_check"] == {
        "enabled": True,
        "protocol": "HTTP",
        "path": "/ready",
        "matcher": "200",
        "port": "traffic-port",
        "interval": 10,
        "timeout": 10,
        "healthy_threshold": 3,
        "unhealthy_threshold": 3,
    }


def test_targets_without_a_known_group_are_reached_at_their_addresses():
    targets = Targets(
        target_type="ip",
        target_ids={"one": "10.0.0.5", "beyond": "192.168.0.5"},
        peers=[
            Peer.cidr_ipv4("10.0.0.5/32", key="one"),
            Peer.cidr_ipv4("192.168.0.5/32", key="beyond"),
        ],
        availability_zones={"beyond": "all"},
    )
    stack = balancer(targets=targets)

    out = resources(stack, "aws_vpc_security_group_egress_rule")
    assert out["balancer_to-targets-tcp-80-one"]["cidr_ipv4"] == "10.0.0.5/32"
    assert set(out) == {"balancer_to-targets-tcp-80-one", "balancer_to-targets-tcp-80-beyond"}
    attached = resources(stack, "aws_lb_target_group_attachment")
    assert "availability_zone" not in attached["balancer_port-80-one"]
    assert attached["balancer_port-80-beyond"]["availability_zone"] == "all"


def test_a_listener_registers_its_targets_and_no_rule_comes_twice():
    targets = Targets(
        target_type="ip",
        target_ids={"one": "10.0.0.5", "two": "10.0.1.5"},
        peers=[Peer.cidr_ipv4("10.0.0.5/32", key="one"), Peer.cidr_ipv4("10.0.1.5/32", key="two")],
    )
    listeners = [Listener(port=80), Listener(port=81, targets=("two",)), Listener(port=82, targets=("one",))]
    stack = balancer(targets=targets, listeners=listeners)

    assert set(resources(stack, "aws_lb_target_group_attachment")) == {
        "balancer_port-80-one",
        "balancer_port-80-two",
        "balancer_port-81-two",
        "balancer_port-82-one",
    }
    rules = resources(stack, "aws_vpc_security_group_egress_rule")
    assert set(rules) == {"balancer_to-targets-tcp-80-one", "balancer_to-targets-tcp-80-two"}
    listener = resources(stack, "aws_lb_listener")["balancer_port-81"]
    assert [each for each in listener["depends_on"] if "egress" in each] == [
        "aws_vpc_security_group_egress_rule.balancer_to-targets-tcp-80-two"
    ]


def test_each_target_is_reached_on_the_ports_of_its_listeners_only():
    targets = Targets(
        target_type="ip",
        target_ids={"one": "10.0.0.5", "two": "10.0.1.5"},
        peers=[Peer.cidr_ipv4("10.0.0.5/32", key="one"), Peer.cidr_ipv4("10.0.1.5/32", key="two")],
    )

    def build(stack):
        made = NetworkLoadBalancer(
            stack, "balancer", name="front", vpc_id="vpc-1", subnet_ids={"a": "subnet-a"}, internal=True
        )
        for port, key in ((80, "one"), (81, "two")):
            listener = Listener(port=port, targets=(key,))
            made.add_listener(listener, targets, target_port=port, health_check=listener.health_check)

    rules = resources(synth_one(build), "aws_vpc_security_group_egress_rule")
    assert set(rules) == {"balancer_to-targets-tcp-80-one", "balancer_to-targets-tcp-81-two"}


def test_no_rule_is_added_to_a_security_group_that_is_managed_elsewhere():
    targets = Targets(
        target_type="alb",
        target_ids={"one": "arn:alb"},
        security_group_id="${data.aws_lb.alb.security_groups[0]}",
        add_ingress_rules=False,
    )
    stack = balancer(targets=targets, allow_from=[])

    (out,) = resources(stack, "aws_vpc_security_group_egress_rule").items()
    assert (out[0], out[1]["referenced_security_group_id"]) == (
        "balancer_to-targets-tcp-80",
        "${data.aws_lb.alb.security_groups[0]}",
    )
    assert resources(stack, "aws_vpc_security_group_ingress_rule") == {}


def test_every_kind_of_peer_is_a_direct_client():
    peers = [Peer.cidr(IPv6Network("2001:db8::/56")), Peer.security_group("sg-1"), Peer.prefix_list("pl-1")]
    rules = resources(balancer(allow_from=peers), "aws_vpc_security_group_ingress_rule")

    assert rules["balancer_tcp-80-from-2001-db8---56"]["cidr_ipv6"] == "2001:db8::/56"
    assert rules["balancer_tcp-80-from-sg-1"]["referenced_security_group_id"] == "sg-1"
    assert rules["balancer_tcp-80-from-pl-1"]["prefix_list_id"] == "pl-1"


@pytest.mark.parametrize(
    ("kind", "protocol", "written"),
    [
        ("instance", "TCP", "true"),
        ("ip", "TCP", "false"),
        ("ip", "UDP", "true"),
        ("ip", "TCP_UDP", "true"),
        ("alb", "TCP", None),
    ],
)
def test_client_ip_preservation_is_awss_default_written_out(kind, protocol, written):
    stack = balancer(
        listeners=[Listener(port=80, protocol=protocol)],
        targets=Targets(target_type=kind, target_ids={"one": "x"}, security_group_id="sg-targets"),
    )

    (group,) = resources(stack, "aws_lb_target_group").values()
    assert group.get("preserve_client_ip") == written
    assert group["target_type"] == kind


def test_the_target_group_of_a_load_balancer_has_an_address_of_its_own():
    stack = balancer(
        targets=Targets(target_type="alb", target_ids={"alb": "arn"}, security_group_id="sg-targets")
    )

    assert list(resources(stack, "aws_lb_target_group")) == ["balancer_port-80-alb"]


def test_rules_are_deleted_after_the_listener_forwards_to_other_targets():
    ranges = [Ports.tcp(80, 81)]
    stack = balancer(ports=(80, 81), listener_ranges=ranges, target_ranges=ranges, rules_in_order=True)

    rules = {
        f"{kind}.{name}": rule
        for kind in ("aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule")
        for name, rule in resources(stack, kind).items()
    }
    for listener in resources(stack, "aws_lb_listener").values():
        assert sorted(listener["depends_on"]) == sorted(rules)
    assert {rule["lifecycle"]["create_before_destroy"] for rule in rules.values()} == {True}
    order = resources(stack, "terraform_data")["balancer_rules"]
    assert set(order["input"]["rules"]) == {f"${{{rule}.id}}" for rule in rules}
    assert resources(balancer(), "terraform_data") == {}


def test_another_protocol_keeps_the_addresses():
    tcp = balancer(listeners=[Listener(port=443)])
    tls = balancer(listeners=[Listener(port=443, protocol="TLS", certificate_arn=CERTIFICATE)])

    assert addresses(tcp) == addresses(tls)
