"""The hops of a path: each can hold, break, and be unknown, and a path is what its worst hop is."""

import pytest

from privatelink.review.shapes import UNKNOWN
from tests.support.plan_facts import (
    ALLOW,
    DENY,
    ENFORCE,
    LB_GROUP,
    WORLD,
    change,
    configured,
    path_after,
    paths_after,
    plan,
    reviewed,
)


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
    assert path.after.deciding.name == hop


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

    assert (path.state("after"), path.after.deciding.name) == ("unknown", hop)
    assert not path.lost


def test_an_accepter_that_is_destroyed_breaks_the_connection():
    accepter = {"id": "a", "vpc_endpoint_id": "vpce-1"}
    path = path_after({}, change("aws_vpc_endpoint_connection_accepter.a", accepter, None))

    assert (path.lost, path.after.deciding.name) == (True, "connection")


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
    assert state == "open" or path.after.deciding.name == "client security group"


UDP = {
    "aws_vpc_security_group_ingress_rule.e": {"ip_protocol": "-1"},
    "aws_lb_listener.l": {"protocol": "TCP_UDP"},
    "aws_security_group.t": {
        "ingress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "security_groups": ["sg-lb"]}]
    },
}


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
    assert hop is None or udp.after.deciding.name == hop


@pytest.mark.parametrize(
    ("health_check", "apart"),
    [([], [False, True]), ([{"port": "8443"}], [False, True]), ([{"port": "9000"}], [True, True])],
)
def test_a_health_check_is_a_hop_of_its_own_if_it_is_not_by_the_ports_own_traffic(health_check, apart):
    paths = paths_after(UDP | {"aws_lb_target_group.t": {"health_check": health_check}})

    names = [[hop.name for hop in path.after.hops] for path in paths]
    assert ["health check" in each for each in names] == apart
    assert ["health check egress" in each for each in names] == apart


def test_a_path_whose_endpoint_goes_is_absent_and_not_lost():
    made = plan(
        *(
            change(address, each, None if address == "aws_vpc_endpoint.e" else each)
            for address, each in WORLD.items()
        )
    )
    (path,) = reviewed(made).paths

    assert (path.state("before"), path.state("after"), path.lost) == ("open", "absent", False)


def test_a_health_check_of_udp_targets_needs_tcp():
    by_udp = {"protocol": "udp", "from_port": 8443, "to_port": 8443, "security_groups": ["sg-lb"]}
    _, udp = paths_after(UDP | {"aws_security_group.t": {"ingress": [by_udp]}})

    assert (udp.state("after"), udp.after.deciding.name) == ("broken", "health check")


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
    assert path.after.deciding.why == "a new endpoint must be accepted"
    assert {hop.name: hop.holds for hop in path.after.hops}["zones"] is True
    assert not path.lost


ALONE = {address: each for address, each in WORLD.items() if address.split(".")[1] not in ("c", "e")}


def alone(changes, *further):
    """The paths of a provider alone, after some changes."""
    made = []
    for address, values in ALONE.items():
        after = changes.get(address, {})
        made.append(change(address, values, None if after is None else values | after))
    return reviewed(plan(*made, *further)).paths


@pytest.mark.parametrize(
    ("changes", "hop"),
    [
        ({}, None),
        ({"aws_lb_listener.l": None}, "listener"),
        ({"aws_lb_target_group_attachment.t": None}, "targets"),
        ({"aws_security_group.lb": {"egress": []}}, "load balancer egress"),
        ({"aws_security_group.t": {"ingress": []}}, "target security group"),
        ({"aws_vpc_endpoint_service.s": {"network_load_balancer_arns": []}}, "load balancer"),
    ],
)
def test_a_service_without_an_endpoint_in_the_plans_has_a_virtual_consumer(changes, hop):
    (path,) = alone(changes)

    assert (path.endpoint, path.thing.address, path.name) == (
        None,
        "aws_vpc_endpoint_service.s",
        "port 443 in a",
    )
    assert (path.state("before"), path.state("after")) == ("open", "broken" if hop else "open")
    assert hop is None or path.after.deciding.name == hop


@pytest.mark.parametrize(
    ("state", "virtual"), [("available", False), ("pendingAcceptance", False), ("rejected", True)]
)
def test_an_endpoint_that_is_connected_takes_the_place_of_the_virtual_consumer(state, virtual):
    endpoint = WORLD["aws_vpc_endpoint.e"] | {"state": state}
    found = alone({}, change("aws_vpc_endpoint.e", endpoint, endpoint))

    assert (None in [path.endpoint for path in found]) is virtual


def test_an_endpoint_that_is_made_does_not_hide_those_outside_the_plans():
    new = change("aws_vpc_endpoint.e", None, WORLD["aws_vpc_endpoint.e"])

    assert [path.endpoint is None for path in alone({}, new)].count(True) == 1


def test_an_endpoint_to_a_service_of_aws_has_one_open_path():
    ssm = WORLD["aws_vpc_endpoint.e"] | {"service_name": "com.amazonaws.eu-west-1.ssm"}
    made = [
        change(address, WORLD[address], WORLD[address]) for address in WORLD if address.endswith((".c", ".e"))
    ]
    made = [each for each in made if each["address"] != "aws_vpc_endpoint.e"]
    (path,) = reviewed(plan(*made, change("aws_vpc_endpoint.e", ssm, ssm))).paths

    assert (path.service, path.port, path.name) == (None, None, "all ports in a")
    assert (path.state("before"), path.state("after")) == ("open", "open")


def test_a_service_that_is_destroyed_under_an_endpoint_breaks_its_path():
    path = path_after({"aws_vpc_endpoint_service.s": None})

    assert (path.state("after"), path.after.why) == ("broken", "endpoint service: it is destroyed")


def test_a_load_balancer_that_is_destroyed_under_a_service_breaks_its_path():
    path = path_after({"aws_lb.l": None})

    assert (path.state("after"), path.after.why) == ("broken", "load balancer: it is destroyed")


GATEWAY = {
    "aws_vpc_endpoint_service.s": {
        "id": "s", "service_name": "com.vpce-svc-1", "acceptance_required": False,
        "gateway_load_balancer_arns": ["arn:gw"],
    },
    "aws_vpc_endpoint.e": {
        "id": "vpce-1", "vpc_endpoint_type": "GatewayLoadBalancer", "service_name": "com.vpce-svc-1",
        "subnet_ids": ["subnet-c"], "state": "available",
    },
    "aws_subnet.c": {"id": "subnet-c", "availability_zone": "a", "owner_id": "1"},
    "aws_subnet.p": {
        "id": "subnet-p", "availability_zone": "a", "owner_id": "1", "cidr_block": "10.10.0.0/24"
    },
    "aws_lb.gw": {
        "id": "arn:gw", "arn": "arn:gw", "load_balancer_type": "gateway", "subnets": ["subnet-p"]
    },
    "aws_lb_listener.gw": {
        "id": "arn:l", "load_balancer_arn": "arn:gw", "default_action": [{"target_group_arn": "arn:tg"}]
    },
    "aws_lb_target_group.gw": {
        "id": "arn:tg", "arn": "arn:tg", "port": 6081, "health_check": [{"port": "80"}]
    },
    "aws_lb_target_group_attachment.gw": {"id": "x", "target_group_arn": "arn:tg", "target_id": "i-1"},
    "aws_instance.gw": {"id": "i-1", "subnet_id": "subnet-p", "vpc_security_group_ids": ["sg-1"]},
    "aws_security_group.gw": {
        "id": "sg-1", "egress": [],
        "ingress": [{"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["10.10.0.0/24"]}],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("address", "after", "why"),
    [
        ("aws_subnet.c", {}, ""),
        ("aws_lb_target_group_attachment.gw", None, "targets: all are removed"),
        ("aws_lb_listener.gw", None, "listener: aws_lb.gw has none"),
        ("aws_instance.gw", {"instance_state": "stopped"}, "targets: aws_instance.gw is stopped"),
        (
            "aws_security_group.gw",
            {"ingress": []},
            "target security group: aws_instance.gw does not allow the load balancer on the target port",
        ),
        (
            "aws_subnet.c",
            {"availability_zone": "b"},
            "zones: aws_lb.gw is not in the zone of the endpoint: they have no common zone",
        ),
    ],
)
def test_an_endpoint_of_a_gateway_load_balancer_is_followed_to_an_appliance(address, after, why):
    made = [
        change(name, values, values if name != address else (None if after is None else values | after))
        for name, values in GATEWAY.items()
    ]
    (path,) = reviewed(plan(*made)).paths

    assert path.state("before") == "open"
    assert (path.state("after"), path.after.why) == ("broken" if why else "open", why)
    assert path.port is None


def test_a_gateway_load_balancer_without_its_listener_in_the_plans_is_not_determined():
    made = [
        change(name, values, values)
        for name, values in GATEWAY.items()
        if name.split(".")[0] not in ("aws_lb_listener", "aws_vpc_endpoint")
    ]
    found = reviewed(plan(*made))

    assert [path.after.why for path in found.paths] == ["listener: that of aws_lb.gw is not in these plans"]
    assert found.verdict == "not determined"


def test_a_service_in_another_region_needs_no_common_zone():
    path = path_after({
        "aws_vpc_endpoint.e": {"service_region": "eu-west-1"},
        "aws_subnet.c": {"availability_zone": "us-east-1a"},
        "aws_subnet.p": {"availability_zone": "eu-west-1a"},
    })  # fmt: skip

    assert path.state("after") == "open"
