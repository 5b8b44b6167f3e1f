"""docs/rules.md: up to date, short rows, and a test for each rule; other pages name rules that exist."""

import re

import pytest

from privatelink.cli.explain import explanations
from tests.support.pages import PAGES
from tests.support.rule_marks import Shown, collected
from tests.support.rules_page import PAGE, SECTIONS, TEMPLATE, render, rows, section_of, too_long

LONGEST_ROW = 200
WRITTEN = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def shown():
    return collected()


def test_the_page_is_up_to_date(shown):
    assert render(shown) == WRITTEN, "the rules or their tests have changed: run make rules"


def test_every_rule_has_a_test_that_breaks_it_and_one_that_keeps_it(shown):
    for row in rows():
        tests = shown.get(row.id, Shown())
        assert tests.keeps, f"{row.id}: mark a test with keeps()"
        assert tests.breaks or row.how == "built in", f"{row.id}: mark a test with breaks()"


def test_every_mark_is_of_a_rule_and_a_built_in_one_is_never_broken(shown):
    how = {row.id: row.how for row in rows()}

    assert set(shown) <= set(how)
    assert [rule for rule, tests in shown.items() if tests.breaks and how[rule] == "built in"] == []


def test_every_rule_is_in_one_section_and_no_section_is_empty():
    assert {section_of(row.id) for row in rows()} == set(SECTIONS)


def test_rows_are_short_enough_to_read():
    assert list(too_long(WRITTEN, LONGEST_ROW)) == []


def test_what_is_open_stays_on_the_page():
    text = TEMPLATE.read_text(encoding="utf-8")
    still_open = text[text.index("## What is open") :]

    assert WRITTEN.endswith(still_open)
    assert still_open.count("\n| ") > 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_rules_that_exist(page):
    text = page.read_text(encoding="utf-8")
    shown = re.findall(r"\[([a-z]+-[a-z-]+)\](?=`|$)", text, re.MULTILINE)
    explained = re.findall(r"privatelink explain\s([a-z]+-[a-z-]+)", text)

    assert {*shown, *explained} <= {each.id for each in explanations()}
