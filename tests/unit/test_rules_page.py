"""docs/rules.md: every rule is there, what it names exists, and it counts right."""

import ast
import functools
import re

import pytest

from tests.support.project import PROJECT

RULES = range(1, 24)
KINDS = ("error", "plan", "warning", "impossible")
# Some cases of the first are named in the second.
CASES_ELSEWHERE = {"tests/unit/topology/test_file.py": "tests/support/topology_strategies.py"}

PAGE = PROJECT / "docs/rules.md"
TEXT = PAGE.read_text(encoding="utf-8")
COLUMNS = ("number", "rule", "how", "where", "failing", "passing")
ROWS = [
    dict(zip(COLUMNS, (cell.strip() for cell in line.strip("|").split("|")), strict=True))
    for line in TEXT.splitlines()
    if re.match(r"\| [0-9]+ \|", line)
]
COUNTED = {kind: int(number) for kind, number in re.findall(r"^\| (\w+) \|.*\| ([0-9]+) \|$", TEXT, re.M)}
OPEN = [int(number) for number in re.findall(r"^- Rule ([0-9]+), not covered yet: .+\.$", TEXT, re.M)]

each_rule = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["number"])


def kinds(row):
    return row["how"].split(", ")


@functools.cache
def parsed(file):
    return ast.parse((PROJECT / file).read_text(encoding="utf-8"))


def functions(file):
    return {node.name for node in parsed(file).body if isinstance(node, ast.FunctionDef)}


def strings(file):
    return {
        node.value
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_rule_is_there_once_and_in_order():
    assert [int(row["number"]) for row in ROWS] == list(RULES)


@each_rule
def test_it_is_held_in_ways_that_the_page_explains(row):
    assert row["rule"]
    assert kinds(row) == [kind for kind in KINDS if kind in kinds(row)]
    assert kinds(row)


@each_rule
def test_the_modules_that_hold_it_exist(row):
    links = re.findall(r"\[([^]]+)\]\(([^)]+)\)", row["where"])
    assert links
    for name, target in links:
        assert target == f"../modules/privatelink/{name}.py"
        assert (PAGE.parent / target).is_file()


@each_rule
@pytest.mark.parametrize("column", ["failing", "passing"])
def test_the_tests_of_it_exist(row, column):
    cell = row[column]
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)(?:\[([^`]+)\])?`", cell)
    assert named
    assert len(named) == cell.count("::")  # each is written so that it is looked up
    for file, function, case in named:
        assert function in functions(file), (file, function)
        assert not case or case in strings(file) | strings(CASES_ELSEWHERE.get(file, file)), (file, case)


def test_the_counts_are_those_of_the_table():
    assert {kind: sum(kind in kinds(row) for row in ROWS) for kind in KINDS} == COUNTED


def test_what_is_open_is_listed_once_in_order_and_counted():
    assert len(OPEN) == TEXT.count("not covered yet")
    assert sorted(set(OPEN)) == OPEN
    assert set(OPEN) <= set(RULES)
    ((full, partly),) = re.findall(r"^([0-9]+) rules are held in full\. Of the other ([0-9]+),", TEXT, re.M)
    assert (int(full), int(partly)) == (len(ROWS) - len(OPEN), len(OPEN))
