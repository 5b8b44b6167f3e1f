"""Values of any provider, taken as what they should be."""

import pytest

from privatelink.review.shapes import (
    items,
    key_of,
    mapping,
    mappings,
    steps_of,
    text,
    whole,
)


@pytest.mark.parametrize("value", [None, True, 1, "x", []])
def test_what_is_no_object_is_an_empty_one(value):
    assert mapping(value) == {}
    assert mapping({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("value", "found"), [({"a": 1}, [{"a": 1}]), ([{"a": 1}, 2, None], [{"a": 1}]), (None, []), ("x", [])]
)
def test_nested_blocks_are_a_list_or_one(value, found):
    assert mappings(value) == found


@pytest.mark.parametrize(("value", "found"), [("a", "a"), (None, ""), (1, ""), (["a"], "")])
def test_text_is_a_string_or_empty(value, found):
    assert text(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [(["a", None, "", 0], ["a", 0]), ("a", ["a"]), (None, []), ("", []), (False, [False]), ({}, [{}])],
)
def test_the_items_of_a_list_are_those_that_are_something(value, found):
    assert items(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, 1), ("1", 1), ("-1", -1), (1.0, 1), (1.5, None), (True, None), ("1.0", None), ("", None),
        (None, None), ("9" * 10, None), (float("inf"), None), ([1], None),
    ],
)  # fmt: skip
def test_a_whole_number_may_be_written_as_a_string(value, found):
    assert whole(value) == found


@pytest.mark.parametrize(
    ("module", "steps"),
    [
        ("", ()),
        ("module.a", (("a", None),)),
        ('module.a["x"].module.b', (("a", "x"), ("b", None))),
        ("module.a[0].module.b[12]", (("a", 0), ("b", 12))),
        ('module.a["x.module.c"]', (("a", "x.module.c"),)),
        (r'module.a["say \"hi\""]', (("a", 'say "hi"'),)),
        ("no module", ()),
    ],
)
def test_a_modules_address_is_taken_apart(module, steps):
    assert steps_of(module) == steps


@pytest.mark.parametrize(("written", "key"), [("", None), ("0", 0), ('"0"', "0"), (r'"a\\b"', r"a\b")])
def test_a_key_is_a_number_or_text(written, key):
    assert key_of(written) == key
