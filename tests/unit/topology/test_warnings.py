"""Warnings and their ids."""

from dataclasses import FrozenInstanceError

import pytest

from privatelink.topology.model import Topology
from privatelink.topology.warnings import IDS, TopologyWarning
from tests.support.topology_strategies import both_sides


def test_ids_are_listed_once_in_order():
    assert list(IDS) == sorted(set(IDS))


@pytest.mark.parametrize("name", [name for name in IDS if name != "nothing-silenced"])
def test_each_can_be_silenced_by_its_id(name):
    silenced = both_sides() | {"silenced": {name: "a trial"}}

    assert [warning.field for warning in Topology.model_validate(silenced).warnings] == [f"silenced.{name}"]


def test_a_warning_is_a_value():
    one = TopologyWarning("one-zone", "service.network.zones", "one zone")

    assert one == TopologyWarning("one-zone", "service.network.zones", "one zone")
    with pytest.raises(FrozenInstanceError):
        one.text = "two zones"
