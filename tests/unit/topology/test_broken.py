"""How a check refuses a value, and how pydantic carries the broken rules."""

from dataclasses import replace
from itertools import repeat
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from privatelink.rule import Rule
from privatelink.topology.broken import BROKEN, MOST_AT_ONCE, Check, broken_in, refuse, refuse_any

SIZE = Rule("size", what="too large", allowed="1 to 3", fix="try 3", why="-", page="-")
NAME = Rule("name", what="no name", allowed="a name", fix="give one", why="-", page="-")
ONE, OTHER = SIZE.broken(at=("size",)), NAME.broken(given="x")


def test_a_refusal_carries_its_rules_through_pydantic():
    def check(value):
        raise refuse(ONE, OTHER)

    with pytest.raises(ValidationError) as error:
        TypeAdapter(Annotated[int, Check(check)]).validate_python(7)

    (found,) = error.value.errors()
    assert found["type"] == BROKEN
    assert found["ctx"]["broken"] == (ONE, OTHER)
    assert found["msg"] == f"{ONE}; {OTHER}"


def test_nothing_broken_is_not_refused():
    refuse_any([])


def test_the_broken_rules_are_not_collected_without_end():
    with pytest.raises(PydanticCustomError) as error:
        refuse_any(repeat(ONE))

    assert len(error.value.context["broken"]) == MOST_AT_ONCE


def test_a_rule_broken_inside_has_its_place():
    def check(value):
        if value > 3:
            raise refuse(ONE)

    assert broken_in(check, 4, ("a", 0)) == [replace(ONE, at=("a", 0, "size"))]
    assert broken_in(check, 3, ("a", 0)) == []


def test_a_check_adds_its_keywords_to_the_schema():
    kind = Annotated[int, Check(lambda value: value, (SIZE,), {"maximum": 3})]

    assert TypeAdapter(kind).json_schema() == {"type": "integer", "maximum": 3}
    assert TypeAdapter(kind).validate_python(2) == 2
