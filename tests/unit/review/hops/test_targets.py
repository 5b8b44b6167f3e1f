"""What is behind a target group: whatever registers targets is followed, and says whether one runs."""

import pytest

from privatelink.review.hops.targets import targets_of
from privatelink.review.shapes import UNKNOWN
from privatelink.review.world import Worlds
from privatelink.review.zones import zone_of
from tests.support.plan_facts import ATTACHED, INSTANCE, LB, WORLD, change, path_after, plan, reviewed

TASKS = {
    "id": "arn:tasks", "desired_count": 2,
    "load_balancer": [{"target_group_arn": "arn:tg", "container_port": 8443}],
    "network_configuration": [{"subnets": ["subnet-p"], "security_groups": ["sg-t"]}],
}  # fmt: skip
GROUP = {
    "id": "asg", "name": "asg", "min_size": 1, "max_size": 4, "desired_capacity": 2,
    "target_group_arns": ["arn:tg"],
    "vpc_zone_identifier": ["subnet-p"], "launch_template": [{"id": "lt-1", "version": "1"}],
}  # fmt: skip
TEMPLATE = {"id": "lt-1", "latest_version": 1, "vpc_security_group_ids": ["sg-t"]}
VACANT = {"id": "sg-v", "ingress": [], "egress": []}
BY_ADDRESS = {"target_type": "ip"}


def world(*further, without=("aws_lb_target_group_attachment.t",), **values):
    """The world with other targets."""
    made = [
        change(address, each | values.get(address, {}), each | values.get(address, {}))
        for address, each in WORLD.items()
        if address not in without
    ]
    (path,) = reviewed(plan(*made, *further)).paths
    return path


def states(path):
    return path.state("before"), path.state("after")


def scaled(after, *further, template=TEMPLATE):
    return world(
        change("aws_autoscaling_group.a", GROUP, None if after is None else GROUP | after),
        change("aws_launch_template.l", TEMPLATE, template),
        *further,
    )


@pytest.mark.parametrize(
    ("after", "state", "why"),
    [
        ({}, "open", ""),
        ({"target_group_arns": []}, "broken", "targets: all are removed"),
        (None, "broken", "targets: all are removed"),
        ({"desired_capacity": 0}, "broken", "targets: aws_autoscaling_group.a runs no instance"),
        ({"max_size": 0}, "broken", "targets: aws_autoscaling_group.a runs no instance"),
        (
            {"desired_capacity": None, "min_size": 0},
            "unknown",
            "targets: the plan does not show whether aws_autoscaling_group.a runs",
        ),
        ({"desired_capacity": None}, "open", ""),
        ({"suspended_processes": ["AZRebalance"]}, "open", ""),
        (
            {"suspended_processes": ["AddToLoadBalancer"]},
            "unknown",
            "targets: the plan does not show whether aws_autoscaling_group.a runs",
        ),
    ],
)
def test_an_auto_scaling_group_is_followed_to_its_instances(after, state, why):
    path = scaled(after)

    assert states(path) == ("open", state)
    assert path.after.why == why


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("aws_autoscaling_attachment", {"lb_target_group_arn": "arn:tg"}),
        (
            "aws_autoscaling_traffic_source_attachment",
            {"traffic_source": [{"identifier": "arn:tg", "type": "elbv2"}]},
        ),
    ],
)
@pytest.mark.parametrize(("stays", "state"), [(True, "open"), (False, "broken")])
def test_both_kinds_of_attachments_register_an_auto_scaling_group(kind, values, stays, state):
    attached = {"id": "x", "autoscaling_group_name": "asg"} | values
    alone = GROUP | {"target_group_arns": []}
    path = world(
        change("aws_autoscaling_group.a", alone, alone),
        change("aws_launch_template.l", TEMPLATE, TEMPLATE),
        change(f"{kind}.x", attached, attached if stays else None),
    )

    assert states(path) == ("open", state)


def test_a_traffic_source_in_the_group_itself_registers_it():
    own = GROUP | {"target_group_arns": [], "traffic_source": [{"identifier": "arn:tg", "type": "elbv2"}]}
    path = world(
        change("aws_autoscaling_group.a", own, own), change("aws_launch_template.l", TEMPLATE, TEMPLATE)
    )

    assert states(path) == ("open", "open")


@pytest.mark.parametrize(("version", "state"), [("1", "open"), ("2", "broken"), ("$Latest", "broken")])
def test_new_groups_of_a_launch_template_count_in_the_version_that_is_used(version, state):
    path = scaled(
        {"launch_template": [{"id": "lt-1", "version": version}]},
        change("aws_security_group.v", VACANT, VACANT),
        template=TEMPLATE | {"latest_version": 2, "vpc_security_group_ids": ["sg-v"]},
    )

    assert states(path) == ("open", state)


def tasks(after, **group):
    group = {"aws_lb_target_group.t": BY_ADDRESS | group}
    return world(
        change("aws_ecs_service.s", TASKS, TASKS | after),
        change("aws_security_group.v", VACANT, VACANT),
        **group,
    )


@pytest.mark.parametrize(
    ("after", "state"),
    [
        ({"desired_count": 3}, "open"),
        ({"desired_count": 0}, "broken"),
        ({"desired_count": 0, "scheduling_strategy": "DAEMON"}, "open"),
        ({"load_balancer": []}, "broken"),
        ({"load_balancer": [{"target_group_arn": "arn:tg", "container_port": 9000}]}, "broken"),
        ({"network_configuration": [{"subnets": ["subnet-p"], "security_groups": ["sg-v"]}]}, "broken"),
        (
            {"network_configuration": [{"subnets": ["subnet-p"], "security_groups": ["sg-elsewhere"]}]},
            "unknown",
        ),
    ],
)
def test_an_ecs_service_is_followed_to_its_tasks(after, state):
    assert states(tasks(after)) == ("open", state)


def test_tasks_for_a_target_group_that_is_to_be_made_leave_the_port_of_another_as_it_is():
    blocks = [*TASKS["load_balancer"], {"container_port": 9000}]
    unknown = {"load_balancer": [{}, {"target_group_arn": True}]}
    more = change("aws_ecs_service.s", TASKS, TASKS | {"load_balancer": blocks}, unknown=unknown)
    made = {"port": 9000, "target_type": "ip"}
    new = change("aws_lb_target_group.new", None, made, unknown={"id": True, "arn": True})

    assert states(world(more, new, **{"aws_lb_target_group.t": BY_ADDRESS})) == ("open", "open")


@pytest.mark.parametrize(
    ("most", "of", "state"),
    [(0, "service/shop/web", "broken"), (4, "service/shop/web", "open"), (0, "service/shop/other", "open")],
)
def test_tasks_that_application_auto_scaling_allows_none_of_do_not_run(most, of, state):
    web = TASKS | {"id": "arn:aws:ecs:eu-west-1:123456789012:service/shop/web"}
    scaling = change(
        "aws_appautoscaling_target.t", None, {"resource_id": of, "max_capacity": most}, unknown={"id": True}
    )
    path = world(change("aws_ecs_service.s", web, web), scaling, **{"aws_lb_target_group.t": BY_ADDRESS})

    assert states(path) == ("open", state)


def test_tasks_on_container_instances_have_the_groups_of_those():
    assert states(tasks({}, target_type="instance")) == ("unknown", "unknown")


def test_a_task_set_is_followed_like_its_service():
    task_set = TASKS | {"scale": [{"unit": "PERCENT", "value": 100}]}
    none = TASKS | {"scale": [{"unit": "PERCENT", "value": 0}]}
    path = world(change("aws_ecs_task_set.s", task_set, none), **{"aws_lb_target_group.t": BY_ADDRESS})

    assert states(path) == ("open", "broken")


VPC = {"id": "vpc-p", "cidr_block": "10.10.0.0/16"}
IN_VPC = {"aws_subnet.p": {"vpc_id": "vpc-p"}, "aws_lb_target_group.t": {"vpc_id": "vpc-p"}}


def addressed(*further):
    attached = ATTACHED | {"target_id": "10.10.0.7"}
    return world(
        change("aws_lb_target_group_attachment.t", attached, attached),
        change("aws_vpc.p", VPC, VPC),
        *further,
        **IN_VPC,
    )


@pytest.mark.parametrize(
    "owner",
    [
        ("aws_instance.o", INSTANCE | {"id": "i-2", "private_ip": "10.10.0.7"}),
        (
            "aws_network_interface.o",
            {
                "id": "eni-1",
                "private_ips": ["10.10.0.7"],
                "subnet_id": "subnet-p",
                "security_groups": ["sg-t"],
            },
        ),
    ],
)
def test_an_address_is_that_of_the_resource_in_the_plans(owner):
    address, values = owner

    assert states(addressed(change(address, values, values))) == ("open", "open")
    path = addressed(change(address, values, None))
    assert (states(path), path.after.deciding.name) == (("open", "broken"), "targets")
    assert address in path.after.why


def test_an_address_that_nobody_planned_is_in_a_known_subnet_with_unknown_groups():
    path = addressed()

    assert states(path) == ("unknown", "unknown")
    assert path.after.why.endswith("the plan does not show those of the target with address 10.10.0.7")
    assert [hop.name for hop in path.after.hops if hop.holds][-2:] == ["network ACLs", "routes"]


@pytest.mark.parametrize(
    ("own", "within"),
    [({}, True), ({"availability_zone": "b"}, True), ({"availability_zone": "all"}, None)],
)
def test_an_address_is_in_the_zone_of_its_subnet_unless_it_is_for_all_zones(own, within):
    attached = ATTACHED | {"target_id": "10.10.0.7"} | own
    made = [
        change(address, each, each) for address, each in WORLD.items() if not address.endswith("attachment.t")
    ]
    subnet, group = ({**WORLD[address], **IN_VPC[address]} for address in IN_VPC)
    made = [each for each in made if each["address"] not in IN_VPC] + [
        change("aws_subnet.p", subnet, subnet),
        change("aws_lb_target_group.t", group, group),
        change("aws_lb_target_group_attachment.t", attached, attached),
        change("aws_vpc.p", VPC, VPC),
    ]
    world = Worlds([plan(*made)]).after
    (target,) = targets_of(world, world.of("aws_lb_target_group")[0])

    assert target.within(zone_of(world.find("subnet-p"))) is within


def test_a_target_of_another_kind_is_followed_no_further():
    other = {"id": "other-1", "subnet_id": "subnet-p", "security_groups": ["sg-t"]}
    attached = ATTACHED | {"target_id": "other-1"}
    path = world(
        change("aws_fsx_file_system.o", other, other),
        change("aws_lb_target_group_attachment.t", attached, attached),
    )

    assert states(path) == ("unknown", "unknown")


def test_what_is_closed_for_certain_breaks_the_path_to_an_address_too():
    attached = ATTACHED | {"target_id": "10.10.0.7"}
    path = path_after(
        {"aws_lb_target_group_attachment.t": {"target_id": "10.10.0.7"}, "aws_lb_listener.l": None},
        change("aws_lb_target_group_attachment.u", attached, attached),
    )

    assert (path.state("after"), path.after.deciding.name) == ("broken", "listener")


@pytest.mark.parametrize(("state", "expected"), [("stopped", "broken"), ("running", "open")])
def test_an_instance_that_is_stopped_is_no_target(state, expected):
    made = change("aws_ec2_instance_state.s", None, {"instance_id": "i-1", "state": state})
    path = path_after({}, made)

    assert (path.state("before"), path.state("after")) == ("open", expected)
    if expected == "broken":
        assert [each.address for each in path.causes(path.after.deciding)] == ["aws_ec2_instance_state.s"]
    assert path_after({"aws_instance.t": {"instance_state": state}}).state("after") == expected


def test_a_set_of_target_groups_that_is_unknown_is_not_gone():
    unknown = change(
        "aws_autoscaling_group.a",
        GROUP,
        {name: value for name, value in GROUP.items() if name != "target_group_arns"},
        unknown={"target_group_arns": True},
    )
    path = world(unknown, change("aws_launch_template.l", TEMPLATE, TEMPLATE))

    assert states(path) == ("open", "unknown")
    assert (
        path.after.why
        == "targets: the plan does not show whether aws_autoscaling_group.a still registers them"
    )
    assert path.hidden.name == "targets"
    assert [each.address for each in path.causes(path.hidden)] == ["aws_autoscaling_group.a"]


ACROSS = "enable_cross_zone_load_balancing"
OTHER = {"id": "subnet-q", "availability_zone": "b", "owner_id": "1", "cidr_block": "10.10.1.0/24"}


@pytest.mark.parametrize(
    ("own", "lb", "state"),
    [
        (None, False, "broken"),
        (None, True, "open"),
        ("use_load_balancer_configuration", True, "open"),
        ("false", True, "broken"),
        ("true", False, "open"),
    ],
)
def test_without_cross_zone_load_balancing_a_target_has_to_be_in_the_zone(own, lb, state):
    path = path_after(
        {
            "aws_instance.t": {"subnet_id": "subnet-q"},
            "aws_lb.l": {ACROSS: lb},
            "aws_lb_target_group.t": {"load_balancing_cross_zone_enabled": own},
        },
        change("aws_subnet.q", OTHER, OTHER),
    )

    assert (path.zone, path.state("after")) == ("a", state)
    assert state == "open" or path.after.why == "targets: none is in a, and cross-zone load balancing is off"


@pytest.mark.parametrize(("desired", "state"), [(2, "open"), (1, "unknown")])
def test_an_auto_scaling_group_has_an_instance_in_each_zone_if_there_are_enough(desired, state):
    both = GROUP | {"vpc_zone_identifier": ["subnet-p", "subnet-q"], "desired_capacity": desired}
    path = world(
        change("aws_autoscaling_group.a", both, both),
        change("aws_launch_template.l", TEMPLATE, TEMPLATE),
        change("aws_subnet.q", OTHER, OTHER),
    )

    assert path.state("after") == state


@pytest.mark.parametrize(("lb", "state"), [(True, "open"), (False, "unknown")])
def test_ecs_promises_no_task_in_each_zone(lb, state):
    both = TASKS | {
        "network_configuration": [{"subnets": ["subnet-p", "subnet-q"], "security_groups": ["sg-t"]}]
    }
    path = world(
        change("aws_ecs_service.s", both, both),
        change("aws_subnet.q", OTHER, OTHER),
        **{"aws_lb_target_group.t": BY_ADDRESS, "aws_lb.l": LB | {ACROSS: lb}},
    )

    assert path.state("after") == state


def test_a_target_that_is_known_only_after_the_apply_may_be_any():
    assert (
        path_after({"aws_lb_target_group_attachment.t": {"target_id": UNKNOWN}}).state("after") == "unknown"
    )
