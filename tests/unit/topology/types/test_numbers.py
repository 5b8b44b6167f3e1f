"""Whole numbers between two others."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter

from privatelink.topology.broken import Broken
from privatelink.topology.types.numbers import within
from tests.support.topology_cases import accepted, broken_rule

Seconds = Annotated[int, within(5, 300, "seconds")]


@pytest.mark.parametrize("number", [5, 6, 300])
def test_between_the_two_or_one_of_them(number):
    assert accepted(Seconds, number) == number


@pytest.mark.parametrize(("number", "nearest"), [(4, 5), (-7, 5), (301, 300)])
def test_out_of_range_the_nearest_is_tried(number, nearest):
    assert broken_rule(Seconds, number) == Broken("out of range", "5 to 300 seconds", f"try {nearest}")


def test_the_schema_has_the_range():
    schema = TypeAdapter(Seconds).json_schema()

    assert (schema["minimum"], schema["maximum"]) == (5, 300)
