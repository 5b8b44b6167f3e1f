"""Broken rules as data, and how they are refused."""

from dataclasses import replace
from itertools import count
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from privatelink.topology.broken import BROKEN, MOST_AT_ONCE, Broken, Rule, broken_in, refuse, refuse_any

ONE = Broken("too large", "1 to 3", "try 3", ("size",))
OTHER = Broken("no name", "a name", "give one", given="x")


def test_it_is_told_with_what_is_given_if_that_is_not_the_value_at_hand():
    assert str(ONE) == "too large (allowed: 1 to 3; fix: try 3)"
    assert str(OTHER) == "no name: x (allowed: a name; fix: give one)"


def test_a_refusal_carries_its_rules_through_pydantic():
    def check(value):
        raise refuse(ONE, OTHER)

    with pytest.raises(ValidationError) as error:
        TypeAdapter(Annotated[int, Rule(check)]).validate_python(7)

    (found,) = error.value.errors()
    assert found["type"] == BROKEN
    assert found["ctx"]["broken"] == (ONE, OTHER)
    assert found["msg"] == f"{ONE}; {OTHER}"


def test_nothing_broken_is_not_refused():
    refuse_any([])


def test_rules_are_not_looked_for_without_end():
    with pytest.raises(PydanticCustomError) as error:
        refuse_any(Broken(str(number), "-", "-") for number in count())

    assert len(error.value.context["broken"]) == MOST_AT_ONCE


def test_what_is_broken_inside_has_its_place():
    def check(value):
        if value > 3:
            raise refuse(ONE)

    assert broken_in(check, 4, ("a", 0)) == [replace(ONE, at=("a", 0, "size"))]
    assert broken_in(check, 3, ("a", 0)) == []


def test_a_rule_adds_to_the_schema_what_it_knows():
    kind = Annotated[int, Rule(lambda value: value, {"maximum": 3})]

    assert TypeAdapter(kind).json_schema() == {"type": "integer", "maximum": 3}
    assert TypeAdapter(kind).validate_python(2) == 2
