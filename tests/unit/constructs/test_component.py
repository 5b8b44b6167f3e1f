"""Component: addresses are readable, stable, and never claimed twice."""

import pytest

from privatelink.constructs.component import Component
from privatelink.framework import aws
from tests.support.rules import breaks, keeps
from tests.support.synth import addresses, synth_one


@keeps("construct-id")
def test_address_is_made_of_ids_without_a_hash():
    def build(stack):
        outer = Component(stack, "outer")
        Component(outer, "inner").add(aws.Eip, "zone-a", domain="vpc")
        outer.add(aws.Eip, domain="vpc")

    assert addresses(synth_one(build)) == {"aws_eip.outer", "aws_eip.outer_inner_zone-a"}


def test_resources_of_two_types_may_share_a_key():
    def build(stack):
        component = Component(stack, "one")
        component.add(aws.Eip, "key", domain="vpc")
        component.add(aws.SecurityGroup, "key", vpc_id="vpc-1")

    assert addresses(synth_one(build)) == {"aws_eip.one_key", "aws_security_group.one_key"}


def test_same_type_and_key_twice_is_refused():
    def build(stack):
        component = Component(stack, "one")
        component.add(aws.Eip, "key", domain="vpc")
        component.add(aws.Eip, "key", domain="vpc")

    with pytest.raises(RuntimeError, match="already a Construct with name"):
        synth_one(build)


@breaks("construct-id")
@pytest.mark.parametrize("id_", ["", "a_b", "1a", "a.b", "a/b", "-a"])
def test_id_that_is_no_terraform_name_or_could_clash_is_refused(id_):
    for build in (
        lambda stack: Component(stack, id_),
        lambda stack: Component(stack, "good").add(aws.Eip, id_, domain="vpc"),
    ):
        with pytest.raises(ValueError, match=r"\[construct-id\]$") as error:
            synth_one(build)
        assert f"id={id_!r} (allowed: letters, digits and hyphens, with a letter first;" in str(error.value)


def test_a_warning_is_a_check_with_its_condition_and_message():
    text = {"condition": "${true}", "error_message": "text"}
    stack = synth_one(lambda stack: Component(stack, "one").warn("key", **text))

    assert stack["check"] == {"one_key": {"assert": [text]}}
