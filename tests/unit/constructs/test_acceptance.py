"""Acceptance: one accepter for each consumer."""

from privatelink.constructs.acceptance import Acceptance
from tests.support.synth import resources, synth_one


def test_each_endpoint_has_an_accepter_keyed_by_its_consumer():
    stack = synth_one(
        lambda stack: Acceptance(
            stack,
            "acceptance",
            vpc_endpoint_service_id="vpce-svc-1",
            vpc_endpoint_ids={"one": "vpce-1", "two": "vpce-2"},
        )
    )

    assert resources(stack, "aws_vpc_endpoint_connection_accepter") == {
        "acceptance_one": {"vpc_endpoint_service_id": "vpce-svc-1", "vpc_endpoint_id": "vpce-1"},
        "acceptance_two": {"vpc_endpoint_service_id": "vpce-svc-1", "vpc_endpoint_id": "vpce-2"},
    }
