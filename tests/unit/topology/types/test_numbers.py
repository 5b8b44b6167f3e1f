"""Whole numbers between two others."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter

from privatelink.topology.types.numbers import within
from tests.support.rules import breaks, keeps
from tests.support.topology_cases import accepted, check_value_broken

Seconds = Annotated[int, within(5, 300, "seconds")]


@keeps("number-range")
@pytest.mark.parametrize("number", [5, 6, 300])
def test_between_the_two_or_one_of_them(number):
    assert accepted(Seconds, number) == number


@breaks("number-range")
@pytest.mark.parametrize(("number", "nearest"), [(4, 5), (-7, 5), (301, 300)])
def test_out_of_range_the_nearest_is_suggested(number, nearest):
    check_value_broken(Seconds, number, "number-range", ["5 to 300 seconds", f"use {nearest}, "])


def test_the_schema_has_the_range():
    schema = TypeAdapter(Seconds).json_schema()

    assert (schema["minimum"], schema["maximum"]) == (5, 300)
