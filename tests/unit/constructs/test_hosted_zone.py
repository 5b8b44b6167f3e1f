"""HostedZone: names that lead to endpoints, in a zone that is made, shared, or exists."""

import pytest

from privatelink.constructs.hosted_zone import Alias, HostedZone, SharedVpc, record_key
from privatelink.framework import aws
from tests.support.synth import resources, synth_one

ALIAS = Alias("vpce-1.vpce-svc-1.ap-northeast-2.vpce.amazonaws.com", "Z1")
NAMES = {"api.shop.internal": ALIAS}


def zone(**arguments):
    return synth_one(lambda stack: HostedZone(stack, "zone", **{"aliases": NAMES} | arguments))


def made(**arguments):
    return zone(name="shop.internal", vpc_id="vpc-1", **arguments)


def test_the_zone_is_the_vpcs_and_keeps_those_that_join_later():
    found = resources(made(), "aws_route53_zone")["zone"]

    assert (found["name"], found["vpc"]) == ("shop.internal", [{"vpc_id": "vpc-1"}])
    assert found["lifecycle"]["ignore_changes"] == ["vpc"]
    assert found["force_destroy"] is False


def test_the_zone_is_replaced_with_its_vpc():
    stack = made()

    assert resources(stack, "terraform_data")["zone_vpc"] == {"input": {"id": "vpc-1"}}
    assert resources(stack, "aws_route53_zone")["zone"]["lifecycle"]["replace_triggered_by"] == [
        "terraform_data.zone_vpc"
    ]


def test_a_name_is_an_alias_of_the_endpoints_name():
    record = resources(made(), "aws_route53_record")["zone_name-api-shop-internal-A"]

    assert (record["name"], record["type"]) == ("api.shop.internal", "A")
    assert record["alias"] == {
        "name": ALIAS.name,
        "zone_id": "Z1",
        "evaluate_target_health": False,
    }


def test_an_endpoint_with_both_kinds_of_address_has_a_record_of_each():
    names = {"*.shop.internal": Alias("vpce-1", "Z1", ("A", "AAAA"))}

    assert set(resources(made(aliases=names), "aws_route53_record")) == {
        "zone_name-any-shop-internal-A",
        "zone_name-any-shop-internal-AAAA",
    }


def test_a_further_vpc_of_the_same_account_is_associated_at_once():
    stack = made(shared_with={"data": SharedVpc("vpc-2", "eu-west-1")})

    assert resources(stack, "aws_route53_vpc_association_authorization") == {}
    association = resources(stack, "aws_route53_zone_association")["zone_data"]
    assert (association["vpc_id"], association["vpc_region"]) == ("vpc-2", "eu-west-1")
    assert "depends_on" not in association


def test_a_vpc_of_another_account_is_authorized_first_and_associated_with_its_own_credentials():
    def build(stack):
        other = aws.AwsProvider(stack, "aws-other", region="eu-west-1", alias="other")
        HostedZone(
            stack,
            "zone",
            aliases=NAMES,
            name="shop.internal",
            vpc_id="vpc-1",
            shared_with={"data": SharedVpc("vpc-2", "eu-west-1", other)},
        )

    stack = synth_one(build)

    authorization = resources(stack, "aws_route53_vpc_association_authorization")["zone_data"]
    association = resources(stack, "aws_route53_zone_association")["zone_data"]
    assert "provider" not in authorization
    assert association["provider"] == "aws.other"
    assert association["depends_on"] == ["aws_route53_vpc_association_authorization.zone_data"]


def test_a_zone_that_exists_has_to_be_private_and_hold_every_name():
    stack = zone(zone_id="Z9", aliases=NAMES | {"shop.internal": ALIAS})

    assert resources(stack, "aws_route53_zone") == {}
    conditions = [
        check["condition"]
        for check in stack["data"]["aws_route53_zone"]["zone"]["lifecycle"]["postcondition"]
    ]
    assert conditions[0] == "${self.private_zone}"
    assert [name for name in ("api.shop.internal", "shop.internal") if f'"{name}" ==' in "".join(conditions)]
    assert len(conditions) == 3


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("api.shop.internal", "name-api-shop-internal"),
        ("*.shop.internal", "name-any-shop-internal"),
        ("_x.shop.internal", "name--x-shop-internal"),
    ],
)
def test_a_name_is_part_of_an_address(name, key):
    assert record_key(name) == key
