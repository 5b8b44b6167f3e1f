"""Network Load Balancers: what AWS refuses, and what no one can get in by."""

import pytest

from tests.support.plan_facts import ENFORCE, change, configured, plan
from tests.support.rule_findings import findings, found, only

LB = {
    "id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network", "name": "a",
    "security_groups": ["sg-1"], "enable_deletion_protection": False, ENFORCE: "off",
}  # fmt: skip
SERVICE = {"id": "s", "network_load_balancer_arns": ["arn:lb"]}
STAYS = change("aws_vpc_endpoint_service.s", SERVICE, SERVICE)


def lb(before=None, after=None, **further):
    return change("aws_lb.l", LB | (before or {}), None if after is False else LB | (after or {}), **further)


@pytest.mark.parametrize(
    ("attribute", "because"),
    [
        ("name", "AWS cannot change the name"),
        ("internal", "AWS cannot change the scheme"),
        ("customer_owned_ipv4_pool", ""),
    ],
)
def test_a_load_balancer_replaced_under_a_service_blocks(attribute, because):
    finding = only(plan(lb({}, {attribute: "b"}, replaced_by=(attribute,)), STAYS))

    assert (finding.rule.id, finding.severity, finding.attribute, finding.because) == (
        "load-balancer-replaced", "blocking", attribute, because
    )  # fmt: skip


ELSEWHERE = change("aws_vpc_endpoint_service.s", {"id": "s"}, {"id": "s"})


def test_one_that_no_service_of_the_plans_stands_on_is_warned_of():
    replaced = lb({}, {"name": "b"}, replaced_by=("name",))
    finding = only(plan(replaced, ELSEWHERE))

    assert finding.severity == "warning"
    assert finding.because == "AWS cannot change the name; no endpoint service in these plans uses it"
    # Without PrivateLink in the plans there is nothing to say about it.
    assert found(plan(replaced)) == []


@pytest.mark.parametrize(
    ("service", "ids"),
    [
        (STAYS, ["load-balancer-destroyed"]),
        (change("aws_vpc_endpoint_service.s", SERVICE, None), ["service-destroyed"]),
        (change("aws_vpc_endpoint_service.s", None, {"id": "other"}), []),
    ],
)
def test_a_load_balancer_destroyed_blocks_while_a_service_stands_on_it(service, ids):
    assert found(plan(lb({}, False), service)) == ids


def test_an_application_load_balancer_is_not_looked_at():
    assert found(plan(change("aws_lb.l", LB | {"load_balancer_type": "application"}, None), STAYS)) == []


def test_the_older_name_of_its_type_is_the_same_thing():
    assert found(plan(change("aws_alb.l", LB, None), STAYS)) == ["load-balancer-destroyed"]


PROTECTED = {"enable_deletion_protection": True}


@pytest.mark.parametrize(
    ("made", "severity"),
    [
        (lb(PROTECTED, {}), "warning"),
        (lb(PROTECTED, False), "blocking"),
        (lb(PROTECTED, PROTECTED | {"tags": {}}), None),
        (lb({}, PROTECTED), None),
        (lb({}, False), None),
    ],
)
def test_deletion_protection_off_or_in_the_way(made, severity):
    severities = {each.rule.id: each.severity for each in findings(plan(made, STAYS))}

    assert severities.get("deletion-protection-off") == severity


@pytest.mark.parametrize(
    ("after", "unknown", "ids"),
    [
        (None, True, ["load-balancer-groups-unknown"]),
        (["sg-1", None], [False, True], ["load-balancer-groups-unknown"]),
        (["sg-2"], False, []),
    ],
)  # fmt: skip
def test_security_groups_that_only_the_apply_will_tell(after, unknown, ids):
    made = lb({}, {"security_groups": after}, unknown={"security_groups": unknown})

    assert found(plan(made, STAYS)) == ids


def test_of_a_new_load_balancer_they_cannot_be_known_yet():
    made = change("aws_lb.l", None, LB | {"security_groups": None}, unknown={"security_groups": True})

    assert found(plan(made, STAYS)) == []


GROUP = {"id": "sg-1", "ingress": [], "egress": []}
LISTENER = {"id": "l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP"}
RULE = {"security_group_id": "sg-1", "ip_protocol": "tcp", "cidr_ipv4": "10.0.0.0/8"}


def enforced(*further, before="off"):
    return plan(lb({ENFORCE: before}, {ENFORCE: "on", "tags": {}}), STAYS, *further)


def same(address, values):
    return change(address, values, values)


@pytest.mark.parametrize(
    ("ports", "because"),
    [
        (None, "1 of 1 listeners have no rule"),
        ((80, 80), "1 of 1 listeners have no rule"),
        ((0, 65535), None),
    ],
)
def test_enforcement_blocks_where_no_rule_opens_a_listeners_port(ports, because):
    further = [same("aws_security_group.g", GROUP), same("aws_lb_listener.l", LISTENER)]
    if ports:
        rule = RULE | {"from_port": ports[0], "to_port": ports[1]}
        further.append(same("aws_vpc_security_group_ingress_rule.r", rule))

    assert found(enforced(*further)) == (["enforcement-without-admission"] if because else [])
    assert because is None or only(enforced(*further)).because == because
    assert found(enforced(*further, before="on")) == []


@pytest.mark.parametrize(
    ("before", "after"), [("on", "on"), (None, "on"), ("", "on"), ("off", ""), ("on", "off")]
)
def test_only_enforcement_that_is_switched_on_is_looked_at(before, after):
    made = plan(
        lb({ENFORCE: before}, {ENFORCE: after, "tags": {}}), STAYS, same("aws_lb_listener.l", LISTENER)
    )

    assert found(made) == []


def test_rules_that_no_plan_holds_are_only_warned_of():
    finding = only(enforced(same("aws_lb_listener.l", LISTENER)))

    assert (finding.rule.id, finding.severity) == ("enforcement-without-admission", "warning")


@pytest.mark.parametrize(
    ("references", "ids"),
    [
        (["aws_security_group.one", "aws_security_group.two"], []),
        (["local.groups"], ["load-balancer-groups-unknown"]),
    ],
)
def test_a_group_that_the_configuration_shows_is_known_before_it_has_an_id(references, ids):
    one = {"id": "sg-1", "ingress": [], "egress": []}
    made = [
        lb({}, {"security_groups": None}, unknown={"security_groups": True}),
        change("aws_security_group.one", one, one),
        change("aws_security_group.two", None, {"ingress": [], "egress": []}, unknown={"id": True}),
    ]
    written = [configured("aws_lb.l", security_groups=references)]

    assert found(plan(*made, STAYS, configuration=written)) == ids
