"""The hops of a path: each can hold, break, and be unknown, and a path is what its worst hop is."""

import pytest

from privatelink.review.change import UNKNOWN
from tests.support.plan_facts import change, configured, plan, reviewed

VPC = {"id": "vpc-c", "cidr_block": "10.20.0.0/16"}
SUBNET = {"id": "subnet-c", "availability_zone": "a", "owner_id": "1", "cidr_block": "10.20.0.0/24"}
GROUP = {"id": "sg-e", "ingress": [], "egress": []}
ADMITS = {
    "security_group_id": "sg-e", "cidr_ipv4": "10.20.0.0/16", "ip_protocol": "tcp", "from_port": 443,
    "to_port": 443,
}  # fmt: skip
ENDPOINT = {
    "id": "vpce-1", "vpc_endpoint_type": "Interface", "service_name": "com.vpce-svc-1", "vpc_id": "vpc-c",
    "subnet_ids": ["subnet-c"], "security_group_ids": ["sg-e"], "state": "available",
}  # fmt: skip
SERVICE = {
    "id": "vpce-svc-1", "service_name": "com.vpce-svc-1", "acceptance_required": True,
    "network_load_balancer_arns": ["arn:lb"],
}  # fmt: skip
LB_SUBNET = {"id": "subnet-p", "availability_zone": "a", "owner_id": "1", "cidr_block": "10.10.0.0/24"}
LB = {
    "id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network", "subnets": ["subnet-p"],
    "security_groups": ["sg-lb"], "enforce_security_group_inbound_rules_on_private_link_traffic": "off",
}  # fmt: skip
LB_GROUP = {
    "id": "sg-lb", "ingress": [],
    "egress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["10.10.0.0/16"]}],
}  # fmt: skip
LISTENER = {
    "id": "arn:listener", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP",
    "default_action": [{"type": "forward", "target_group_arn": "arn:tg"}],
}  # fmt: skip
TARGETS = {"id": "arn:tg", "arn": "arn:tg", "port": 8443, "health_check": [{"port": "traffic-port"}]}
ATTACHED = {"id": "x", "target_group_arn": "arn:tg", "target_id": "i-1", "port": 8443}
INSTANCE = {"id": "i-1", "vpc_security_group_ids": ["sg-t"], "subnet_id": "subnet-p"}
TARGET_GROUP = {
    "id": "sg-t", "egress": [],
    "ingress": [{"protocol": "tcp", "from_port": 8443, "to_port": 8443, "security_groups": ["sg-lb"]}],
}  # fmt: skip
ACL = {"id": "acl-1", "subnet_ids": ["subnet-p"]}
ALLOW = {
    "rule_no": 100,
    "action": "allow",
    "protocol": "-1",
    "from_port": 0,
    "to_port": 0,
    "cidr_block": "0.0.0.0/0",
}
DENY = {"rule_no": 50, "action": "deny", "protocol": "6", "from_port": 8443, "to_port": 8443}

WORLD = {
    "aws_vpc.c": VPC, "aws_subnet.c": SUBNET, "aws_security_group.e": GROUP,
    "aws_vpc_security_group_ingress_rule.e": ADMITS, "aws_vpc_endpoint.e": ENDPOINT,
    "aws_vpc_endpoint_service.s": SERVICE, "aws_subnet.p": LB_SUBNET, "aws_lb.l": LB,
    "aws_security_group.lb": LB_GROUP, "aws_lb_listener.l": LISTENER, "aws_lb_target_group.t": TARGETS,
    "aws_lb_target_group_attachment.t": ATTACHED, "aws_instance.t": INSTANCE,
    "aws_security_group.t": TARGET_GROUP,
    "aws_network_acl.p": ACL | {"ingress": [ALLOW], "egress": [ALLOW]},
}  # fmt: skip
ENFORCE = "enforce_security_group_inbound_rules_on_private_link_traffic"


def path_after(changes, *further):
    """The path once some resources have other values; None takes one away, a set leaves those unknown."""
    made = []
    for address, values in WORLD.items():
        new = changes.get(address, {})
        unknown = {name: True for name in new if new[name] is UNKNOWN} if new else {}
        after = None if new is None else values | {k: v for k, v in new.items() if v is not UNKNOWN}
        made.append(change(address, values, after, unknown=unknown))
    (path,) = [each for each in reviewed(plan(*made, *further)).paths if str(each.port) == "443"]
    return path


def test_nothing_in_the_way_is_open():
    path = path_after({})

    assert (path.state("before"), path.state("after")) == ("open", "open")
    assert [hop.name for hop in path.after.hops] == [
        "connection", "endpoint security group", "zones", "load balancer security group", "listener",
        "target group", "load balancer egress", "target security group", "network ACLs", "routes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "hop"),
    [
        ({"aws_vpc_security_group_ingress_rule.e": None}, "endpoint security group"),
        (
            {"aws_vpc_security_group_ingress_rule.e": {"to_port": 442, "from_port": 80}},
            "endpoint security group",
        ),
        ({"aws_vpc_security_group_ingress_rule.e": {"ip_protocol": "udp"}}, "endpoint security group"),
        ({"aws_subnet.c": {"availability_zone": "b"}}, "zones"),
        ({"aws_lb.l": {ENFORCE: "on"}}, "load balancer security group"),
        ({"aws_lb_listener.l": {"port": 8443}}, "listener"),
        ({"aws_lb_listener.l": None}, "listener"),
        ({"aws_lb_target_group_attachment.t": None}, "targets"),
        ({"aws_security_group.lb": {"egress": []}}, "load balancer egress"),
        ({"aws_security_group.t": {"ingress": []}}, "target security group"),
        ({"aws_lb_target_group.t": {"health_check": [{"port": "9000"}]}}, "health check"),
        ({"aws_network_acl.p": {"ingress": [DENY | {"cidr_block": "10.10.0.0/16"}, ALLOW]}}, "network ACLs"),
        ({"aws_network_acl.p": {"egress": []}}, "network ACLs"),
        ({"aws_vpc_endpoint_service.s": {"network_load_balancer_arns": []}}, "load balancer"),
    ],
)
def test_a_broken_hop_breaks_the_path_and_is_named(changes, hop):
    path = path_after(changes)

    assert path.lost
    assert path.after.told_by.name == hop


@pytest.mark.parametrize(
    ("changes", "hop"),
    [
        ({"aws_vpc_endpoint.e": {"service_name": UNKNOWN}}, "endpoint service"),
        ({"aws_vpc_endpoint.e": {"security_group_ids": UNKNOWN}}, "endpoint security group"),
        ({"aws_vpc_security_group_ingress_rule.e": {"cidr_ipv4": UNKNOWN}}, "endpoint security group"),
        ({"aws_vpc_endpoint.e": {"subnet_ids": UNKNOWN}}, "zones"),
        ({"aws_lb.l": {"security_groups": UNKNOWN, ENFORCE: "on"}}, "load balancer security group"),
        ({"aws_lb_listener.l": {"default_action": UNKNOWN}}, "target group"),
        ({"aws_lb_target_group_attachment.t": {"target_id": UNKNOWN}}, "target security group"),
        ({"aws_instance.t": {"vpc_security_group_ids": ["sg-elsewhere"]}}, "target security group"),
    ],
)
def test_what_the_plan_does_not_know_makes_the_path_unknown_and_blocks_nothing(changes, hop):
    path = path_after(changes)

    assert (path.state("after"), path.after.told_by.name) == ("unknown", hop)
    assert not path.lost


@pytest.mark.parametrize(
    ("destination", "gateway", "state"),
    [
        ("10.10.0.0/24", "vpce-appliance", "unknown"),
        ("10.10.0.0/24", "local", "open"),
        ("10.99.0.0/24", "vpce-appliance", "open"),
        ("10.0.0.0/8", "vgw-1", "open"),
        ("0.0.0.0/0", "igw-1", "open"),
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_a_route_more_specific_than_the_vpcs_own_makes_the_path_unknown(destination, gateway, state, inline):
    table = {"id": "rtb-p", "route": []}
    block = {"cidr_block": destination, "gateway_id": gateway}
    route = {
        "id": "r",
        "route_table_id": "rtb-p",
        "destination_cidr_block": destination,
        "gateway_id": gateway,
    }
    association = {"id": "a", "subnet_id": "subnet-p", "route_table_id": "rtb-p"}
    path = path_after(
        {},
        change("aws_route_table.p", table, table | {"route": [block] if inline else []}),
        change("aws_route_table_association.p", association, association),
        *([] if inline else [change("aws_route.p", None, route)]),
    )

    assert (path.state("before"), path.state("after")) == ("open", state)
    assert state == "open" or path.after.told_by.name == "routes"


def test_an_accepter_that_is_destroyed_breaks_the_connection():
    accepter = {"id": "a", "vpc_endpoint_id": "vpce-1"}
    path = path_after({}, change("aws_vpc_endpoint_connection_accepter.a", accepter, None))

    assert (path.lost, path.after.told_by.name) == (True, "connection")


@pytest.mark.parametrize(("peer", "state"), [("10.20.0.0/16", "open"), ("10.99.0.0/16", "broken")])
def test_clients_that_are_admitted_by_group_have_to_get_out(peer, state):
    clients = {
        "id": "sg-clients",
        "egress": [{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": [peer]}],
    }
    path = path_after(
        {
            "aws_vpc_security_group_ingress_rule.e": {
                "cidr_ipv4": None,
                "referenced_security_group_id": "sg-clients",
            }
        },
        change("aws_security_group.clients", clients, clients),
    )

    assert path.state("after") == state
    assert state == "open" or path.after.told_by.name == "client security group"


UDP = {
    "aws_vpc_security_group_ingress_rule.e": {"ip_protocol": "-1"},
    "aws_lb_listener.l": {"protocol": "TCP_UDP"},
    "aws_security_group.t": {
        "ingress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "security_groups": ["sg-lb"]}]
    },
}


def paths_after(changes):
    """Every path once some resources have other values."""
    made = (change(address, values, values | changes.get(address, {})) for address, values in WORLD.items())
    return reviewed(plan(*made)).paths


@pytest.mark.parametrize(
    ("changes", "states", "hop"),
    [
        ({}, ["open", "open"], None),
        ({"aws_vpc_security_group_ingress_rule.e": {}}, ["open", "broken"], "endpoint security group"),
        (
            {
                "aws_security_group.lb": {
                    "egress": [LB_GROUP["egress"][0] | {"protocol": "tcp", "to_port": 9999}]
                }
            },
            ["open", "broken"],
            "load balancer egress",
        ),
        ({"aws_security_group.t": {}}, ["open", "broken"], "target security group"),
        (
            {"aws_network_acl.p": {"ingress": [DENY | {"cidr_block": "0.0.0.0/0"}, ALLOW]}},
            ["broken", "broken"],  # by TCP its targets' health is checked
            "network ACLs",
        ),
        (
            {"aws_network_acl.p": {"egress": [DENY | {"protocol": "17", "cidr_block": "0.0.0.0/0"}, ALLOW]}},
            ["open", "broken"],
            "network ACLs",
        ),
        ({"aws_lb_listener.l": {"protocol": "UDP"}}, ["broken", "open"], None),
    ],
)
def test_tcp_and_udp_of_a_port_are_paths_of_their_own(changes, states, hop):
    tcp, udp = paths_after(UDP | changes)

    assert (str(tcp.port), str(udp.port)) == ("443", "443/udp")
    assert [tcp.state("after"), udp.state("after")] == states
    assert hop is None or udp.after.told_by.name == hop


def test_a_health_check_of_udp_targets_needs_tcp():
    by_udp = {"protocol": "udp", "from_port": 8443, "to_port": 8443, "security_groups": ["sg-lb"]}
    _, udp = paths_after(UDP | {"aws_security_group.t": {"ingress": [by_udp]}})

    assert (udp.state("after"), udp.after.told_by.name) == ("broken", "health check")


def test_zones_of_two_accounts_are_compared_by_their_ids():
    other = {"owner_id": "2", "availability_zone": "a"}

    assert path_after({"aws_subnet.c": other}).state("after") == "unknown"
    same = path_after({
        "aws_subnet.c": other | {"availability_zone": "b", "availability_zone_id": "az1"},
        "aws_subnet.p": {"availability_zone_id": "az1"},
    })  # fmt: skip
    assert same.state("after") == "open"


def test_a_new_endpoint_is_followed_by_the_configuration_and_waits_for_acceptance():
    new = {"vpc_endpoint_type": "Interface", "service_name": "com.vpce-svc-1", "vpc_id": "vpc-c"}
    created = change(
        "aws_vpc_endpoint.new",
        None,
        new | {"security_group_ids": ["sg-e"]},
        unknown={"id": True, "subnet_ids": True},
    )
    resources = [configured("aws_vpc_endpoint.new", subnet_ids=["aws_subnet.c.id", "aws_subnet.c"])]
    worlds = [change(address, values, values) for address, values in WORLD.items()]
    found = reviewed(plan(*worlds, created, configuration=resources))

    (path,) = [path for path in found.paths if path.endpoint.address == "aws_vpc_endpoint.new"]
    assert (path.state("before"), path.state("after")) == ("absent", "broken")
    assert path.after.told_by.why == "a new endpoint waits for acceptance"
    assert {hop.name: hop.holds for hop in path.after.hops}["zones"] is True
    assert not path.lost
