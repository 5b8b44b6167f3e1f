"""Resources that get another address: the pair is found, and its `moved` block is written out."""

import pytest

from privatelink.review.renames import moved_block, renames
from privatelink.review.world import Worlds
from tests.support.plan_facts import change, plan

ACCEPTER = {"id": "old", "vpc_endpoint_id": "vpce-1", "vpc_endpoint_service_id": "vpce-svc-1"}
KIND = "aws_vpc_endpoint_connection_accepter"


def moved(old, new, before=None, after=None, unknown=None):
    values = {name: value for name, value in ACCEPTER.items() if name != "id"}
    worlds = Worlds(
        [
            plan(
                change(old, ACCEPTER | (before or {}), None, **_of(old)),
                change(
                    new, None, values | (after or {}), unknown={"id": True, **(unknown or {})}, **_of(new)
                ),
            )
        ]
    )
    destroyed = next(each for each in worlds.plans[0].changes if each.address == old)
    return moved_block(worlds, destroyed)


def _of(address):
    """The module and the key in an address, as a plan has them."""
    module = address[: address.rindex(f".{KIND}")] if address.startswith("module.") else ""
    resource = address.removeprefix(f"{module}.") if module else address
    name, _, key = resource.removeprefix(f"{KIND}.").partition("[")
    further = {"type": KIND, "name": name}
    if module:
        further["module_address"] = module
    if key:
        further["index"] = int(key[:-1]) if key[:-1].isdecimal() else key[1:-2]
    return further


@pytest.mark.parametrize(
    ("old", "new", "from_", "to"),
    [
        (f"{KIND}.a", f"{KIND}.b", f"{KIND}.a", f"{KIND}.b"),
        (f"{KIND}.a[0]", f'{KIND}.a["x"]', f"{KIND}.a[0]", f'{KIND}.a["x"]'),
        (f'{KIND}.a["x"]', f'{KIND}.a["y"]', f'{KIND}.a["x"]', f'{KIND}.a["y"]'),
        (f'{KIND}.a["y"]', f'{KIND}.a["x"]', f'{KIND}.a["y"]', f'{KIND}.a["x"]'),
        # All instances have their keys: one block moves the resource.
        (f"{KIND}.a[0]", f"{KIND}.b[0]", f"{KIND}.a", f"{KIND}.b"),
        (f"{KIND}.a", f"module.m.{KIND}.a", f"{KIND}.a", f"module.m.{KIND}.a"),
        (f"module.m.{KIND}.a", f"module.n.{KIND}.a", "module.m", "module.n"),
        (f"module.m[0].{KIND}.a", f'module.m["x"].{KIND}.a', "module.m[0]", 'module.m["x"]'),
        (f"module.m.module.i.{KIND}.a", f"module.n.module.i.{KIND}.a", "module.m", "module.n"),
        (f"module.i.{KIND}.a", f"module.n.module.i.{KIND}.a", "module.i", "module.n.module.i"),
    ],
)
def test_the_block_has_both_addresses(old, new, from_, to):
    assert moved(old, new) == f"moved {{\n  from = {from_}\n  to   = {to}\n}}"


@pytest.mark.parametrize(
    ("before", "after", "unknown", "same"),
    [
        ({"tags": {"a": "b"}}, {"tags": {"a": "c"}}, None, True),
        ({}, {"vpc_endpoint_id": "vpce-2"}, None, False),
        ({"more": "a"}, {"more": None}, None, True),
        ({"more": "a"}, {}, {"more": True}, True),
        ({"block": [{"a": 1, "b": ""}]}, {"block": [{"a": 1, "b": None}]}, None, True),
        ({"block": [{"a": 1}]}, {"block": [{"a": 2}]}, None, False),
        ({"block": [{"a": 1}]}, {"block": [{"a": 1}, {"a": 2}]}, None, False),
    ],
)
def test_it_is_the_same_if_the_known_arguments_are(before, after, unknown, same):
    found = moved(f"{KIND}.a", f"{KIND}.b", before=before, after=after, unknown=unknown)

    assert bool(found) is same


def test_of_several_with_the_same_arguments_the_key_decides():
    values = {"vpc_endpoint_id": "vpce-1"}
    olds = [change(f"aws_x.a[{number}]", values, None) for number in (0, 1)]
    news = [change(f"aws_x.b[{number}]", None, values) for number in (1, 0)]
    worlds = Worlds([plan(*olds, *news)])

    pairs = {(old.address, new.address) for old, new in renames(worlds).items()}
    assert pairs == {("aws_x.a[0]", "aws_x.b[0]"), ("aws_x.a[1]", "aws_x.b[1]")}


def test_the_same_key_and_name_decide_before_one_of_them():
    values = {"vpc_endpoint_id": "vpce-1"}
    old = change("module.m.aws_x.a", values, None, module_address="module.m")
    news = [
        change(address, None, values, module_address=address.rpartition(".aws_x")[0])
        for address in ("module.n.aws_x.b", "module.n.aws_x.a")
    ]

    assert [new.address for new in renames(Worlds([plan(old, *news)])).values()] == ["module.n.aws_x.a"]


def test_without_a_decision_there_is_no_pair():
    values = {"vpc_endpoint_id": "vpce-1"}
    news = [change(address, None, values) for address in ("aws_x.b", "aws_x.c")]

    assert renames(Worlds([plan(change("aws_x.a", values, None), *news)])) == {}
    # Nothing is known of the new one.
    new = change("aws_x.b", None, {}, unknown={"vpc_endpoint_id": True})
    assert renames(Worlds([plan(change("aws_x.a", values, None), new)])) == {}


def test_other_stacks_and_types_and_changes_are_no_pairs():
    values = {"vpc_endpoint_id": "vpce-1"}
    old, new = change("aws_x.a", values, None), change("aws_x.b", None, values)

    assert renames(Worlds([plan(old, stack="one"), plan(new, stack="two")])) == {}
    assert renames(Worlds([plan(old, change("aws_y.b", None, values))])) == {}
    assert renames(Worlds([plan(change("aws_x.a", values, values), new)])) == {}
    assert len(renames(Worlds([plan(old, new)]))) == 1
