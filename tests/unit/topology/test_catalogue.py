"""The catalogue has every rule of the topology, and each is complete and well written."""

import importlib
import pkgutil
import re
from string import Formatter

import pytest

from privatelink import topology
from privatelink.rule import Rule
from privatelink.topology.catalogue import PLACES, RULES
from privatelink.topology.schema import schema


def modules():
    for found in pkgutil.walk_packages(topology.__path__, "privatelink.topology."):
        yield importlib.import_module(found.name)


def fields(node):
    """The names of all fields of a topology file."""
    if isinstance(node, dict):
        yield from node.get("properties", ())
        for value in node.values():
            yield from fields(value)
    elif isinstance(node, list):
        for value in node:
            yield from fields(value)


FIELDS = set(fields(schema()))


def test_ids_are_unique():
    ids = [rule.id for rule in RULES]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize("module", list(modules()), ids=lambda module: module.__name__)
def test_every_rule_of_a_module_is_in_the_catalogue(module):
    for name, value in vars(module).items():
        if isinstance(value, Rule):
            assert value in RULES, name


def test_every_place_has_rules():
    assert all(PLACES.values())


def test_ids_are_in_kebab_case():
    for rule in RULES:
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", rule.id)


def test_a_rule_says_what_why_and_what_to_do():
    for rule in RULES:
        assert rule.page.startswith("https://"), rule.id
        assert rule.why.endswith("."), rule.id
        assert not re.search(r"{{|{\.", rule.why), rule.id  # it is no template
        assert (rule.allowed == "") == (rule.severity == "warning"), rule.id
        assert rule.what, rule.id
        assert rule.fix, rule.id
        for text in templates(rule):
            assert not text.endswith("."), rule.id


def templates(rule):
    return (rule.what, rule.allowed, rule.fix)


def test_a_placeholder_is_a_parameter_or_a_setting_of_the_topology():
    placeholders = (
        (rule.id, *found) for rule in RULES for text in templates(rule) for found in Formatter().parse(text)
    )
    for rule, _, name, form, conversion in placeholders:
        assert not form, rule
        assert not conversion, rule
        if name is None:
            continue
        if name.startswith("."):
            path, _, _ = name[1:].partition("=")
            assert set(path.split(".")) <= FIELDS, (rule, name)
        else:
            assert name.isidentifier(), (rule, name)


def test_no_text_is_in_the_syntax_of_one_reader():
    for rule in RULES:
        for text in templates(rule):
            assert "`- " not in text, rule.id
            assert not re.search(r"(`|\bset |\badd )[a-z_]+(: | = )", text), rule.id
