"""What hangs together: by ids across plans, and by the configuration where ids are not known yet."""

import pytest

from privatelink.review.shapes import UNKNOWN
from privatelink.review.world import Thing, Worlds
from tests.support.plan_facts import as_document, as_plan, change, configured, plan


def linked(made, address, *path):
    world = Worlds([made]).after
    (thing,) = [each for each in world.of(address.split(".")[-2]) if each.address == address]
    return [each.address if isinstance(each, Thing) else each for each in world.linked(thing, *path)]


def created(address, after=None, **further):
    return change(address, None, after or {}, unknown={"id": True, "arn": True}, **further)


NLB = created("aws_lb.a", {"load_balancer_type": "network"})


def listener(references):
    made = change("aws_lb_listener.l", None, {"port": 1}, unknown={"load_balancer_arn": True})
    return made, [configured("aws_lb_listener.l", load_balancer_arn=references)]


def test_an_id_to_be_is_followed_to_the_resource_that_will_have_it():
    made, resources = listener(["aws_lb.a.arn", "aws_lb.a"])

    assert linked(plan(made, NLB, configuration=resources), "aws_lb_listener.l", "load_balancer_arn") == [
        "aws_lb.a"
    ]


@pytest.mark.parametrize(
    "references",
    [
        ["local.arn"],
        ["aws_lb.a.arn", "aws_lb.a", "local.which"],
        ["aws_lb.a.arn", "aws_lb.a", "aws_lb.b.arn", "aws_lb.b"],
        ["var.arn"],
        ["module.x.arn", "module.x"],
        [],
    ],
)
def test_what_the_configuration_does_not_tell_for_certain_is_unknown(references):
    made, resources = listener(references)
    found = linked(
        plan(made, NLB, created("aws_lb.b"), configuration=resources),
        "aws_lb_listener.l",
        "load_balancer_arn",
    )

    assert found == [UNKNOWN]


def test_each_instance_of_for_each_leads_to_the_one_of_its_key():
    lbs = [created(f'aws_lb.a["{key}"]') for key in "xy"]
    listeners = [
        change(f'aws_lb_listener.l["{key}"]', None, {}, unknown={"load_balancer_arn": True}) for key in "xy"
    ]
    resources = [configured("aws_lb_listener.l", load_balancer_arn=["aws_lb.a", "each.key"])]
    world = Worlds([plan(*lbs, *listeners, configuration=resources)]).after

    for each in world.of("aws_lb_listener"):
        (found,) = world.linked(each, "load_balancer_arn")
        assert found.change.key == each.change.key


def test_an_id_is_followed_through_variables_and_outputs_of_modules():
    lb = created("aws_lb.a") | {"address": "module.lb[0].aws_lb.a", "module_address": "module.lb[0]"}
    made = change("aws_lb_listener.l", None, {}, unknown={"load_balancer_arn": True}) | {
        "address": "module.front.aws_lb_listener.l",
        "module_address": "module.front",
    }
    root = {
        "module_calls": {
            "lb": {
                "count_expression": {"constant_value": 1},
                "module": {"outputs": {"arn": {"expression": {"references": ["aws_lb.a.arn", "aws_lb.a"]}}}},
            },
            "front": {
                "expressions": {"arn": {"references": ["module.lb[0].arn", "module.lb[0]", "module.lb"]}},
                "module": {"resources": [configured("aws_lb_listener.l", load_balancer_arn=["var.arn"])]},
            },
        }
    }
    read = as_plan(as_document(lb, made, configuration={"root_module": root}))

    assert linked(read, "module.front.aws_lb_listener.l", "load_balancer_arn") == ["module.lb[0].aws_lb.a"]


def test_plans_hang_together_by_ids_and_each_by_its_own_configuration():
    service = {"id": "s", "service_name": "com.s", "network_load_balancer_arns": []}
    endpoint = {"id": "e", "vpc_endpoint_type": "Interface", "service_name": "com.s"}
    made, resources = listener(["aws_lb.a.arn"])
    worlds = Worlds(
        [
            plan(change("aws_vpc_endpoint_service.s", service, service), NLB, stack="one"),
            plan(
                change("aws_vpc_endpoint.e", endpoint, endpoint), made, stack="two", configuration=resources
            ),
        ]
    )

    (found,) = worlds.after.interface_endpoints()
    assert worlds.after.only(found, "service_name").address == "aws_vpc_endpoint_service.s"
    (lost,) = worlds.after.of("aws_lb_listener")
    assert worlds.after.linked(lost, "load_balancer_arn") == [UNKNOWN]


def test_what_terraform_forgets_goes_on_to_exist():
    forgotten = change("aws_vpc_endpoint.e", {"id": "e", "vpc_endpoint_type": "Interface"}, None)
    forgotten["change"]["actions"] = ["forget"]

    assert len(Worlds([plan(forgotten)]).after.interface_endpoints()) == 1


# The set of target groups of an Auto Scaling group, which one more makes unknown as a whole.
ARN = {key: f"arn:{key}" for key in "xyz"}


def scaled(references, had, *, existing="xy", created_groups="z", before=None):
    groups = [
        change(
            f'aws_lb_target_group.g["{key}"]',
            {"id": ARN[key], "arn": ARN[key]},
            {"id": ARN[key], "arn": ARN[key]},
        )
        for key in existing
    ]
    groups += [created(f'aws_lb_target_group.g["{key}"]') for key in created_groups]
    values = {"id": "asg", "target_group_arns": had}
    asg = change("aws_autoscaling_group.a", values, {"id": "asg"}, unknown={"target_group_arns": True})
    resources = [configured("aws_autoscaling_group.a", target_group_arns=references)]
    return plan(*groups, asg, configuration=resources)


ALL = ["aws_lb_target_group.g"]
ONE_BY_ONE = [f'aws_lb_target_group.g["{key}"].arn' for key in "xyz"] + ["aws_lb_target_group.g"]


@pytest.mark.parametrize(
    ("references", "had", "keys"),
    [
        (ALL, "xy", "xyz"),
        (ONE_BY_ONE, "xy", "xyz"),
        ([*ONE_BY_ONE[1:]], "xy", "yz"),  # the configuration no longer refers to x
        (ALL, "x", None),  # it left out y, so it chooses
        ([*ALL, "local.arns"], "xy", None),
        ([], "xy", None),
    ],
)
def test_a_set_that_is_unknown_as_a_whole_has_what_the_configuration_refers_to(references, had, keys):
    made = scaled(references, [ARN[key] for key in had])

    found = linked(made, "aws_autoscaling_group.a", "target_group_arns")
    assert found == ([f'aws_lb_target_group.g["{key}"]' for key in keys] if keys else [UNKNOWN])


def test_an_id_of_another_workspace_may_still_be_in_an_unknown_set():
    made = scaled(ALL, [ARN["x"], ARN["y"], "arn:elsewhere"])

    assert linked(made, "aws_autoscaling_group.a", "target_group_arns")[-1] is UNKNOWN


@pytest.mark.parametrize(("references", "sure", "maybe"), [(ALL, 1, 0), (["local.arns"], 0, 1)])
def test_what_led_to_a_target_and_is_unknown_now_may_still_do(references, sure, maybe):
    after = Worlds([scaled(references, [ARN["x"], ARN["y"]])]).after
    target = after.find(ARN["x"])
    path = ("aws_autoscaling_group", "target_group_arns")

    assert (len(after.leading_to(target, *path)), len(after.may_lead_to(target, *path))) == (sure, maybe)
    assert after.opposite.may_lead_to(after.opposite.find(ARN["x"]), *path) == []


def test_an_unknown_attribute_of_each_known_block_is_one_item():
    subnets = [created(f"aws_subnet.{name}") for name in "ab"]
    lb = change(
        "aws_lb.l", None, {"subnet_mapping": [{}, {}]}, unknown={"subnet_mapping": [{"subnet_id": True}] * 2}
    )
    blocks = [{"subnet_id": {"references": [f"aws_subnet.{name}.id", f"aws_subnet.{name}"]}} for name in "ab"]
    configuration = configured("aws_lb.l") | {"expressions": {"subnet_mapping": blocks}}

    assert linked(
        plan(*subnets, lb, configuration=[configuration]), "aws_lb.l", "subnet_mapping", "subnet_id"
    ) == ["aws_subnet.a", "aws_subnet.b"]


def test_an_unknown_set_in_nested_blocks_has_what_the_configuration_refers_to():
    groups = [created(f"aws_security_group.{name}") for name in "ab"]
    unknown = {"block": [{"network_interfaces": [{"security_groups": True}]}]}
    made = change("aws_x.t", None, {"block": [{"network_interfaces": [{}]}]}, unknown=unknown)
    referred = [f"aws_security_group.{name}.id" for name in "ab"]
    blocks = [{"network_interfaces": [{"security_groups": {"references": referred}}]}]
    written = configured("aws_x.t") | {"expressions": {"block": blocks}}

    assert linked(
        plan(*groups, made, configuration=[written]),
        "aws_x.t",
        "block",
        "network_interfaces",
        "security_groups",
    ) == ["aws_security_group.a", "aws_security_group.b"]


def test_new_resources_are_those_without_an_id_that_the_configuration_refers_to():
    old = change("aws_security_group.old", {"id": "sg-1"}, {"id": "sg-1"})
    made = [old, created("aws_security_group.a"), created("aws_security_group.b"), created("aws_lb.x")]
    refers = {
        "hidden": ["local.groups", "aws_security_group.b.id"],
        "groups": [f"{each}.id" for each in ("aws_security_group.a", "aws_security_group.old", "aws_lb.x")],
    }
    read = plan(created("aws_x.t"), *made, configuration=[configured("aws_x.t", **refers)])
    world = Worlds([read]).after
    (thing,) = world.of("aws_x")

    found = world.created_for(thing, "aws_security_group", ("hidden",), ("groups",), ("none",))
    assert [each.address for each in found] == ["aws_security_group.a"]


@pytest.mark.parametrize(("actions", "found"), [(["no-op"], True), (["read"], False)])
def test_a_data_source_that_was_read_is_found_by_its_id_and_is_no_resource(actions, found):
    values = {"id": "sg-1"}
    read = change("data.aws_security_group.d", values, values, mode="data")
    read["change"]["actions"] = actions
    world = Worlds([plan(read)]).after

    assert (world.find("sg-1") is not None, list(world.of("aws_security_group"))) == (found, [])


@pytest.mark.parametrize("turned", [False, True])
def test_a_service_name_is_that_of_the_service_and_not_of_its_endpoints(turned):
    service = {"id": "vpce-svc-1", "service_name": "com.s"}
    endpoint = {"id": "vpce-1", "vpc_endpoint_type": "Interface", "service_name": "com.s"}
    made = [
        change("aws_vpc_endpoint.e", endpoint, endpoint),
        change("aws_vpc_endpoint_service.s", service, service),
    ]
    world = Worlds([plan(*(made[::-1] if turned else made))]).after

    assert world.find("com.s").address == "aws_vpc_endpoint_service.s"


@pytest.mark.parametrize(
    ("values", "identity"),
    [
        ({"id": "a", "arn": "arn:a"}, "a"),
        ({"id": None, "arn": "arn:a"}, "arn:a"),
        ({"id": "", "arn": None}, "shop: aws_lb.a"),
    ],
)
def test_what_has_neither_id_nor_arn_yet_is_known_by_its_stack_and_address(values, identity):
    (thing,) = Worlds([plan(change("aws_lb.a", values, values), stack="shop")]).after.of("aws_lb")

    assert thing.identity == identity


def test_a_side_has_the_types_of_the_other_side_too():
    worlds = Worlds(
        [plan(change("aws_lb.a", {"id": "a"}, None), change("aws_subnet.s", {"id": "s"}, {"id": "s"}))]
    )

    assert worlds.after.has("aws_network_acl", "aws_lb")
    assert worlds.before.has("aws_subnet")
    assert not worlds.after.has("aws_network_acl", "aws_route_table")


def test_what_differs_includes_attributes_of_the_old_side_when_all_new_ones_are_unknown():
    (one,) = plan(change("aws_lb.a", {"a": 1, "b": 2}, {"a": 1}, unknown=True)).changes

    assert list(one.differing()) == ["a", "b"] == [name for name in ("a", "b") if one.differs(name)]
