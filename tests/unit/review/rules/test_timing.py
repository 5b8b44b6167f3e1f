"""What is down during the apply: how many of how many, and what only looks like it."""

import pytest

from tests.support.plan_facts import change, configured, plan
from tests.support.rule_findings import findings, found, only

LB = {
    "id": "arn:lb",
    "arn": "arn:lb",
    "load_balancer_type": "network",
    "enable_cross_zone_load_balancing": True,
}
SERVICE = {"id": "s", "network_load_balancer_arns": ["arn:lb"]}
LISTENER = {
    "id": "arn:l", "load_balancer_arn": "arn:lb", "port": 443, "protocol": "TCP",
    "default_action": [{"target_group_arn": "arn:tg"}],
}  # fmt: skip
GROUP = {"id": "arn:tg", "arn": "arn:tg", "port": 443}
DOWN, RENAMED = "targets-down-at-once", "renamed-without-moved"


def same(address, values):
    return change(address, values, values)


def instance(number, after=None, first="delete", **further):
    values = {"id": f"i-{number}", "availability_zone": "ab"[number], "instance_type": "a", "ami": "a"}
    made = change(f"aws_instance.i[{number}]", values, values | (after or {}), **further)
    if further.get("replaced_by") and first == "create":
        made["change"]["actions"] = ["create", "delete"]
    return made


def attachment(number, after="same", first="delete", **further):
    values = {"id": f"a{number}", "target_group_arn": "arn:tg", "target_id": f"i-{number}"}
    made = change(
        f"aws_lb_target_group_attachment.a[{number}]", values, values if after == "same" else after, **further
    )
    if further.get("replaced_by") and first == "create":
        made["change"]["actions"] = ["create", "delete"]
    return made


def replaced_attachment(number, first="delete"):
    after = {"target_group_arn": "arn:tg", "target_id": None}
    return attachment(number, after, first, unknown={"target_id": True}, replaced_by=("target_id",))


def service(*changes, lb=None, group=None):
    return plan(
        same("aws_lb.l", LB | (lb or {})), same("aws_vpc_endpoint_service.s", SERVICE),
        same("aws_lb_listener.l", LISTENER), group or same("aws_lb_target_group.t", GROUP), *changes,
    )  # fmt: skip


def replaced(number, first="delete"):
    return [
        instance(number, {"ami": "b"}, first, replaced_by=("ami",)),
        replaced_attachment(number, first),
    ]


STAYS = [instance(1), attachment(1)]


def test_all_targets_replaced_are_counted():
    finding = only(service(*replaced(0), *replaced(1)))

    assert (finding.rule.id, finding.severity, finding.attribute) == (DOWN, "blocking", "ami")
    assert finding.because == (
        "2 of 2 targets of aws_lb_target_group.t are down from the destroy of aws_instance.i[0] until it is "
        "created again, and a new target is healthy only after 5 health checks of 30 s"
    )


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ([*replaced(0), *STAYS], None),
        ([*replaced(0, "create"), *replaced(1, "create")], "warning"),
        ([instance(0, {"instance_type": "b"}), attachment(0)], "blocking"),
        ([instance(0, {"user_data": "b"}), attachment(0)], "blocking"),
        ([instance(0, {"instance_type": "b"}), attachment(0), *STAYS], None),
        ([instance(0, {"tags": {"a": "b"}}), attachment(0)], None),
        ([instance(0), replaced_attachment(0)], "blocking"),
        ([instance(0), replaced_attachment(0, "create")], "warning"),
    ],
)
def test_targets_are_down_only_if_none_stays(changes, severity):
    assert [each.severity for each in findings(service(*changes))] == ([severity] if severity else [])


def test_a_target_group_of_several_listeners_is_told_once():
    second = LISTENER | {"id": "arn:m", "port": 8443}

    assert len(findings(service(*replaced(0), *replaced(1), same("aws_lb_listener.m", second)))) == 1


def test_the_health_check_of_the_group_says_how_long():
    check = GROUP | {"health_check": [{"interval": 10, "healthy_threshold": 2}]}
    made = service(*replaced(0), group=same("aws_lb_target_group.t", check))

    assert only(made).because.endswith("a new target is healthy only after 2 health checks of 10 s")


@pytest.mark.parametrize(
    ("lb", "group", "warned"),
    [
        ({"enable_cross_zone_load_balancing": False}, {}, True),
        ({"enable_cross_zone_load_balancing": True}, {}, False),
        ({}, {"load_balancing_cross_zone_enabled": "false"}, True),
        (
            {"enable_cross_zone_load_balancing": False},
            {"load_balancing_cross_zone_enabled": "true"},
            False,
        ),
    ],
)
def test_without_cross_zone_load_balancing_each_zone_counts(lb, group, warned):
    made = service(*replaced(0), *STAYS, lb=lb, group=same("aws_lb_target_group.t", GROUP | group))

    assert found(made) == ([DOWN] if warned else [])
    if warned:
        assert only(made).severity == "warning"
        assert "1 of 2 targets of aws_lb_target_group.t, all in a, are down" in only(made).because


def test_targets_that_others_take_the_place_of_in_the_same_apply():
    other = {"target_group_arn": "arn:tg", "target_id": "i-9"}
    new = change("aws_lb_target_group_attachment.n", None, other)
    made = service(instance(0), attachment(0, None), new)

    assert only(made).because.startswith(
        "1 of 1 targets of aws_lb_target_group.t are down from the destroy of"
    )
    # Without others they do not come back: paths show it.
    assert found(service(instance(0), attachment(0, None))) == []


def test_a_group_behind_two_listeners_is_counted_once():
    second = same("aws_lb_listener.m", LISTENER | {"id": "arn:m", "port": 80})

    assert [each.rule.id for each in findings(service(*replaced(0), second))] == [DOWN]


def test_a_replaced_group_and_one_without_a_service_are_not_looked_at():
    group = change("aws_lb_target_group.t", GROUP, GROUP | {"port": 80}, replaced_by=("port",))

    assert found(service(*replaced(0), group=group)) == ["target-group-replaced"]
    assert found(plan(same("aws_lb.l", LB), same("aws_lb_target_group.t", GROUP), *replaced(0))) == []


SCALED = {"id": "asg", "name": "asg", "target_group_arns": ["arn:tg"], "launch_template": [{"version": "1"}]}
AT_ONCE = {"instance_refresh": [{"preferences": [{"min_healthy_percentage": 0}]}]}
IN_TURN = {"instance_refresh": [{"preferences": [{"min_healthy_percentage": 90}]}]}
NEWER = {"launch_template": [{"version": "2"}]}


@pytest.mark.parametrize(
    ("before", "after", "replaced_by", "severity"),
    [
        (AT_ONCE, NEWER, (), "blocking"),
        (IN_TURN, NEWER, (), None),
        ({}, NEWER, (), None),
        (AT_ONCE, {"tags": {"a": "b"}}, (), None),
        ({}, {"name": "b"}, ("name",), "blocking"),
    ],
)
def test_an_auto_scaling_group(before, after, replaced_by, severity):
    had = SCALED | before
    made = service(change("aws_autoscaling_group.g", had, had | after, replaced_by=replaced_by))

    assert [each.severity for each in findings(made) if each.rule.id == DOWN] == (
        [severity] if severity else []
    )


def test_an_attached_auto_scaling_group():
    group = SCALED | AT_ONCE | {"target_group_arns": []}
    attached = {"id": "x", "autoscaling_group_name": "asg", "lb_target_group_arn": "arn:tg"}
    made = service(
        change("aws_autoscaling_group.g", group, group | NEWER),
        same("aws_autoscaling_attachment.a", attached),
    )

    assert DOWN in found(made)


TASKS = {
    "id": "ecs", "load_balancer": [{"target_group_arn": "arn:tg"}], "task_definition": "a:1",
    "deployment_minimum_healthy_percent": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "blocked"),
    [
        ({}, {"task_definition": "a:2"}, True),
        ({}, {"force_new_deployment": True}, True),
        ({}, {"tags": {"a": "b"}}, False),
        ({"deployment_minimum_healthy_percent": 100}, {"task_definition": "a:2"}, False),
        ({"deployment_minimum_healthy_percent": None}, {"task_definition": "a:2"}, False),
    ],
)
def test_an_ecs_service_without_a_minimum_of_healthy_tasks(before, after, blocked):
    had = TASKS | before

    assert found(service(change("aws_ecs_service.e", had, had | after))) == ([DOWN] if blocked else [])


def renamed(number):
    again = {"target_group_arn": "arn:tg", "target_id": f"i-{number}"}
    new = change(f'aws_lb_target_group_attachment.a["{number}"]', None, again, unknown={"id": True})
    return [instance(number), attachment(number, None), new]


def test_attachments_that_only_get_another_address_block_if_they_are_all():
    finding = findings(service(*renamed(0), *renamed(1)))[0]

    assert (finding.rule.id, finding.severity) == (RENAMED, "blocking")
    assert finding.after == 'created as aws_lb_target_group_attachment.a["0"]'
    assert 'to   = aws_lb_target_group_attachment.a["0"]' in finding.code
    assert [(each.rule.id, each.severity) for each in findings(service(*renamed(0), *STAYS))] == [
        (RENAMED, "warning")
    ]


RULE = {
    "id": "r", "security_group_id": "sg-1", "cidr_ipv4": "10.0.0.0/8", "ip_protocol": "tcp", "from_port": 1,
    "to_port": 1,
}  # fmt: skip


def test_a_rule_under_another_address_too_does_not_change_what_all_attachments_do():
    old = change("aws_vpc_security_group_ingress_rule.a", RULE, None)
    new = change("aws_vpc_security_group_ingress_rule.b", None, RULE | {"id": None}, unknown={"id": True})

    made = service(*renamed(0), *renamed(1), old, new)
    assert [(each.change.type, each.severity) for each in findings(made)] == [
        ("aws_lb_target_group_attachment", "blocking"),
        ("aws_lb_target_group_attachment", "blocking"),
        ("aws_vpc_security_group_ingress_rule", "warning"),
    ]


@pytest.mark.parametrize(
    ("new", "unknown", "ids"),
    [
        ({}, {}, [RENAMED]),
        ({"cidr_ipv4": "10.0.0.0/9"}, {}, []),
        # A rule of a new group is another rule.
        ({"security_group_id": None}, {"security_group_id": True}, []),
    ],
)
def test_a_rule_under_another_address(new, unknown, ids):
    old = change("aws_vpc_security_group_ingress_rule.a", RULE, None)
    created = change(
        "aws_vpc_security_group_ingress_rule.b",
        None,
        RULE | {"id": None} | new,
        unknown={"id": True} | unknown,
    )

    assert found(service(old, created)) == ids
    assert found(plan(old, created)) == []


SCALED = {"id": "asg", "name": "asg", "desired_capacity": 2, "target_group_arns": ["arn:tg"]}
WEB_TASKS = {
    "id": "arn:aws:ecs:r:1:service/shop/web", "desired_count": 2,
    "load_balancer": [{"target_group_arn": "arn:tg", "container_port": 443}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("schedule", "attribute"),
    [
        ({"desired_capacity": 0}, "desired_capacity"),
        ({"desired_capacity": -1, "max_size": 0}, "max_size"),
        ({"desired_capacity": 2}, None),
        ({"desired_capacity": 0, "autoscaling_group_name": "other"}, None),
    ],
)
def test_an_auto_scaling_group_that_is_scheduled_to_have_no_instance(schedule, attribute):
    made = change("aws_autoscaling_schedule.s", None, {"autoscaling_group_name": "asg", **schedule})
    planned = service(same("aws_autoscaling_group.a", SCALED), made)

    assert found(planned) == (["capacity-scheduled-at-zero"] if attribute else [])
    assert attribute is None or only(planned).attribute == attribute


@pytest.mark.parametrize(
    ("most", "of", "hit"),
    [("0", "service/shop/web", True), ("4", "service/shop/web", False), ("0", "service/shop/other", False)],
)
def test_an_ecs_service_that_is_scheduled_to_have_no_task(most, of, hit):
    values = {"resource_id": of, "scalable_target_action": [{"min_capacity": "0", "max_capacity": most}]}
    planned = service(
        same("aws_ecs_service.s", WEB_TASKS), change("aws_appautoscaling_scheduled_action.s", None, values)
    )

    assert found(planned) == (["capacity-scheduled-at-zero"] if hit else [])
    assert not hit or only(planned).because == "aws_ecs_service.s then has no task"


def test_a_schedule_that_already_was_is_no_finding():
    values = {"autoscaling_group_name": "asg", "desired_capacity": 0}

    assert (
        found(service(same("aws_autoscaling_group.a", SCALED), same("aws_autoscaling_schedule.s", values)))
        == []
    )


@pytest.mark.parametrize(
    ("written", "created", "hit"),
    [
        ({"target_group_arns": ["aws_lb_target_group.t"]}, True, True),
        ({"target_group_arns": ["aws_lb_target_group.t"]}, False, False),
        ({"name": "asg"}, True, False),
    ],
)
def test_an_auto_scaling_group_with_target_groups_and_attachments(written, created, hit):
    values = {"autoscaling_group_name": "asg", "lb_target_group_arn": "arn:tg"}
    attached = change("aws_autoscaling_attachment.a", None if created else values, values)
    made = plan(
        same("aws_lb.l", LB), same("aws_vpc_endpoint_service.s", SERVICE),
        same("aws_lb_listener.l", LISTENER), same("aws_lb_target_group.t", GROUP),
        same("aws_autoscaling_group.a", SCALED), attached,
        configuration=[configured("aws_autoscaling_group.a", **written)],
    )  # fmt: skip

    assert found(made) == (["scaling-group-attached-twice"] if hit else [])
    assert not hit or only(made).because == "separate attachments: aws_autoscaling_attachment.a"
