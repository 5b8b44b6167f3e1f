"""The connection: accepted, rejected, or waiting."""

import pytest

from privatelink.review.shapes import UNKNOWN
from tests.support.plan_facts import change, path_after

ACCEPTER = {"id": "a", "vpc_endpoint_id": "vpce-1"}
PENDING = {"aws_vpc_endpoint.e": {"state": "pendingAcceptance"}}


@pytest.mark.parametrize(
    ("changes", "further", "state", "why"),
    [
        ({}, [], "open", ""),
        (PENDING, [], "unknown", "connection: it was pending at the last refresh"),
        (PENDING, [change("aws_vpc_endpoint_connection_accepter.a", ACCEPTER, ACCEPTER)], "open", ""),
        (PENDING | {"aws_vpc_endpoint_service.s": {"acceptance_required": False}}, [], "open", ""),
        (
            PENDING | {"aws_vpc_endpoint_service.s": {"acceptance_required": UNKNOWN}},
            [],
            "unknown",
            "connection: it was pending at the last refresh",
        ),
        *(
            ({"aws_vpc_endpoint.e": {"state": state}}, [], "broken", f"connection: it is {state}")
            for state in ("rejected", "failed", "expired")
        ),
    ],
)
def test_a_connection_is_accepted_or_not(changes, further, state, why):
    path = path_after(changes, *further)

    assert (path.state("after"), path.after.why) == (state, why)


def test_destroying_the_accepter_rejects_the_connection_and_is_the_cause():
    path = path_after({}, change("aws_vpc_endpoint_connection_accepter.a", ACCEPTER, None))

    assert path.after.why == "connection: destroying aws_vpc_endpoint_connection_accepter.a rejects it"
    assert [each.address for each in path.causes(path.after.deciding)] == [
        "aws_vpc_endpoint_connection_accepter.a"
    ]
