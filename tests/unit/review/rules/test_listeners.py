"""Listeners and target groups: what stops answering."""

import pytest

from tests.support.plan_facts import change, plan
from tests.support.rule_findings import found, only

LB = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}
LISTENER = {
    "id": "arn:l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP",
    "default_action": [{"target_group_arn": "arn:tg"}],
}  # fmt: skip
NAME = "aws_lb_listener.l"
SERVICE = {"id": "s", "network_load_balancer_arns": ["arn:lb"]}
OTHER = LISTENER | {"id": "arn:other", "default_action": [{"target_group_arn": "arn:other"}]}
STAYS = change("aws_vpc_endpoint_service.s", SERVICE, SERVICE)


def lb(kind="network", after=True, **further):
    values = LB | {"load_balancer_type": kind}
    return change("aws_lb.l", values, values | {"tags": {}} if after else None, **further)


@pytest.mark.parametrize(
    ("after", "ids"),
    [
        ({}, []),
        ({"port": 8443}, ["listener-changed"]),
        ({"protocol": "TLS"}, ["listener-changed"]),
        ({"tags": {"a": "b"}}, []),
    ],
)
@pytest.mark.parametrize("name", [NAME, "aws_alb_listener.l"])
def test_port_and_protocol_of_a_listener_block(name, after, ids):
    assert found(plan(lb(), STAYS, change(name, LISTENER, LISTENER | after))) == ids


def test_a_listener_of_an_application_load_balancer_is_not_looked_at():
    made = change(NAME, LISTENER, LISTENER | {"port": 8443})

    assert found(plan(lb("application"), made)) == []
    assert found(plan(lb("application"), change(NAME, LISTENER, None))) == []


@pytest.mark.parametrize(("protocol", "ids"), [("TCP", ["listener-changed"]), ("HTTP", []), ("HTTPS", [])])
def test_of_a_load_balancer_that_no_plan_holds_the_protocol_tells_its_kind(protocol, ids):
    before = LISTENER | {"protocol": protocol}

    changed = change(NAME, before, before | {"port": 8443})
    endpoint = change("aws_vpc_endpoint.e", values := {"vpc_endpoint_type": "Interface"}, values)

    assert found(plan(changed, endpoint)) == ids
    if ids:
        assert only(plan(changed, endpoint)).severity == "warning"


def test_without_privatelink_in_the_plans_a_listener_is_nothing_to_say():
    moved = change(NAME, LISTENER, LISTENER | {"port": 8443})

    assert found(plan(lb(), moved)) == []
    assert found(plan(lb(), change(NAME, LISTENER, None))) == []
    other = SERVICE | {"network_load_balancer_arns": ["arn:other"]}
    assert found(plan(lb(), moved, change("aws_vpc_endpoint_service.s", other, other))) == []


def test_a_listener_that_is_made_or_not_known_yet_changes_nothing():
    assert found(plan(lb(), STAYS, change(NAME, None, LISTENER))) == []


@pytest.mark.parametrize(
    ("further", "ids"),
    [
        ([], ["listener-destroyed"]),
        ([change("aws_lb_listener.other", None, OTHER)], []),
        # The same arguments: AWS refuses the second listener of a port, until the first is gone.
        (
            [change("aws_lb_listener.other", None, LISTENER | {"id": "arn:l"})],
            ["renamed-without-moved"],
        ),
        ([change("aws_lb_listener.other", None, LISTENER | {"id": "o", "port": 80})], ["listener-destroyed"]),
        ([change("aws_lb_listener.other", None, LISTENER | {"protocol": "TLS"})], ["listener-destroyed"]),
    ],
)  # fmt: skip
def test_a_listener_destroyed_blocks_unless_another_has_its_port(further, ids):
    assert found(plan(lb(), STAYS, change(NAME, LISTENER, None), *further)) == ids


def test_where_the_load_balancer_goes_too_that_is_what_is_told():
    assert found(plan(lb(after=False), STAYS, change(NAME, LISTENER, None))) == ["load-balancer-destroyed"]
    replaced = lb(replaced_by=("name",))
    assert found(plan(replaced, STAYS, change(NAME, LISTENER, None))) == ["load-balancer-replaced"]


def test_a_listener_moved_to_another_load_balancer_is_destroyed():
    moved = change(
        NAME, LISTENER, LISTENER | {"load_balancer_arn": "arn:b"}, replaced_by=("load_balancer_arn",)
    )

    assert found(plan(lb(), STAYS, moved)) == ["listener-destroyed"]


GROUP = {"id": "arn:tg", "arn": "arn:tg", "port": 443}
FORWARD = {"default_action": [{"forward": [{"target_group": [{"arn": "arn:tg"}]}]}]}


@pytest.mark.parametrize("name", ["aws_lb_target_group.t", "aws_alb_target_group.t"])
@pytest.mark.parametrize(
    ("listener", "ids"),
    [
        (LISTENER, ["target-group-replaced"]),
        (LISTENER | FORWARD, ["target-group-replaced"]),
        (LISTENER | {"default_action": []}, []),
    ],
)
def test_a_target_group_replaced_blocks_where_a_listener_forwards_to_it(name, listener, ids):
    replaced = change(name, GROUP, GROUP | {"port": 80}, replaced_by=("port",))

    assert found(plan(lb(), STAYS, change(NAME, listener, listener), replaced)) == ids
