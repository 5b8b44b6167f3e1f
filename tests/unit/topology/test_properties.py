"""What holds of any topology, and of any file at all."""

import copy
import json
import tempfile
from itertools import combinations
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink.topology.file import TopologyError, load, parse
from privatelink.topology.model import Topology
from tests.support.project import PROJECT
from tests.support.topology_strategies import BROKEN_RULES, EXAMPLES, shuffled, topologies
from tests.support.written import written

pytestmark = pytest.mark.slow

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((PROJECT / "docs" / "topology.schema.json").read_text("utf-8"))
)
some = settings(deadline=None, max_examples=25)


def networks(topology):
    return [
        *([topology.service.network] if topology.service else []),
        *(consumer.network for consumer in topology.consumers.values()),
    ]


@some
@given(topologies())
def test_a_valid_topology_survives_being_written_and_read(topology):
    assert parse(written(topology)) == Topology.model_validate(topology)


@some
@given(topologies())
def test_the_schema_admits_what_the_model_admits(topology):
    assert list(SCHEMA.iter_errors(topology)) == []


@some
@given(topologies())
def test_subnets_lie_in_their_vpc_and_apart(topology):
    for network in networks(Topology.model_validate(topology)):
        for subnet in network.subnets.values():
            assert subnet.subnet_of(network.cidr)
            assert 16 <= subnet.prefixlen <= 28
        assert not any(one.overlaps(other) for one, other in combinations(network.subnets.values(), 2))


@some
@given(topologies())
def test_constructs_get_plain_values(topology):
    made = Topology.model_validate(topology)
    if made.service:
        assert made.service.load_balancer.name
        assert tuple(made.service.backend_texts) == made.service.network.zones
    for consumer in made.consumers.values():
        assert consumer.region
        assert consumer.endpoint_ports
        assert set(consumer.endpoint_zones) <= set(consumer.network.zones)
        if made.service:
            assert consumer.endpoint_ports == tuple(
                sorted(x["port"] for x in topology["service"]["listeners"])
            )


@some
@given(st.data())
def test_order_means_nothing(data):
    topology = data.draw(topologies())
    again = data.draw(shuffled(topology))
    one, other = Topology.model_validate(topology), Topology.model_validate(again)
    assert one == other
    assert [list(n.subnets.items()) for n in networks(one)] == [
        list(n.subnets.items()) for n in networks(other)
    ]
    assert list(one.consumers) == list(other.consumers)
    assert one.warnings == other.warnings


@some
@given(st.data())
def test_zones_that_leave_take_no_other_along(data):
    topology = data.draw(topologies(service=True, consumers=False))
    network = topology["service"]["network"]
    network["zones"] = list(network["zones"])
    topology["service"]["backends"]["text"] = "same"
    # Elastic IPs and other regions ask for more of the zones.
    for field in ("load_balancer", "supported_regions"):
        topology["service"].pop(field, None)
    before = Topology.model_validate(topology).service.network.subnets
    staying = data.draw(st.lists(st.sampled_from(network["zones"]), min_size=1, unique=True))
    network["zones"] = staying
    after = Topology.model_validate(topology).service.network.subnets
    assert after == {zone: before[zone] for zone in staying}


@pytest.mark.parametrize("rule", BROKEN_RULES)
@settings(deadline=None, max_examples=2)
@given(data=st.data())
def test_one_broken_rule_is_refused_by_the_fields_name(rule, data):
    topology = data.draw(topologies(service=True, consumers=True))
    broken = copy.deepcopy(topology)
    field = BROKEN_RULES[rule](broken)
    with pytest.raises(TopologyError) as refused:
        parse(written(broken))
    assert field in [problem.field for problem in refused.value.problems]
    check_wording(refused.value)


# ---- any file at all


def check_wording(error):
    text = str(error)
    text.encode()  # a terminal can show it
    assert error.problems
    for problem in error.problems:
        assert problem.what
        assert problem.allowed
        assert problem.fix
    for foreign in (
        "Input should be",
        "Field required",
        "Extra inputs",
        "pydantic",
        "another value",
        "Traceback",
    ):
        assert foreign not in text


@settings(deadline=None, max_examples=100)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_are_read_or_refused(data):
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "topology.yaml"
        path.write_bytes(data)
        with pytest.raises(TopologyError) as refused:  # no such bytes make a topology
            load(path)
    check_wording(refused.value)


WORDS = [
    *"{}[]:,-#&*!|>'\"%@` \n\t",
    "---",
    "<<",
    "name",
    "service",
    "zones",
    "80",
    "0x1",
    "no",
    "~",
    ".nan",
    "22:22",
]


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_anything_like_yaml_is_read_or_refused(text):
    with pytest.raises(TopologyError) as refused:
        parse(text)
    check_wording(refused.value)


def fields(node):
    if isinstance(node, dict):
        yield from node.get("properties", ())
        for value in node.values():
            yield from fields(value)


SCALARS = (
    st.sampled_from(["ap-northeast-2a", "10.0.0.0/16", "80", "no", "", "*", "manual", "a\u202eb", "x" * 500])
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(set(fields(SCHEMA.schema)))) | SCALARS, inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_any_value_in_any_place_is_read_or_refused(data):
    topology = yaml.safe_load(data.draw(st.sampled_from(EXAMPLES)).read_text(encoding="utf-8"))
    part, steps = topology, data.draw(st.integers(0, 6))
    for _ in range(steps):
        inner = [key for key, value in part.items() if isinstance(value, dict)]
        if not inner:
            break
        part = part[data.draw(st.sampled_from(inner))]
    names = sorted(set(fields(SCHEMA.schema)) | set(part))
    part[data.draw(st.sampled_from(names))] = data.draw(ANYTHING)
    try:
        parse(yaml.safe_dump(topology, allow_unicode=True))
    except TopologyError as error:
        check_wording(error)
