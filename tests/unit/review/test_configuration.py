"""The configuration in a plan: which resource an attribute refers to, and what is not written."""

import pytest

from privatelink.review.configuration import ANY_KEY, Configuration, Reference, Unresolved
from tests.support.plan_facts import configured

LISTENER = "aws_lb_listener.l"


def configuration(*resources, **further):
    return Configuration({"root_module": {"resources": [*resources], **further}})


def references(read, *path, module=(), key=None, resource=LISTENER):
    return read.references(module, resource, key, path)


def test_the_longest_of_the_names_that_terraform_lists_is_the_one():
    read = configuration(configured(LISTENER, load_balancer_arn=["aws_lb.a.arn", "aws_lb.a"]))

    assert references(read, "load_balancer_arn") == [Reference((), "aws_lb", "a")]


@pytest.mark.parametrize(
    ("names", "key", "expected"),
    [
        (['aws_lb.a["x"].arn', 'aws_lb.a["x"]', "aws_lb.a"], None, "x"),
        (["aws_lb.a[0].arn", "aws_lb.a[0]", "aws_lb.a"], None, 0),
        (["aws_lb.a", "each.key"], "y", "y"),
        (["aws_lb.a", "count.index"], 2, 2),
        (["aws_lb.a"], "y", ANY_KEY),
    ],
)
def test_the_key_is_the_one_written_or_the_resources_own(names, key, expected):
    read = configuration(configured(LISTENER, load_balancer_arn=names))

    (found,) = references(read, "load_balancer_arn", key=key)
    assert found.key == expected


def test_nested_blocks_are_followed():
    block = {"default_action": [{"target_group_arn": {"references": ["aws_lb_target_group.t.arn"]}}]}
    read = configuration(configured(LISTENER) | {"expressions": block})

    (found,) = references(read, "default_action", "target_group_arn")
    assert (found.type, found.name) == ("aws_lb_target_group", "t")


@pytest.mark.parametrize("name", ["local.arn", "data.aws_lb.a.arn", "var.arn", "module.x.arn", "aws_lb"])
def test_what_cannot_be_followed_is_unresolved(name):
    read = configuration(configured(LISTENER, load_balancer_arn=[name]))

    if name == "module.x.arn":
        # A module without that output leads to no resource.
        assert references(read, "load_balancer_arn") == []
    else:
        with pytest.raises(Unresolved):
            references(read, "load_balancer_arn")


def test_a_resource_that_is_not_described_is_unresolved():
    with pytest.raises(Unresolved):
        references(configuration(), "load_balancer_arn")


IN_MODULE = (("front", None),)


def module(references, **call):
    """A configuration whose module `front` has a listener that refers to something."""
    inner = {"resources": [configured(LISTENER, load_balancer_arn=references)]}
    return configuration(module_calls={"front": {"module": inner, **call}, "lb": LOAD_BALANCER})


LOAD_BALANCER = {"module": {"outputs": {"arn": {"expression": {"references": ["aws_lb.a.arn", "aws_lb.a"]}}}}}


@pytest.mark.parametrize(
    "name", ["local.arn", "data.aws_lb.a.arn", "var", "module", "module.x", "aws_lb", "var.other.arn"]
)
def test_in_a_module_too(name):
    read = module([name], expressions={"arn": {"references": ["aws_lb.a.arn", "aws_lb.a"]}})

    if name == "var.other.arn":
        # The call leaves the variable at its default, which leads to no resource.
        assert references(read, "load_balancer_arn", module=IN_MODULE) == []
    else:
        with pytest.raises(Unresolved):
            references(read, "load_balancer_arn", module=IN_MODULE)


@pytest.mark.parametrize(
    ("names", "step", "key"),
    [
        (["aws_lb.a.arn", "aws_lb.a"], None, ANY_KEY),
        (["aws_lb.a", "each.key"], "x", "x"),
        (["aws_lb.a", "count.index"], 0, 0),
        (['aws_lb.a["y"].arn', 'aws_lb.a["y"]', "aws_lb.a"], "x", "y"),
    ],
)
def test_a_variable_is_followed_to_the_call_with_the_key_of_the_module(names, step, key):
    read = module(["var.arn"], expressions={"arn": {"references": names}})

    found = references(read, "load_balancer_arn", module=(("front", step),), key="of the listener")
    assert found == [Reference((), "aws_lb", "a", key)]


@pytest.mark.parametrize(
    ("names", "counted", "step"),
    [
        (["module.lb.arn", "module.lb"], {}, None),
        (["module.lb.arn", "module.lb", "each.key"], {}, None),
        (["module.lb", "module.lb.arn", "each.key"], {"for_each_expression": {}}, "k"),
        (["module.lb", "module.lb.arn", "count.index"], {"count_expression": {}}, "k"),
        (["module.lb", "module.lb.arn"], {"for_each_expression": {}}, ANY_KEY),
        (['module.lb["x"].arn', 'module.lb["x"]', "module.lb"], {"for_each_expression": {}}, "x"),
    ],
)
def test_an_output_is_followed_into_the_module_of_the_written_key_or_the_resources_own(names, counted, step):
    read = configuration(
        configured(LISTENER, load_balancer_arn=names), module_calls={"lb": LOAD_BALANCER | counted}
    )

    assert references(read, "load_balancer_arn", key="k") == [Reference((("lb", step),), "aws_lb", "a")]


def test_an_output_is_followed_through_many_modules():
    call = LOAD_BALANCER
    for _ in range(8):
        outputs = {"arn": {"expression": {"references": ["module.lb.arn", "module.lb"]}}}
        call = {"module": {"outputs": outputs, "module_calls": {"lb": call}}}
    read = configuration(configured(LISTENER, load_balancer_arn=["module.lb.arn"]), module_calls={"lb": call})

    assert references(read, "load_balancer_arn") == [Reference((("lb", None),) * 9, "aws_lb", "a")]


def test_outputs_that_lead_in_a_circle_are_unresolved():
    inner = {"resources": [configured(LISTENER, load_balancer_arn=["module.b.out"])]}
    inner["module_calls"] = {
        "b": {"module": {"outputs": {"out": {"expression": {"references": ["module.b.out"]}}}}}
    }
    inner["module_calls"]["b"]["module"]["module_calls"] = inner["module_calls"]
    read = Configuration({"root_module": inner})

    with pytest.raises(Unresolved):
        references(read, "load_balancer_arn")


def test_a_variable_and_an_output_that_lead_in_a_circle_are_unresolved():
    call = {
        "expressions": {"x": {"references": ["module.b.out"]}},
        "module": {"outputs": {"out": {"expression": {"references": ["var.x"]}}}},
    }
    read = configuration(configured(LISTENER, load_balancer_arn=["module.b.out"]), module_calls={"b": call})

    with pytest.raises(Unresolved):
        references(read, "load_balancer_arn")


def test_what_is_omitted_is_known_only_of_a_described_resource():
    read = configuration(configured(LISTENER, port=443))

    assert read.omits((), LISTENER, "protocol")
    assert not read.omits((), LISTENER, "port")
    assert not read.omits((), "aws_lb_listener.other", "protocol")
    assert not read.omits((("m", None),), LISTENER, "protocol")


@pytest.mark.parametrize("root", [None, [], "x", {"resources": "x"}, {"resources": [1, {"address": 2}]}])
def test_a_configuration_of_another_shape_describes_nothing(root):
    assert not Configuration({"root_module": root}).omits((), LISTENER, "port")
