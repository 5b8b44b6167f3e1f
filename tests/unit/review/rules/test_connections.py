"""Accepted connections: to destroy the accepter is to reject the consumer."""

import pytest

from tests.support.plan_facts import change, only, plan, reviewed

ACCEPTER = {"id": "a", "vpc_endpoint_id": "vpce-1", "vpc_endpoint_service_id": "vpce-svc-1"}
ENDPOINT = {"id": "vpce-1", "vpc_endpoint_type": "Interface"}
NAME = "aws_vpc_endpoint_connection_accepter.a"


@pytest.mark.parametrize(
    ("after", "replaced_by", "attribute"),
    [
        (None, (), "vpc_endpoint_id"),
        (
            ACCEPTER | {"vpc_endpoint_service_id": "vpce-svc-2"},
            ("vpc_endpoint_service_id",),
            "vpc_endpoint_service_id",
        ),
    ],
)
def test_an_accepter_that_goes_blocks(after, replaced_by, attribute):
    finding = only(plan(change(NAME, ACCEPTER, after, replaced_by=replaced_by)))

    assert (finding.rule.id, finding.severity, finding.attribute) == (
        "accepter-destroyed",
        "blocking",
        attribute,
    )


def test_where_the_endpoint_goes_too_no_one_is_left_to_cut_off():
    made = plan(change(NAME, ACCEPTER, None), change("aws_vpc_endpoint.e", ENDPOINT, None))

    assert [each.rule.id for each in reviewed(made).findings] == ["endpoint-destroyed"]


@pytest.mark.parametrize(("before", "after"), [(ACCEPTER, ACCEPTER), (None, ACCEPTER)])
def test_an_accepter_that_stays_or_is_made_is_no_finding(before, after):
    assert reviewed(plan(change(NAME, before, after))).findings == []


def test_an_accepter_that_terraform_forgets_goes_on_accepting():
    forgotten = change(NAME, ACCEPTER, None)
    forgotten["change"]["actions"] = ["forget"]

    assert reviewed(plan(forgotten)).findings == []
