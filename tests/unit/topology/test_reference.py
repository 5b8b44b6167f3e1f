"""The page of all fields: complete, short, with types, and with examples that are right."""

import re

import pytest
import yaml

from privatelink.topology.file import parse
from privatelink.topology.reference import NAMES, SECTIONS, render
from privatelink.topology.schema import schema
from tests.support.topology_strategies import both_sides
from tests.support.written import written

PAGE = render()
SCHEMA = schema()
ROWS = re.findall(r"^\| `([\w.<>]+)` \| (.*?) \| (.*?) ?\| (.*) \|$", PAGE, re.MULTILINE)


def test_every_field_of_every_part_is_on_the_page():
    listed = [field.rpartition(".")[2] for field, *_ in ROWS]
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        assert set(part["properties"]) <= set(listed)


def test_every_field_has_a_type_and_a_description():
    for field, kind, _, description in ROWS:
        assert kind, field
        assert description, field


def test_a_part_is_described_once():
    for title in re.findall(r"^## (.*)$", PAGE, re.MULTILINE):
        assert PAGE.count(f"\n## {title}\n") == 1
    assert len(PAGE.splitlines()) < 450


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_type_is_used(name):
    kinds = [kind for _, kind, *_ in ROWS]
    assert any(re.search(rf"(^|of |to |or ){re.escape(name)}s?($| to| or)", kind) for kind in kinds)


@pytest.mark.parametrize(
    ("field", "kind", "default"),
    [
        ("cidr", "CIDR", ""),
        ("zones", "list of zones or mapping of zone to CIDR", ""),
        ("udp_ports", "list of ports or port ranges", ""),
        ("health_check.interval_seconds", "integer, 5 to 300", "`30`"),
        ("scheme", "`internet-facing`, `internal`", "`internal`"),
        ("cross_zone", "true or false", "`false`"),
        ("listeners", "list of [`listeners`](#listeners)", "required"),
        ("services", "mapping of key to [`service`](#service)", ""),
        ("policy.Statement", "mapping or list", "required"),
    ],
)
def test_types_and_defaults(field, kind, default):
    assert [kind, default] in [list(row[1:3]) for row in ROWS if row[0] == field]


# ---- examples


def with_example(example):
    """A complete topology with the fields of an example; a part that is a section of its own is replaced."""
    return merged(both_sides(), yaml.safe_load(example))


WHOLE = {"network", "listeners", "targets", "backends"}
INSTEAD = {"targets": "backends"}


def merged(topology, example):
    for field, value in example.items():
        if field in INSTEAD:
            topology.pop(INSTEAD[field], None)
        if isinstance(value, dict) and field in topology and field not in WHOLE:
            merged(topology[field], value)
        else:
            topology[field] = value
    return topology


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title.strip("`"))
def test_an_example_is_right_in_a_complete_topology(section):
    assert parse(written(with_example(section.example)))


@pytest.mark.parametrize("section", SECTIONS[1:], ids=lambda section: section.title.strip("`"))
def test_an_example_shows_its_section(section):
    assert f"{section.title.strip('`')}:" in section.example
    assert f"```yaml\n{section.example}```" in PAGE
