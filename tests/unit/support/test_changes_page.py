"""docs/changes.md: up to date, and a row for each change that a field admits."""

import json
import re
from itertools import chain

import pytest

from privatelink.topology.file import TopologyError, parse
from tests.support.changes import CLASSES, Change, Planned, edited, unexpected, waves
from tests.support.changes_model import admitted
from tests.support.changes_page import PAGE, SECTIONS, counts, render, rows, section_of
from tests.support.changes_refused import REFUSED
from tests.support.changes_rows import NOT_APPLIED, TOPOLOGIES, TRACKS
from tests.support.changes_staged import LEAVING, STAGED
from tests.support.synth import addresses, synth

LONGEST_ROW = 400
WRITTEN = PAGE.read_text(encoding="utf-8")


def test_the_page_is_up_to_date():
    assert render() == WRITTEN, "the rows have changed: run make changes"


def test_each_change_that_a_field_admits_has_a_row():
    found = {(row.field, kind) for row in rows() for kind in row.kinds}

    assert found == {(field, kind) for field, kinds in admitted().items() for kind in kinds}


def test_each_row_has_a_class_and_says_what_happens():
    assert [row for row in rows() if row.result not in CLASSES or not row.does] == []


def test_what_is_not_applied_is_known():
    applied = {(row.field, kind) for row in rows() for kind in row.kinds if row.result != "not applied"}
    not_applied = {(field, kind) for fields, _ in NOT_APPLIED for field in fields for kind in fields[field]}

    assert not_applied.isdisjoint(applied)
    assert {field for field, _ in not_applied if not field.startswith("backend.hcp")} == {
        "consumers.*.endpoints.*.service_region",
    }


def test_no_section_is_empty():
    assert {section_of(row.field) for row in rows()} == SECTIONS.keys()


def test_rows_are_short_enough_to_read():
    assert [row for row in WRITTEN.splitlines() if row.startswith("| `") and len(row) > LONGEST_ROW] == []


def test_counts_are_those_of_the_rows():
    numbers = dict(re.findall(r"^\| ([a-z ]+) \| [^|]+ \| (\d+) \|$", WRITTEN, re.MULTILINE))

    assert {name: int(number) for name, number in numbers.items() if int(number)} == counts()
    assert [*numbers] == [*CLASSES]


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_each_wave_is_a_right_topology(name):
    topology = TOPOLOGIES[name]()
    for wave in waves(TRACKS[name]):
        for track, change in wave:
            topology = edited(topology, track.part, change.edit)
        parse(json.dumps(topology))


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_what_is_not_applied_is_a_right_topology(name):
    topology = TOPOLOGIES[name]()
    for track, change in chain.from_iterable(waves(TRACKS[name])):
        topology = edited(topology, track.part, change.edit)
    for change in (*STAGED.get(name, ()), *LEAVING.get(name, ())):
        parse(json.dumps(edited(topology, "", change.edit)))


@pytest.mark.parametrize("refused", REFUSED, ids=lambda each: ", ".join(each.changes))
def test_the_file_refuses_the_change(refused):
    topology = edited(TOPOLOGIES[refused.topology](), refused.part, refused.edit)

    with pytest.raises(TopologyError) as error:
        parse(json.dumps(topology))

    assert f"[{refused.rule}]" in str(error.value)


def types(actions, action):
    found = (found.address.partition(".")[0] for found in actions if found.action == action)
    return {REGISTERS.get(kind, kind) for kind in found}


@pytest.mark.parametrize(
    ("track", "change"),
    [(track, change) for tracks in TRACKS.values() for track in tracks for change in track.changes if change],
    ids=lambda each: ", ".join(each.fields) if isinstance(each, Change) else each.part,
)
def test_the_class_is_that_of_the_actions(track, change):
    actions = track.planned(change)
    replaced = (types(actions, "+") & types(actions, "-")) - BEHIND
    replaced |= types(actions, "±") - BEHIND
    if change.result == "adds only":
        assert {action.action for action in actions} == {"+"}
    if change.result == "in place":
        assert not replaced
    if change.result == "replaces":
        assert replaced


# Both register targets.
REGISTERS = {"aws_autoscaling_attachment": "aws_lb_target_group_attachment"}
# What traffic passes, but does not end at: AWS moves it to the new one first.
BEHIND = {
    "aws_route_table_association",
    "aws_subnet",
    "aws_vpc_security_group_egress_rule",
    "aws_vpc_security_group_ingress_rule",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", TOPOLOGIES)
def test_each_wave_adds_and_removes_the_listed_addresses(name):
    topology = TOPOLOGIES[name]()
    before = every_address(topology)
    for number, wave in enumerate(waves(TRACKS[name]), 1):
        for track, change in wave:
            topology = edited(topology, track.part, change.edit)
        after = every_address(topology)
        expected = [
            action for track, change in wave for action in track.planned(change) if action.action in "+-"
        ]
        made = [Planned(stack, "+", address) for stack, address in after - before]
        gone = [Planned(stack, "-", address) for stack, address in before - after]

        assert unexpected(expected, made + gone) == [], number
        before = after


def every_address(topology):
    prefix = f"{topology['name']}-"
    return {
        (name.removeprefix(prefix), address)
        for name, stack in synth(json.dumps(topology)).items()
        for address in addresses(stack)
    }
