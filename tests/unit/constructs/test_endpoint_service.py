"""EndpointService: acceptance, principals and their keys."""

import pytest

from privatelink.constructs.component import Component
from privatelink.constructs.endpoint_service import EndpointService, principal_key
from tests.support.rules import breaks, keeps
from tests.support.synth import resources, synth_one

ROOT = "arn:aws:iam::123456789012:root"
ROLE = "arn:aws:iam::123456789012:role/team/reader"


def service(**arguments):
    def build(stack):
        EndpointService(stack, "service", name="team", network_load_balancer_arns=["arn:lb"], **arguments)

    return synth_one(build)


def test_acceptance_is_required_by_default_and_no_one_is_admitted():
    stack = service()

    (made,) = resources(stack, "aws_vpc_endpoint_service").values()
    assert made["acceptance_required"] is True
    assert made["network_load_balancer_arns"] == ["arn:lb"]
    assert made["supported_ip_address_types"] == ["ipv4"]
    assert "aws_vpc_endpoint_service_allowed_principal" not in stack["resource"]


def test_principals_are_resources_of_their_own_never_inline():
    stack = service(allowed_principals=[ROOT, ROLE])

    principals = resources(stack, "aws_vpc_endpoint_service_allowed_principal").values()
    assert {principal["principal_arn"] for principal in principals} == {ROOT, ROLE}
    assert "allowed_principals" not in resources(stack, "aws_vpc_endpoint_service")["service"]


def test_order_of_principals_changes_nothing():
    assert service(allowed_principals=[ROOT, ROLE]) == service(allowed_principals=[ROLE, ROOT])


@breaks("service-public")
def test_fails_when_everyone_may_connect_unasked():
    with pytest.raises(ValueError, match=r"\[service-public\]$") as error:
        service(allowed_principals=["*"], acceptance_required=False)

    assert "allowed_principals=['*']" in str(error.value)
    assert "set `acceptance_required=True`, or confirm it with `open_to_everyone=True`" in str(error.value)


@keeps("service-public")
def test_everyone_is_fine_with_acceptance_or_when_asked_for():
    assert service(allowed_principals=["*"])
    assert service(allowed_principals=["*"], acceptance_required=False, open_to_everyone=True)


@pytest.mark.parametrize("principal", ["*", ROOT, ROLE, "arn:aws-cn:iam::123456789012:user/a+b=c,d.e@f_g"])
def test_principal_key_is_a_construct_id(principal):
    synth_one(lambda stack: Component(stack, principal_key(principal)))


def test_principals_that_differ_in_a_lost_character_have_keys_that_differ():
    assert principal_key("arn:aws:iam::123456789012:role/a/b") != principal_key(
        "arn:aws:iam::123456789012:role/a-b"
    )
