"""Checks of lists and mappings."""

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import TypeAdapter

from privatelink.topology.types.lists import TWICE, AsTuple, at_most, each_once, not_empty, twice
from tests.support.rules import breaks, keeps
from tests.support.topology_cases import accepted, broken_rule, check_value_broken

Texts = Annotated[tuple[str, ...], AsTuple, each_once("text")]


@keeps("list-duplicate")
def test_a_list_becomes_a_tuple_sorted():
    assert accepted(Texts, ["b", "a"]) == ("a", "b")


def test_values_of_several_types_are_sorted_by_type():
    clients = Annotated[tuple[IPv4Network | str, ...], AsTuple, each_once("client")]
    network = IPv4Network("10.0.0.0/8")

    assert accepted(clients, ["sg-1", network, "pl-1"]) == (network, "pl-1", "sg-1")


@breaks("list-duplicate")
def test_a_duplicate_is_refused_at_its_second_place():
    assert broken_rule(Texts, ["a", "b", "a"]) == TWICE.with_fixed(item="text").broken(at=(2,))
    check_value_broken(
        Texts,
        ["a", "b", "a"],
        "list-duplicate",
        ["text is listed twice", "each text once", "remove one of the two"],
    )


@breaks("list-duplicate")
def test_of_a_mapping_the_second_key_with_a_value_is_reported():
    rule = TWICE.with_fixed(item="address")

    assert list(twice({"one": "x", "two": "x", "three": "y"}, rule)) == [rule.broken(at=("two",))]


@keeps("list-empty")
@breaks("list-empty")
def test_a_list_that_is_not_empty():
    kind = Annotated[tuple[str, ...], AsTuple, not_empty("texts")]

    assert accepted(kind, ["a"]) == ("a",)
    check_value_broken(
        kind, [], "list-empty", ["the list of texts is empty", "at least one", "fix: list some)"]
    )


@breaks("list-empty")
def test_a_list_that_may_be_omitted():
    kind = Annotated[tuple[str, ...], AsTuple, not_empty("texts", "for all texts")]

    check_value_broken(kind, [], "list-empty", ["list some, or omit the list for all texts"])


@keeps("list-length")
@breaks("list-length")
def test_a_list_that_is_not_longer():
    kind = Annotated[tuple[str, ...], AsTuple, at_most(2, "texts")]

    assert accepted(kind, ["a", "b"]) == ("a", "b")
    check_value_broken(kind, ["a", "b", "c"], "list-length", ["3 texts", "at most 2", "remove 1"])
    assert broken_rule(kind, ["a", "b", "c"]).given == ""


def test_the_schema_has_the_keywords_of_each_check():
    kind = Annotated[tuple[str, ...], AsTuple, not_empty("-", "-"), at_most(2, "-"), each_once("-")]
    schema = TypeAdapter(kind).json_schema()

    assert (schema["minItems"], schema["maxItems"], schema["uniqueItems"]) == (1, 2, True)


def test_each_check_names_its_rule():
    checks = (each_once("text"), not_empty("texts"), at_most(2, "texts"))

    assert [[rule.id for rule in check.rules] for check in checks] == [
        ["list-duplicate"],
        ["list-empty"],
        ["list-length"],
    ]
