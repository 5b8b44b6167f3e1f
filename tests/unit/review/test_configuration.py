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


def test_variables_that_lead_in_a_circle_are_unresolved():
    inner = {"resources": [configured(LISTENER, load_balancer_arn=["module.b.out"])]}
    inner["module_calls"] = {
        "b": {"module": {"outputs": {"out": {"expression": {"references": ["module.b.out"]}}}}}
    }
    inner["module_calls"]["b"]["module"]["module_calls"] = inner["module_calls"]
    read = Configuration({"root_module": inner})

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
