"""The whole topology: examples, defaults, what constructs get, and that order means nothing."""

from ipaddress import IPv4Network
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from privatelink.topology.file import load
from privatelink.topology.model import Topology
from tests.support.full_topologies import full_topologies
from tests.support.project import PROJECT
from tests.support.topology_cases import every_network, made
from tests.support.topology_fuzz import drawn
from tests.support.topology_strategies import EXAMPLES, ZONES, shuffled

few = settings(deadline=None, max_examples=25)
MOST_DRAWS = 20  # of 100 topologies each


# ---- the walkthrough


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_loads_without_a_warning(path):
    assert load(path).warnings == ()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_says_what_it_shows(path):
    schema, comment, *_ = path.read_text(encoding="utf-8").splitlines()
    place = "docs" if path.parent == PROJECT else "../docs"
    assert schema == f"# yaml-language-server: $schema={place}/topology.schema.json"
    assert comment.startswith("# ")


def test_the_walkthrough_is_the_scenarios():
    topology = load(PROJECT / "topology.yaml").resolve()
    (service,), (client,) = (each.settings for each in topology.services), topology.consumers

    assert topology.name == "zigispace"
    assert service.region == client.region == "ap-northeast-2"
    assert service.backend_texts == {ZONES[0]: "ZIGISPACE - SVR#1", ZONES[1]: "ZIGISPACE - SVR#2"}
    assert service.load_balancer.name == "ZIGI-ELB-Pub"
    assert not service.load_balancer.internal
    assert service.acceptance == "manual"
    assert service.network.cidr == IPv4Network("10.10.0.0/16")
    assert client.settings.network.cidr == IPv4Network("10.20.0.0/16")
    assert client.endpoint.zones == tuple(ZONES)
    assert client.endpoint.ports == (80,)
    assert client.settings.probe


def test_the_internal_example_differs_in_the_load_balancer_alone():
    public, internal = load(PROJECT / "topology.yaml"), load(PROJECT / "examples" / "internal.yaml")
    assert internal.service.load_balancer.internal
    assert internal.consumers == public.consumers
    same = {"load_balancer": None}
    assert internal.service.model_copy(update=same) == public.service.model_copy(update=same)


# ---- defaults


def test_defaults_are_the_safe_ones():
    service = made().service
    assert service.load_balancer.internal
    assert service.load_balancer.allow_from == ()
    assert service.acceptance == "manual"
    assert service.allowed_principals == ()
    assert not service.load_balancer.enforce_private_link_ingress
    assert service.network.flow_logs is None


def test_the_file_has_no_values_that_come_from_other_parts():
    topology = made()
    client = topology.consumers["client"]
    assert topology.service.load_balancer.name is None
    assert client.region is None
    assert client.endpoint is None


@pytest.mark.slow
@few
@given(st.data())
def test_order_means_nothing(data):
    topology = data.draw(full_topologies())
    again = data.draw(shuffled(topology))
    one, other = Topology.model_validate(topology), Topology.model_validate(again)
    assert one == other
    assert [list(n.subnets.items()) for n in every_network(one)] == [
        list(n.subnets.items()) for n in every_network(other)
    ]
    assert list(one.consumers) == list(other.consumers)
    assert one.warnings == other.warnings


@pytest.mark.slow
def test_every_field_of_the_model_is_drawn():
    """Otherwise the properties of topologies do not say anything about a new field."""
    missing = {*fields_of(Topology)}
    for seed in range(MOST_DRAWS):
        for text in drawn(100, seed):
            missing.difference_update(fields_given(Topology.model_validate(yaml.safe_load(text))))
        if not missing:
            break

    assert missing == set()


def fields_of(part, seen=None):
    """Every field of a part, and of the parts below it."""
    seen = seen if seen is not None else {part}
    for name, info in part.model_fields.items():
        yield part.__name__, name
        for inner in parts_in(info.annotation):
            if inner not in seen:
                seen.add(inner)
                yield from fields_of(inner, seen)


def parts_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from parts_in(inner)


def fields_given(value):
    """Every field that a topology has a value for, not a default."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            yield type(value).__name__, name
            yield from fields_given(getattr(value, name))
    elif isinstance(value, dict | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from fields_given(inner)
