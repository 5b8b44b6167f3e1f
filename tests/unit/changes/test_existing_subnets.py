"""Endpoints that get another existing subnet in the same zone."""

from typing import Any

import pytest

from privatelink.changes.plans import Plans
from privatelink.changes.recognize import recognize
from privatelink.changes.subnets import SAME_ZONE
from tests.support.staged_plans import ONE, A, C, endpoint

B = "ap-northeast-2b"
PATH = "consumers.one.endpoint.zones"
IDS = "consumers.one.network.subnet_ids"


def found(
    before: dict[str, str],
    after: dict[str, str],
    stack: str = ONE,
    name: str = "endpoint",
    without_id: str = "",
) -> list[tuple[tuple[str, ...], ...]]:
    """The edits of each stage, for an endpoint in these subnets by zone before and after.

    Of the zone `without_id`, the plan has the subnet's data source without its ID.
    """
    letters = {
        zones: "".join(each[-1] for each in subnets.values())
        for zones, subnets in (("b", before), ("a", after))
    }
    addresses = dict.fromkeys(before, "10.0.0.9")
    outputs = {"endpoint_addresses": {"actions": ["update"], "before": addresses}}
    if name != "endpoint":
        key = name.removeprefix("endpoint-")
        outputs = {"further_endpoints": {"actions": ["update"], "before": {key: {"addresses": addresses}}}}
    read = [
        {
            "address": "",
            "mode": "data",
            "type": "aws_subnet",
            "name": f"network_{zone}",
            "values": {} if zone == without_id else {"id": subnet},
        }
        for zone, subnet in after.items()
    ]
    plan: Any = {
        "resource_changes": [endpoint(letters["b"], letters["a"], name=name)],
        "output_changes": outputs,
        "prior_state": {"values": {"root_module": {"resources": read}}},
    }
    staged = recognize(Plans({stack: plan}, lambda _: ()))
    assert {each.kind for each in staged} <= {SAME_ZONE}
    return [tuple(stage.edits for stage in each.stages) for each in staged]


LAST = ("the file as it is now",)


def test_the_endpoint_leaves_the_zone_first() -> None:
    edits = found({A: "subnet-a", C: "subnet-c"}, {A: "subnet-a", C: "subnet-x"})
    assert edits == [((f"{PATH}: [{A}]",), LAST)]


def test_of_all_zones_one_is_left_last() -> None:
    edits = found({A: "subnet-a", C: "subnet-c"}, {A: "subnet-x", C: "subnet-y"})
    assert edits == [((f"{PATH}: [{A}]",), (f"{IDS}.{C}: subnet-y", f"{PATH}: [{C}]"), LAST)]


def test_the_only_zone_by_way_of_another_one() -> None:
    ((first, last),) = found({A: "subnet-a"}, {A: "subnet-x"})
    assert first == (
        f"{IDS}.<another zone of the service>: <ID of a subnet there>",
        f"{PATH}: [<another zone of the service>]",
    )
    assert last == LAST


def test_an_endpoint_with_a_key() -> None:
    edits = found({A: "subnet-a", C: "subnet-c"}, {A: "subnet-a", C: "subnet-x"}, name="endpoint-logs")
    assert edits == [((f"consumers.one.endpoints.logs.zones: [{A}]",), LAST)]


def test_a_stack_of_another_origin_gets_the_words_of_terraform() -> None:
    ((stage,),) = found({A: "subnet-a"}, {A: "subnet-x"}, stack="network")
    assert stage == (SAME_ZONE.instead,)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({A: "subnet-a"}, {A: "subnet-a", C: "subnet-c"}),
        ({A: "subnet-a", C: "subnet-c"}, {A: "subnet-a"}),
        ({A: "subnet-a"}, {B: "subnet-b"}),
        ({A: "subnet-a"}, {A: "subnet-a"}),
    ],
    ids=["a zone more", "a zone less", "another zone", "the same"],
)
def test_other_changes_of_subnets(before: dict[str, str], after: dict[str, str]) -> None:
    assert found(before, after) == []


def test_a_data_source_without_an_id_is_of_no_subnet() -> None:
    before, after = {A: "subnet-a", C: "subnet-c"}, {A: "subnet-x", C: "subnet-y"}
    assert found(before, after, without_id=C) == found({A: "subnet-a"}, {A: "subnet-x"}) != []
