"""Stages of a change of subnets; tests/e2e/test_staged_changes.py follows some of them."""

from typing import Any

from privatelink.changes import network_stages, subnets
from tests.support.staged_plans import (
    CREATE,
    CREATE_FIRST,
    DELETE,
    NO_OP,
    A,
    C,
    endpoint,
    plans,
    resource,
    subnet,
    vpc,
)

B = "ap-northeast-2b"


def edits(*changes: dict[str, Any]) -> list[list[str]]:
    """The edits of each stage but the last, without the consumer and the Region."""
    (network,) = subnets.find(plans(one=[vpc(), *changes]))
    *stages, last = network_stages.stages(network, "consumers.one")
    assert last.edits == ("the file as it is now",)
    shown = [[edit.replace("consumers.one.", "") for edit in stage.edits] for stage in stages]
    return [[edit.replace("ap-northeast-2", "") for edit in stage] for stage in shown]


KEPT = subnet(A, NO_OP, "10.20.0.0/24")


def test_the_endpoint_leaves_before_its_subnet_is_removed() -> None:
    removed = subnet(C, DELETE, "10.20.1.0/24")
    assert edits(KEPT, removed, endpoint("ac", "a")) == [["endpoint.zones: [a]"]]


def test_each_endpoint_leaves() -> None:
    removed = subnet(C, DELETE, "10.20.1.0/24")
    further = endpoint("c", "a", name="endpoint-dns")
    assert edits(KEPT, removed, endpoint("ac", "a"), further) == [
        ["endpoint.zones: [a]", "endpoints.dns.zones: [a]"]
    ]


def test_an_overlap_has_a_stage_without_the_zone() -> None:
    larger = subnet(C, CREATE_FIRST, "10.20.2.0/24", "10.20.2.0/23")
    assert edits(KEPT, larger) == [["network.zones: {a: 10.20.0.0/24}"]]
    assert edits(KEPT, larger, endpoint("ac")) == [
        ["endpoint.zones: [a]"],
        ["network.zones: {a: 10.20.0.0/24}"],
    ]


def test_all_zones_change() -> None:
    changed = (
        subnet(A, CREATE_FIRST, "10.20.0.0/24", "10.20.8.0/24"),
        subnet(C, CREATE_FIRST, "10.20.1.0/24", "10.20.9.0/24"),
    )
    assert edits(*changed, endpoint("ac")) == [
        ["network.zones: {a: 10.20.8.0/24, c: 10.20.1.0/24}", "endpoint.zones: [c]"],
        ["endpoint.zones: [a]"],
    ]


def test_zones_that_swap_their_cidrs_use_a_third_one() -> None:
    swapped = (
        subnet(A, CREATE_FIRST, "10.20.0.0/24", "10.20.1.0/24"),
        subnet(C, CREATE_FIRST, "10.20.1.0/24", "10.20.0.0/24"),
    )
    assert edits(*swapped, endpoint("ac")) == [
        ["network.zones: {a: 10.20.2.0/24, c: 10.20.1.0/24}", "endpoint.zones: [c]"],
        ["endpoint.zones: [a]"],
        ["network.zones: {a: 10.20.2.0/24}"],
        ["network.zones: {a: 10.20.2.0/24, c: 10.20.0.0/24}", "endpoint.zones: [c]"],
    ]


def test_all_zones_are_exchanged_for_another_one() -> None:
    removed = (subnet(A, DELETE, "10.20.0.0/24"), subnet(C, DELETE, "10.20.1.0/24"))
    assert edits(*removed, subnet(B, CREATE, None, "10.20.2.0/24"), endpoint("ac")) == [
        ["network.zones: {a: 10.20.0.0/24, b: 10.20.2.0/24, c: 10.20.1.0/24}", "endpoint.zones: [b]"]
    ]


def test_all_zones_go() -> None:
    removed = subnet(A, DELETE, "10.20.0.0/24")
    assert edits(removed, endpoint("a", "")) == [
        ["remove the subnet from the endpoint in one apply, and delete it in the next"]
    ]


def test_the_only_zone_changes() -> None:
    larger = subnet(A, CREATE_FIRST, "10.20.0.0/24", "10.20.0.0/23")
    another = "<another zone of the service>"
    assert edits(larger, endpoint("a")) == [
        [f"network.zones: {{{another}: 10.20.2.0/24, a: 10.20.0.0/24}}", f"endpoint.zones: [{another}]"],
        [f"network.zones: {{{another}: 10.20.2.0/24}}"],
    ]


def test_a_zone_that_is_written_in_another_form() -> None:
    zone = {"availability_zone": A, "availability_zone_id": "apne2-az1"}
    values = {"vpc_id": "vpc-1", "cidr_block": "10.20.0.0/24"}
    found = subnets.find(
        plans(
            one=[
                resource(f"aws_subnet.network_{A}", DELETE, {"id": "subnet-a", **values, **zone}),
                resource(
                    "aws_subnet.network_apne2-az1",
                    CREATE,
                    None,
                    values | {"availability_zone_id": "apne2-az1"},
                ),
            ]
        )
    )
    ((stage,),) = [network_stages.stages(network, "service") for network in found]
    assert stage.edits == (
        f"service.network.zones_renamed_from: {{apne2-az1: {A}}}",
        "and otherwise the file as it is now",
    )
