"""Text that matches a regular expression."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter

from privatelink.topology.broken import Broken
from privatelink.topology.types.patterns import matches
from tests.support.topology_cases import accepted, broken_rule

Code = Annotated[str, matches("^[a-z]+$", "code", "letters", "write letters", 3)]


def test_text_that_matches_as_a_whole():
    assert accepted(Code, "abc") == "abc"


@pytest.mark.parametrize("text", ["", "a1", "a\n", "a b"])
def test_text_that_does_not(text):
    assert broken_rule(Code, text) == Broken("malformed code", "letters", "write letters")


def test_the_length_is_told_before_the_form():
    assert broken_rule(Code, "1234") == Broken("code of 4 characters", "letters", "shorten it to 3")


def test_the_schema_has_the_pattern_and_the_length_if_there_is_one():
    endless = Annotated[str, matches("^a*$", "code", "a", "write a")]

    assert TypeAdapter(Code).json_schema() == {"maxLength": 3, "pattern": "^[a-z]+$", "type": "string"}
    assert TypeAdapter(endless).json_schema() == {"pattern": "^a*$", "type": "string"}
