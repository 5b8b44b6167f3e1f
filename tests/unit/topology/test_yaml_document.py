"""YAML that is refused, and where."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink.topology.file import TopologyError, parse
from privatelink.topology.yaml_document import DEEPEST, MOST_VALUES, Position, lines, read
from tests.support.rules import breaks, keeps, wrong
from tests.support.topology_cases import FILE, check_wording, refused

DEEP = f"more than {DEEPEST} levels deep"
# The text, line and column, the rule, what the message has to name.
REFUSED = {
    "no YAML": ("name: shop\nx: ]\n", (2, 4), "yaml-syntax", "not YAML"),
    "tab": ("name: shop\nservice:\n\tregion: x\n", (3, 1), "yaml-syntax", "not YAML"),
    "colon": ("name: a: b\n", (1, 8), "yaml-syntax", "not YAML"),
    "control character": ("name: sh\x07op\n", (1, 9), "yaml-character", "the character U+0007"),
    "control character after other line breaks": (
        "a: b\r\nc: d\re: f\u2028g: \x07\n",
        (4, 4),
        "yaml-character",
    ),
    "alias": ("name: &a shop\nx: *a\n", (2, 4), "yaml-alias", "*a"),
    "alias as key": ("? &a b\n: c\n*a : d\n", (3, 1), "yaml-alias", "*a"),
    "merge key": ("name: shop\n<<: {a: b}\n", (2, 1), "yaml-merge-key", "<<"),
    "tag": ("name: !!python/object/apply:os.system [echo]\n", (1, 7), "yaml-tag", "!!python/object/apply"),
    "own tag": ("name: !secret x\n", (1, 7), "yaml-tag", "!secret"),
    "standard tag": ("name: !!str 8\n", (1, 7), "yaml-tag", "!!str"),
    "tag on the whole": ("!!map {name: x}\n", (1, 1), "yaml-tag", "!!map"),
    "key twice": ("name: shop\nservice: {}\nname: shop\n", (3, 1), "yaml-key-duplicate", "first in line 1"),
    "key twice below": ("consumers:\n  a: 1\n  a: 2\n", (3, 3), "yaml-key-duplicate", "first in line 2"),
    "number as key": ("name: x\n80: x\n", (2, 1), "yaml-key-text", "reads as a number", "80"),
    "truth as key": ("name: x\non: x\n", (2, 1), "yaml-key-text", "reads as true or false"),
    "nothing as key": ("name: x\n~: x\n", (2, 1), "yaml-key-text", "reads as nothing"),
    "date as key": ("2024-01-01: x\n", (1, 1), "yaml-key-text", "reads as a date"),
    "list as key": ("name: x\n[a]: x\n", (2, 1), "yaml-key-text", "reads as a list"),
    "mapping as key": ("name: x\n{a: b}: x\n", (2, 1), "yaml-key-text", "reads as a mapping"),
    "second document": ("name: x\n---\nname: y\n", (2, 1), "yaml-document", "second document"),
    "deep list": ("name: " + "[" * 100_000, (1, 7 + DEEPEST - 1), "yaml-depth", DEEP),
    "deep mapping": ("{a: " * 100_000, (1, 1 + 4 * DEEPEST), "yaml-depth", DEEP),
    "many values": (
        "a: [" + "1," * MOST_VALUES,
        (1, 5 + 2 * (MOST_VALUES - 2)),
        "yaml-size",
        str(MOST_VALUES),
    ),
}


@pytest.mark.parametrize(("text", "place", "rule", "words"), wrong(REFUSED))
def test_yaml_refused(text, place, rule, words):
    problem = refused(text).problems[-1]
    assert problem.rule == rule
    assert (problem.line, problem.column) == place
    assert problem.allowed
    assert problem.fix
    for word in words:
        assert word in str(problem)


@keeps(
    "yaml-syntax",
    "yaml-character",
    "yaml-alias",
    "yaml-tag",
    "yaml-merge-key",
    "yaml-key-text",
    "yaml-key-duplicate",
    "yaml-document",
    "yaml-depth",
    "yaml-size",
)
def test_plain_yaml_is_read():
    document = read('---\nname: shop\n"80":\n  - {a: 1, "on": yes}\n')
    assert document.value == {"name": "shop", "80": [{"a": 1, "on": True}]}


@keeps("yaml-depth", "yaml-size")
@pytest.mark.parametrize(
    "text", ["[" * DEEPEST + "]" * DEEPEST, f"[{'1,' * (MOST_VALUES - 1)}]"], ids=["deep", "large"]
)
def test_the_deepest_and_the_largest_document(text):
    assert read(text).value


@breaks("yaml-alias", "yaml-key-text", "yaml-tag", "yaml-merge-key")
def test_every_problem_of_the_yaml_is_reported_at_once():
    error = refused("a: &x 1\na: *x\n80: !t 1\n<<: {}\n")
    assert [(problem.line, problem.rule) for problem in error.problems] == [
        (2, "yaml-key-duplicate"),
        (2, "yaml-alias"),
        (3, "yaml-key-text"),
        (3, "yaml-tag"),
        (4, "yaml-merge-key"),
    ]


# The text, the path of a value, where it is and how wide.
POSITIONS = {
    "plain": ("a: b c  \n", ("a",), Position(1, 4, 3)),
    "quoted": ("a: 'b c'\n", ("a",), Position(1, 4, 5)),
    "escaped": ('a: "\\u0041"\n', ("a",), Position(1, 4, 8)),
    "multi-byte": ("서버: 값, x\n", ("서버",), Position(1, 5, 4)),
    "item": ("a: [b, cd]\n", ("a", 1), Position(1, 8, 2)),
    "list": ("a: [b]\n", ("a",), Position(1, 4, 1)),
    "nothing": ("a:\n", ("a",), Position(1, 3, 1)),
}


@pytest.mark.parametrize(("text", "path", "position"), POSITIONS.values(), ids=POSITIONS)
def test_the_position_of_a_value(text, path, position):
    assert read(text).values[path] == position


def test_the_position_of_a_key():
    assert read("a: b\n'c d': e\n").keys == {("a",): Position(1, 1, 1), ("c d",): Position(2, 1, 5)}


def test_lines_are_counted_as_the_parser_counts_them():
    text = "a: b\r\nc: d\re: f\u2028g: h\x85i: j\nl: m\n"
    document = read(text)
    for path, position in document.keys.items():
        assert lines(text)[position.line - 1].startswith(path[0])


@breaks("yaml-alias")
def test_an_alias_bomb_costs_nothing():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    tracemalloc.start()
    started = time.perf_counter()
    error = refused(bomb)
    spent, (_, peak) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {problem.rule for problem in error.problems} == {"yaml-alias"}
    assert spent < 1
    assert peak < 5_000_000


@keeps("yaml-alias")
def test_an_anchor_without_an_alias_does_no_harm():
    assert parse(FILE.replace("name: shop", "name: &anchor shop")).name == "shop"


WORDS = [
    *"{}[]:,-#&*!|>'\"%@` \n\t",
    "---",
    "<<",
    "name",
    "service",
    "zones",
    "80",
    "0x1",
    "no",
    "~",
    ".nan",
    "22:22",
]


@pytest.mark.slow
@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
def test_anything_like_yaml_is_read_or_refused(text):
    with pytest.raises(TopologyError) as refused:
        parse(text)
    check_wording(refused.value)
