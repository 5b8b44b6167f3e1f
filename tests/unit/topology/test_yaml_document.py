"""YAML that is refused, and where."""

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatelink.topology.file import TopologyError, parse
from privatelink.topology.yaml_document import DEEPEST
from tests.support.topology_cases import FILE, check_wording, refused

# The text, what is said of it, line and column.
REFUSED = {
    "no YAML": ("name: shop\nx: ]\n", "not YAML", 2, 4),
    "tab": ("name: shop\nservice:\n\tregion: x\n", "not YAML", 3, 1),
    "colon": ("name: a: b\n", "not YAML", 1, 8),
    "control character": ("name: sh\x07op\n", "the character U+0007", 1, 9),
    "alias": ("name: &a shop\nx: *a\n", "YAML alias", 2, 4),
    "alias as key": ("? &a b\n: c\n*a : d\n", "YAML alias", 3, 1),
    "merge key": ("name: shop\n<<: {a: b}\n", "YAML merge key", 2, 1),
    "tag": ("name: !!python/object/apply:os.system [echo]\n", "YAML tag", 1, 7),
    "own tag": ("name: !secret x\n", "YAML tag", 1, 7),
    "standard tag": ("name: !!str 8\n", "YAML tag", 1, 7),
    "tag on the whole": ("!!map {name: x}\n", "YAML tag", 1, 1),
    "key twice": ("name: shop\nservice: {}\nname: shop\n", "key given twice, first in line 1", 3, 1),
    "key twice below": ("consumers:\n  a: 1\n  a: 2\n", "key given twice, first in line 2", 3, 3),
    "number as key": ("name: x\n80: x\n", "key that YAML reads as a number", 2, 1),
    "truth as key": ("name: x\non: x\n", "key that YAML reads as true or false", 2, 1),
    "nothing as key": ("name: x\n~: x\n", "key that YAML reads as nothing", 2, 1),
    "date as key": ("2024-01-01: x\n", "key that YAML reads as a date", 1, 1),
    "list as key": ("name: x\n[a]: x\n", "key that is not text", 2, 1),
    "second document": ("name: x\n---\nname: y\n", "second document", 2, 1),
    "deep list": ("name: " + "[" * 100_000, f"more than {DEEPEST} levels deep", 1, 7 + DEEPEST - 1),
    "deep mapping": ("{a: " * 100_000, f"more than {DEEPEST} levels deep", 1, 1 + 4 * DEEPEST),
}


@pytest.mark.parametrize(("text", "what", "line", "column"), REFUSED.values(), ids=REFUSED)
def test_yaml_refused(text, what, line, column):
    problem = refused(text).problems[-1]
    assert what in problem.what
    assert (problem.line, problem.column) == (line, column)
    assert problem.allowed
    assert problem.fix


def test_what_yaml_is_refused_for_is_told_all_at_once():
    error = refused("a: &x 1\na: *x\n80: !t 1\n<<: {}\n")
    assert [problem.line for problem in error.problems] == [2, 2, 3, 3, 4]


def test_an_alias_bomb_costs_nothing():
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    tracemalloc.start()
    started = time.perf_counter()
    error = refused(bomb)
    spent, (_, peak) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {problem.what for problem in error.problems} == {"YAML alias"}
    assert spent < 1
    assert peak < 5_000_000


def test_an_anchor_that_nothing_refers_to_does_no_harm():
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
