"""Text that matches a regular expression."""

from typing import Annotated

import pytest
from pydantic import TypeAdapter

from privatelink.rule import Rule
from privatelink.topology.types.patterns import TOO_LONG, matches
from tests.support.rules import breaks, keeps
from tests.support.topology_cases import accepted, broken_rule, check_value_broken

CODE = Rule("code", what="malformed code", allowed="letters", fix="write letters", why="-", page="-")
Code = Annotated[str, matches("^[a-z]+$", CODE, 3)]


@keeps("text-length")
def test_text_that_matches_as_a_whole():
    assert accepted(Code, "abc") == "abc"


@pytest.mark.parametrize("text", ["", "a1", "a\n", "a b"])
def test_text_that_does_not(text):
    assert broken_rule(Code, text) == CODE.broken()


@breaks("text-length")
def test_the_length_is_checked_before_the_form():
    check_value_broken(Code, "1234", "text-length", ["4 characters", "at most 3", "shorten it to 3"])


def test_the_schema_has_the_pattern_and_the_length_if_there_is_one():
    endless = Annotated[str, matches("^a*$", CODE)]

    assert TypeAdapter(Code).json_schema() == {"maxLength": 3, "pattern": "^[a-z]+$", "type": "string"}
    assert TypeAdapter(endless).json_schema() == {"pattern": "^a*$", "type": "string"}


def test_the_check_names_its_rules():
    assert matches("^a*$", CODE).rules == (CODE,)
    assert matches("^a*$", CODE, 3).rules == (TOO_LONG, CODE)
