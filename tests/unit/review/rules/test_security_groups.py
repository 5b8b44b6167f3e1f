"""Security groups of endpoints opened and closed, in each of the ways that their rules are written."""

import pytest

from tests.support.plan_facts import ENFORCE, change, configured, plan, reviewed
from tests.support.rule_findings import found, only

ENDPOINT = {"id": "vpce-1", "vpc_endpoint_type": "Interface", "security_group_ids": ["sg-e"]}
PORTS = {"from_port": 443, "to_port": 443}


def by_rule(cidr):
    rule = {"security_group_id": "sg-e", "cidr_ipv4": cidr, "ip_protocol": "tcp", **PORTS}
    return "aws_vpc_security_group_ingress_rule.r", rule


def by_old_rule(cidr):
    rule = {"type": "ingress", "security_group_id": "sg-e", "cidr_blocks": [cidr], "protocol": "6", **PORTS}
    return "aws_security_group_rule.r", rule


def by_block(cidr):
    return "aws_security_group.e", {
        "id": "sg-e",
        "ingress": [{"protocol": "tcp", "cidr_blocks": [cidr], **PORTS}],
    }


def findings(write, before, after, *further):
    (address, had), (_, has) = write(before or "192.0.2.0/24"), write(after or "192.0.2.0/24")
    made = [
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT),
        change(address, had if before else None, has if after else None),
    ]
    if write is not by_block:
        group = {"id": "sg-e", "ingress": []}
        made.append(change("aws_security_group.e", group, group))
    return found(plan(*made, *further))


each_way = pytest.mark.parametrize("write", [by_rule, by_old_rule, by_block])


@each_way
@pytest.mark.parametrize(
    ("before", "after", "finds"),
    [
        ("10.0.0.0/8", "10.0.0.0/8", []),
        ("10.0.0.0/8", "10.0.0.0/7", []),
        ("10.0.0.0/8", "10.0.0.0/9", ["endpoint-closed-to-clients"]),
        ("10.0.0.0/8", "0.0.0.0/0", ["endpoint-opened-to-everyone"]),
        ("0.0.0.0/0", "0.0.0.0/0", []),
        ("0.0.0.0/0", "10.0.0.0/8", ["endpoint-closed-to-clients"]),
    ],
)
def test_what_is_admitted_before_and_after_is_compared(write, before, after, finds):
    assert findings(write, before, after) == finds


@pytest.mark.parametrize("turned", [False, True])
def test_each_rule_of_a_group_is_looked_at(turned):
    narrow, wide = by_rule("10.0.0.0/8")[1], by_rule("0.0.0.0/0")[1]
    rules = [
        change("aws_vpc_security_group_ingress_rule.a", narrow, narrow),
        change("aws_vpc_security_group_ingress_rule.b", None, wide),
        change("aws_vpc_security_group_ingress_rule.c", narrow, narrow),
    ]
    group = {"id": "sg-e", "ingress": []}
    made = plan(
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT),
        change("aws_security_group.e", group, group),
        *(rules[::-1] if turned else rules),
    )

    assert found(made) == ["endpoint-opened-to-everyone"]


@pytest.mark.parametrize("write", [by_rule, by_old_rule])
def test_a_rule_that_goes_closes_unless_another_admits_the_same(write):
    other = {"security_group_id": "sg-e", "cidr_ipv4": "10.0.0.0/8", "ip_protocol": "-1"}
    instead = change("aws_vpc_security_group_ingress_rule.other", None, other)

    assert findings(write, "10.1.0.0/16", None) == ["endpoint-closed-to-clients"]
    assert findings(write, "10.1.0.0/16", None, instead) == []


def test_what_the_group_mirrors_of_a_rule_does_not_hide_that_the_rule_goes():
    address, rule = by_rule("10.0.0.0/8")
    _, group = by_block("10.0.0.0/8")
    made = plan(
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT),
        change("aws_security_group.e", group, group),
        change(address, rule, None),
        configuration=[configured("aws_security_group.e", vpc_id="vpc-1")],
    )

    assert found(made) == ["endpoint-closed-to-clients"]


def test_another_group_of_the_endpoint_is_told_of_the_endpoint():
    address, rule = by_rule("0.0.0.0/0")
    groups = [{"id": "sg-e", "ingress": []}, {"id": "sg-open", "ingress": []}]
    made = plan(
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT | {"security_group_ids": ["sg-open"]}),
        *(change(f"aws_security_group.g{n}", group, group) for n, group in enumerate(groups)),
        change(address, rule | {"security_group_id": "sg-open"}, rule | {"security_group_id": "sg-open"}),
    )

    assert found(made) == ["endpoint-opened-to-everyone"]


VPC = {"id": "vpc-1", "cidr_block": "10.0.0.0/16"}
IN_VPC = ENDPOINT | {"vpc_id": "vpc-1"}


def group(*blocks, after=None, **further):
    had, has = ({"id": "sg-e", "vpc_id": "vpc-1", "ingress": [*each]} for each in (blocks, after or blocks))
    return change("aws_security_group.e", had, has, **further)


def block(cidrs=(), groups=(), ports=(443, 443)):
    return {
        "protocol": "tcp", "from_port": ports[0], "to_port": ports[1], "cidr_blocks": [*cidrs],
        "security_groups": [*groups],
    }  # fmt: skip


def same(address, values):
    return change(address, values, values)


def test_a_finding_has_the_rules_that_differ():
    made = group(
        block(["10.0.0.0/16"]), block(["10.0.0.0/8"], ports=(80, 80)),
        after=[block(["10.0.0.0/17"]), block(["10.0.0.0/8"], ports=(80, 80))],
    )  # fmt: skip
    finding = only(plan(same("aws_vpc_endpoint.e", IN_VPC), made))

    assert (finding.before, finding.after) == ("tcp 443 from 10.0.0.0/16", "tcp 443 from 10.0.0.0/17")
    assert finding.because == "no longer allowed: tcp 443 from 10.0.128.0/17"


def test_a_group_of_clients_that_the_addresses_of_the_vpc_cover_is_not_missed():
    both = [block(["10.0.0.0/16"]), block(groups=["sg-c"])]
    made = group(*both, after=both[:1])
    narrow = group(block(["10.0.0.0/17"]), both[1], after=[block(["10.0.0.0/17"])])
    endpoint = same("aws_vpc_endpoint.e", IN_VPC)

    assert found(plan(endpoint, same("aws_vpc.v", VPC), made)) == []
    assert found(plan(endpoint, same("aws_vpc.v", VPC), narrow)) == ["endpoint-closed-to-clients"]
    # The addresses of the VPC are not in the plan.
    assert found(plan(endpoint, made)) == ["endpoint-closed-to-clients"]


def test_only_the_ports_of_the_service_count_if_the_plans_show_them():
    service = {"id": "s", "service_name": "s", "network_load_balancer_arns": ["arn:lb"]}
    parts = [
        same("aws_vpc_endpoint_service.s", service),
        same("aws_lb.l", {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}),
        same("aws_lb_listener.l", {"id": "l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP"}),
        same("aws_vpc_endpoint.e", IN_VPC | {"service_name": "s"}),
    ]
    unserved = group(
        block(["10.0.0.0/16"]), block(["10.0.0.0/16"], ports=(80, 80)), after=[block(["10.0.0.0/16"])]
    )

    assert found(plan(*parts, unserved)) == []
    assert found(plan(same("aws_vpc_endpoint.e", IN_VPC), unserved)) == ["endpoint-closed-to-clients"]
    # The service is in the plan, its listeners are not.
    assert found(plan(*parts[:1], *parts[3:], unserved)) == ["endpoint-closed-to-clients"]
    without = same("aws_vpc_endpoint_service.s", service | {"network_load_balancer_arns": []})
    assert found(plan(without, *parts[3:], unserved)) == ["endpoint-closed-to-clients"]


def test_a_prefix_list_with_fewer_entries_closes_and_is_the_cause():
    rule = {"security_group_id": "sg-e", "prefix_list_id": "pl-1", "ip_protocol": "tcp", **PORTS}
    entries = [{"cidr": "10.0.0.0/16"}, {"cidr": "10.1.0.0/16"}]
    old = {"id": "pl-1", "entry": entries}
    parts = [
        same("aws_vpc_endpoint.e", ENDPOINT), same("aws_security_group.e", {"id": "sg-e", "ingress": []}),
        same("aws_vpc_security_group_ingress_rule.r", rule),
    ]  # fmt: skip
    fewer = change("aws_ec2_managed_prefix_list.l", old, old | {"entry": entries[:1]})
    turned = change("aws_ec2_managed_prefix_list.l", old, old | {"entry": entries[::-1]})

    finding = only(plan(*parts, fewer))
    assert (finding.change.type, finding.attribute) == ("aws_ec2_managed_prefix_list", "entry")
    assert finding.because == "no longer allowed: tcp 443 from 10.1.0.0/16"
    assert found(plan(*parts, turned)) == []


def test_a_separate_association_that_goes_takes_its_group():
    association = {"id": "x", "vpc_endpoint_id": "vpce-1", "security_group_id": "sg-x"}
    rules = {"id": "sg-x", "ingress": [block(["10.0.0.0/16"])]}
    parts = [same("aws_vpc_endpoint.e", ENDPOINT), group(), same("aws_security_group.x", rules)]
    gone = change("aws_vpc_endpoint_security_group_association.x", association, None)

    finding = only(plan(*parts, gone))
    assert (finding.rule.id, finding.attribute) == ("endpoint-closed-to-clients", "security_group_id")
    assert finding.change.type == "aws_vpc_endpoint_security_group_association"
    kept = same("aws_vpc_endpoint_security_group_association.x", association)
    assert found(plan(*parts, kept)) == []


NLB = {
    "id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network", "security_groups": ["sg-e"],
    ENFORCE: "on",
}  # fmt: skip
BY_NLB = {"id": "s", "service_name": "s", "network_load_balancer_arns": ["arn:lb"]}


@pytest.mark.parametrize(
    ("lb", "service", "after", "ids"),
    [
        ({}, {}, ["10.0.0.0/17"], ["load-balancer-closed-to-consumers"]),
        ({}, {}, ["10.0.0.0/17", "10.0.128.0/17"], []),
        ({ENFORCE: "off"}, {}, ["10.0.0.0/17"], []),
        ({}, {"network_load_balancer_arns": ["arn:b"]}, ["10.0.0.0/17"], []),
    ],
)
def test_consumers_that_the_group_of_the_load_balancer_no_longer_allows(lb, service, after, ids):
    made = plan(
        same("aws_lb.l", NLB | lb),
        same("aws_vpc_endpoint_service.s", BY_NLB | service),
        same("aws_lb_listener.l", {"id": "l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP"}),
        group(block(["10.0.0.0/16"]), after=[block(after)]),
    )

    assert found(made) == ids


@pytest.mark.parametrize(
    ("written", "rule", "changed", "ids"),
    [
        ({"ingress": []}, "created", False, ["inline-and-separate-rules"]),
        ({"ingress": []}, "kept", True, ["inline-and-separate-rules"]),
        # It was so before, and these plans do not touch it.
        ({"ingress": []}, "kept", False, []),
        ({"vpc_id": "vpc-1"}, "created", False, []),
        ({"ingress": []}, None, True, []),
    ],
)
def test_inline_and_separate_rules_of_one_group(written, rule, changed, ids):
    address, values = by_rule("192.0.2.0/24")
    rules = {"created": [change(address, None, values)], "kept": [same(address, values)], None: []}[rule]
    wide = [block(["10.0.0.0/16"]), block(["10.1.0.0/16"])]
    made = group(*wide[:1], after=wide if changed else None)
    endpoint = same("aws_vpc_endpoint.e", ENDPOINT)
    configuration = [configured("aws_security_group.e", **written)]

    assert found(plan(endpoint, made, *rules, configuration=configuration)) == ids
    assert found(plan(made, *rules, configuration=configuration)) == []


@pytest.mark.parametrize(("already", "ids"), [([], []), (["pl-x"], ["endpoint-closed-to-clients"])])
def test_a_prefix_list_that_is_in_no_plan_may_have_the_clients(already, ids):
    had = [block(["10.0.0.0/16"]), *(block() | {"prefix_list_ids": [each]} for each in already)]
    made = group(*had, after=[block() | {"prefix_list_ids": ["pl-x"]}])

    assert found(plan(same("aws_vpc_endpoint.e", ENDPOINT), made)) == ids


IN_USE = "security-group-in-use-destroyed"


def replaced_group(identity, first="delete"):
    values = {"id": identity, "name": "a", "ingress": [], "egress": []}
    made = change(f"aws_security_group.{identity[3:]}", values, values | {"name": "b"}, replaced_by=("name",))
    made["change"]["actions"] = ["delete", "create"] if first == "delete" else ["create", "delete"]
    return made


def used_by_an_endpoint(stays):
    yield change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT if stays else None)


def used_by_targets(stays):
    lb = {"id": "arn:lb", "arn": "arn:lb", "load_balancer_type": "network"}
    instance = {"id": "i-1", "vpc_security_group_ids": ["sg-e"]}
    for address, values in {
        "aws_lb.l": lb,
        "aws_vpc_endpoint_service.s": {"id": "s", "network_load_balancer_arns": ["arn:lb"]},
        "aws_lb_listener.l": {
            "id": "l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP",
            "default_action": [{"target_group_arn": "arn:tg"}],
        },
        "aws_lb_target_group.t": {"id": "arn:tg", "arn": "arn:tg", "port": 443},
        "aws_lb_target_group_attachment.t": {"target_group_arn": "arn:tg", "target_id": "i-1"},
    }.items():  # fmt: skip
        yield change(address, values, values)
    yield change("aws_instance.i", instance, instance if stays else None)


@pytest.mark.parametrize("user", [used_by_an_endpoint, used_by_targets])
@pytest.mark.parametrize(
    ("group", "stays", "severity"),
    [
        (replaced_group("sg-e"), True, "blocking"),
        (replaced_group("sg-e", "create"), True, None),
        (replaced_group("sg-e"), False, None),
        (replaced_group("sg-other"), True, None),
        (change("aws_security_group.e", {"id": "sg-e"}, None), True, "warning"),
        (change("aws_security_group.e", {"id": "sg-e"}, {"id": "sg-e", "tags": {}}), True, None),
    ],
)
def test_a_group_is_destroyed_while_something_uses_it(user, group, stays, severity):
    hits = [each for each in reviewed(plan(*user(stays), group)).findings if each.rule.id == IN_USE]

    assert [each.severity for each in hits] == ([severity] if severity else [])
    assert all(each.because.endswith(" uses it") for each in hits)
