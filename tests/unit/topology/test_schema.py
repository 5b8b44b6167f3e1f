"""The JSON Schema that editors use."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given, settings

from tests.support.full_topologies import full_topologies
from tests.support.project import PROJECT
from tests.support.topology_strategies import EXAMPLES, both_sides

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((PROJECT / "docs/topology.schema.json").read_text(encoding="utf-8"))
)


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA.schema)
    return SCHEMA


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_valid(validator, path):
    assert list(validator.iter_errors(yaml.safe_load(path.read_text(encoding="utf-8")))) == []


def objects(node):
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for value in node.values():
            yield from objects(value)
    elif isinstance(node, list):
        for value in node:
            yield from objects(value)


def test_every_mapping_refuses_or_checks_unknown_fields(validator):
    for found in objects(validator.schema):
        assert found.get("additionalProperties") is not None, found
        assert found["additionalProperties"] is not True


def test_every_field_is_described(validator):
    for found in objects(validator.schema):
        for name, field in found.get("properties", {}).items():
            assert field.get("description"), name


def test_nothing_of_python_or_of_a_machine_is_left(validator):
    text = json.dumps(validator.schema)
    assert '"null"' not in text
    assert 'default": null' not in text
    assert "subnets_in_file_order" not in text
    assert str(Path.cwd()) not in text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("nmae",), "shop"),
        (("service", "prot"), 80),
        (("service", "backends", "port"), "80"),
        (("service", "backends", "port"), 0),
        (("service", "network", "cidr"), "10.10.0.0"),
        (("service", "network", "zones"), []),
        (("service", "network", "zones"), {"ap-northeast-2a": 1}),
        (("service", "network", "zones"), ["seoul"]),
        (("service", "listeners"), []),
        (("service", "acceptance"), "maybe"),
        (("service", "account"), {}),
        (("service", "load_balancer"), {"name": "internal-x"}),
        (("service", "allowed_principals"), ["me"]),
        (("consumers", "Not_A_Key"), {"network": {"cidr": "10.0.0.0/16", "zones": ["ap-northeast-2a"]}}),
        (("consumers", "client", "network", "flow_logs"), {"retention_days": 2}),
    ],
)
def test_mistakes_are_marked(validator, path, value):
    topology = both_sides()
    assert validator.is_valid(topology)
    part = topology
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert not validator.is_valid(topology)


def test_both_forms_of_zones_are_valid(validator):
    topology = both_sides()
    topology["service"]["network"]["zones"] = {"ap-northeast-2a": "10.10.0.0/24"}
    topology["service"]["backends"]["text"] = {"ap-northeast-2a": "one"}
    assert validator.is_valid(topology)


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(full_topologies())
def test_the_schema_admits_what_the_model_admits(topology):
    assert list(SCHEMA.iter_errors(topology)) == []
