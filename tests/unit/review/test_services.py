"""The parts of a service that rules look up."""

import pytest

from privatelink.review.services import (
    across_zones,
    endpoint_groups,
    endpoint_subnets,
    endpoints,
    has_privatelink,
    live_target_groups,
    load_balancers_of,
    ports_of,
    service_load_balancers,
    services_of,
    use_of,
)
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, configured, plan

LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}
GATEWAY = {"id": "arn:gw", "arn": "arn:gw", "load_balancer_type": "gateway"}
SERVICE = {
    "id": "vpce-svc-1", "service_name": "s", "network_load_balancer_arns": ["arn:lb"],
    "gateway_load_balancer_arns": ["arn:gw"],
}  # fmt: skip
LISTENER = {
    "id": "arn:l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP_UDP",
    "default_action": [{"target_group_arn": "arn:tg"}],
}  # fmt: skip
GROUP = {"id": "arn:tg", "arn": "arn:tg"}
ENDPOINT = {
    "id": "vpce-1", "vpc_endpoint_type": "Interface", "service_name": "s", "subnet_ids": ["subnet-a"],
    "security_group_ids": ["sg-a"],
}  # fmt: skip


def same(address, values):
    return change(address, values, values)


def worlds(*changes, **further):
    return Worlds([plan(*changes, **further)])


def ids(things):
    return [each if isinstance(each, str) else each.identity for each in things]


def test_a_service_has_load_balancers_of_both_types():
    both = worlds(
        same("aws_lb.l", LB), same("aws_lb.g", GATEWAY), same("aws_vpc_endpoint_service.s", SERVICE)
    )
    service = both.before.find("vpce-svc-1")

    assert ids(load_balancers_of(both.before, service)) == ["arn:lb", "arn:gw"]
    assert ids(service_load_balancers(both.before)) == ["arn:lb", "arn:gw"]
    assert ids(services_of(both.before, both.before.find("arn:gw"))) == ["vpce-svc-1"]
    application = worlds(same("aws_lb.l", LB | {"load_balancer_type": "application"}))
    assert service_load_balancers(application.before) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], False),
        ([same("aws_lb.l", LB)], False),
        ([same("aws_vpc_endpoint.e", ENDPOINT | {"vpc_endpoint_type": "Gateway"})], False),
        ([same("aws_vpc_endpoint.e", ENDPOINT)], True),
        ([change("aws_vpc_endpoint.e", None, ENDPOINT)], True),
        ([same("aws_vpc_endpoint_service.s", SERVICE)], True),
    ],
)
def test_privatelink_is_a_service_or_an_endpoint_that_leads_to_one(changes, found):
    assert has_privatelink(worlds(*changes)) is found


UNKNOWN_LB = change(
    "aws_vpc_endpoint_service.s", SERVICE, SERVICE | {"network_load_balancer_arns": None},
    unknown={"network_load_balancer_arns": True},
)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "use"),
    [
        ([same("aws_vpc_endpoint_service.s", SERVICE)], "used"),
        ([same("aws_vpc_endpoint_service.s", SERVICE | {"network_load_balancer_arns": ["arn:b"]})], "unused"),
        ([same("aws_vpc_endpoint.e", ENDPOINT)], "unknown"),
        ([], "unused"),
        ([UNKNOWN_LB], "used"),
    ],
)
def test_whether_a_service_uses_a_load_balancer(changes, use):
    made = worlds(same("aws_lb.l", LB), *changes)

    assert use_of(made, made.before.find("arn:lb")) == use


def test_a_load_balancer_that_is_in_no_plan_may_be_used():
    assert use_of(worlds(same("aws_vpc_endpoint_service.s", SERVICE)), "arn:elsewhere") == "unknown"


@pytest.mark.parametrize(
    ("listener", "ports"),
    [
        (LISTENER, [("tcp", 443), ("udp", 443)]),
        (LISTENER | {"protocol": "TLS"}, [("tcp", 443)]),
        (LISTENER | {"port": None}, None),
        (None, None),
    ],
)
def test_the_ports_of_a_service_are_those_of_its_listeners(listener, ports):
    only = SERVICE | {"gateway_load_balancer_arns": []}
    changes = [
        same("aws_lb.l", LB),
        same("aws_vpc_endpoint_service.s", only),
        same("aws_vpc_endpoint.e", ENDPOINT),
    ]
    made = worlds(*changes, *([same("aws_lb_listener.l", listener)] if listener else []))

    assert ports_of(made.before, made.before.find("vpce-1")) == ports


def test_the_ports_of_a_service_elsewhere_are_not_known():
    made = worlds(same("aws_vpc_endpoint.e", ENDPOINT), same("aws_vpc_endpoint_service.s", SERVICE))

    assert ports_of(made.before, made.before.find("vpce-1")) is None
    assert ports_of(worlds(same("aws_vpc_endpoint.e", ENDPOINT)).before, made.before.find("vpce-1")) is None


def test_target_groups_behind_a_service_and_not_behind_other_load_balancers():
    parts = [same("aws_lb.l", LB), same("aws_lb_listener.l", LISTENER), same("aws_lb_target_group.t", GROUP)]
    ((lb, listener, group),) = live_target_groups(worlds(*parts, same("aws_vpc_endpoint_service.s", SERVICE)))

    assert ids([lb, listener, group]) == ["arn:lb", "arn:l", "arn:tg"]
    assert live_target_groups(worlds(*parts)) == []


SUBNET = {"id": "x", "vpc_endpoint_id": "vpce-1", "subnet_id": "subnet-b"}
SECURITY_GROUP = {"id": "y", "vpc_endpoint_id": "vpce-1", "security_group_id": "sg-b"}


def test_separate_associations_are_parts_of_an_endpoint():
    made = worlds(
        same("aws_vpc_endpoint.e", ENDPOINT),
        same("aws_vpc_endpoint_subnet_association.b", SUBNET),
        change("aws_vpc_endpoint_security_group_association.b", SECURITY_GROUP, None),
    )
    before, after = made.before.find("vpce-1"), made.after.find("vpce-1")

    assert ids(endpoint_subnets(made.before, before)) == ["subnet-a", "subnet-b"]
    assert ids(endpoint_subnets(made.after, after)) == ["subnet-a", "subnet-b"]
    assert ids(endpoint_groups(made.before, before)) == ["sg-a", "sg-b"]
    assert ids(endpoint_groups(made.after, after)) == ["sg-a"]


@pytest.mark.parametrize(
    ("written", "after"), [({"vpc_id": "v"}, ["subnet-a"]), ({"subnet_ids": []}, ["subnet-a", "subnet-b"])]
)
def test_an_omitted_attribute_also_has_the_subnets_of_associations_that_go(written, after):
    both = ENDPOINT | {"subnet_ids": ["subnet-a", "subnet-b"]}
    made = worlds(
        same("aws_vpc_endpoint.e", both),
        change("aws_vpc_endpoint_subnet_association.b", SUBNET, None),
        configuration=[configured("aws_vpc_endpoint.e", **written)],
    )

    assert ids(endpoint_subnets(made.after, made.after.find("vpce-1"))) == after


def test_endpoints_are_those_that_stay_or_are_created():
    gone = change("aws_vpc_endpoint.g", ENDPOINT | {"id": "vpce-2"}, None)
    new = change("aws_vpc_endpoint.n", None, ENDPOINT | {"id": "vpce-3"})
    made = worlds(same("aws_vpc_endpoint.e", ENDPOINT), gone, new)

    found = [(before and before.identity, after.identity) for before, after in endpoints(made, "Interface")]
    assert found == [("vpce-1", "vpce-1"), (None, "vpce-3")]
    assert list(endpoints(made, "Gateway")) == []


def test_target_groups_of_an_application_load_balancer_are_behind_the_service_too():
    alb = {"id": "arn:alb", "arn": "arn:alb", "load_balancer_type": "application"}
    web = {"id": "arn:al", "load_balancer_arn": "arn:alb"}
    to_api = {"id": "arn:rule", "listener_arn": "arn:al", "action": [{"target_group_arn": "arn:api"}]}
    made = worlds(
        same("aws_lb.l", LB),
        same("aws_lb_listener.l", LISTENER),
        same("aws_lb_target_group.t", GROUP),
        same("aws_vpc_endpoint_service.s", SERVICE),
        same("aws_lb_target_group_attachment.t", {"target_group_arn": "arn:tg", "target_id": "arn:alb"}),
        same("aws_lb.alb", alb),
        same("aws_lb_listener.alb", web | {"default_action": [{"target_group_arn": "arn:web"}]}),
        same("aws_lb_listener_rule.api", to_api),
        same("aws_lb_target_group.web", {"id": "arn:web", "arn": "arn:web"}),
        same("aws_lb_target_group.api", {"id": "arn:api", "arn": "arn:api"}),
    )

    assert [group.identity for _, _, group in live_target_groups(made)] == ["arn:tg", "arn:web", "arn:api"]


@pytest.mark.parametrize(
    ("kind", "lb", "group", "across"),
    [
        ("network", None, None, False),
        ("network", True, "use_load_balancer_configuration", True),
        ("network", True, "false", False),
        ("gateway", False, None, False),
        ("gateway", True, None, True),
        # An Application Load Balancer has no setting of its own.
        ("application", False, "use_load_balancer_configuration", True),
        ("application", False, "false", False),
    ],
)
def test_whether_traffic_crosses_zones(kind, lb, group, across):
    made = worlds(
        same("aws_lb.l", {"id": "l", "load_balancer_type": kind, "enable_cross_zone_load_balancing": lb}),
        same("aws_lb_target_group.t", {"id": "t", "load_balancing_cross_zone_enabled": group}),
    )

    assert across_zones(made.before.find("l"), made.before.find("t")) is across
