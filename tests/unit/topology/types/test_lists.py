"""Rules of lists and mappings."""

from ipaddress import IPv4Network
from typing import Annotated

from pydantic import TypeAdapter

from privatelink.topology.broken import Broken
from privatelink.topology.types.lists import AsTuple, at_most, each_once, not_empty, twice
from tests.support.topology_cases import accepted, broken_rule

Texts = Annotated[tuple[str, ...], AsTuple, each_once("text listed twice")]


def test_a_list_becomes_a_tuple_sorted():
    assert accepted(Texts, ["b", "a"]) == ("a", "b")


def test_values_of_several_types_are_sorted_by_type():
    clients = Annotated[tuple[IPv4Network | str, ...], AsTuple, each_once("client listed twice")]
    network = IPv4Network("10.0.0.0/8")

    assert accepted(clients, ["sg-1", network, "pl-1"]) == (network, "pl-1", "sg-1")


def test_a_value_given_twice_is_refused_at_its_second_place():
    assert broken_rule(Texts, ["a", "b", "a"]) == Broken(
        "text listed twice", "each once", "remove one of the two", (2,)
    )


def test_of_a_mapping_the_second_key_with_a_value_is_told():
    found = list(twice({"one": "x", "two": "x", "three": "y"}, "given twice"))

    assert found == [Broken("given twice", "each once", "remove one of the two", ("two",))]


def test_a_list_that_holds_something():
    kind = Annotated[tuple[str, ...], AsTuple, not_empty("no texts", "give one")]

    assert accepted(kind, ["a"]) == ("a",)
    assert broken_rule(kind, []) == Broken("no texts", "at least one", "give one")


def test_a_list_that_is_not_longer():
    kind = Annotated[tuple[str, ...], AsTuple, at_most(2, "texts")]

    assert accepted(kind, ["a", "b"]) == ("a", "b")
    assert broken_rule(kind, ["a", "b", "c"]) == Broken("3 texts", "at most 2", "remove some", given="")


def test_the_schema_says_what_it_can():
    kind = Annotated[tuple[str, ...], AsTuple, not_empty("-", "-"), at_most(2, "-"), each_once("-")]
    schema = TypeAdapter(kind).json_schema()

    assert (schema["minItems"], schema["maxItems"], schema["uniqueItems"]) == (1, 2, True)
