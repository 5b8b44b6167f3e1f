"""The attributes that are read together: what the review reads, and no more."""

from collections import Counter

import pytest

from privatelink.review.attributes import READ_TOGETHER
from privatelink.review.change import Change
from privatelink.review.world import Thing
from tests.support.foreign_plans import document
from tests.support.plan_facts import as_plan, committed, reviewed


def plans():
    foreign = [as_plan(document({"base": base, "edits": {}})) for base in ("vendor", "scaled", "application")]
    return [committed("listener-port-changed"), committed("targets-closed"), *foreign]


@pytest.fixture(scope="module")
def read():
    """The attributes that reviews read, by the type of the resource."""
    found = set()
    of_thing, of_change = Thing.value, Change.value

    def thing_value(thing, name):
        found.add((thing.change.type, name))
        return of_thing(thing, name)

    def change_value(change, side, name):
        found.add((change.type, name))
        return of_change(change, side, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Thing, "value", thing_value)
        patch.setattr(Change, "value", change_value)
        for plan in plans():
            reviewed(plan)
    return found


@pytest.mark.parametrize("kind", READ_TOGETHER)
def test_each_attribute_is_read(kind, read):
    assert {(kind, name) for name in READ_TOGETHER[kind]} <= read


def test_the_values_of_a_resource_are_parsed_once(monkeypatch):
    parsed = Counter()
    plain = Change._parse

    def parse(self, raw, read, name):
        parsed[self.address, raw] += 1
        plain(self, raw, read, name)

    monkeypatch.setattr(Change, "_parse", parse)
    plan = committed("listener-port-changed")
    reviewed(plan)

    types = {change.address: change.type for change in plan.changes if not change.changes}
    again = {address for (address, _), times in parsed.items() if times > 1 and address in types}
    assert len(parsed) > len(types) / 2
    assert not {types[address] for address in again} & READ_TOGETHER.keys()
