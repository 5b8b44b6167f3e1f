"""The maximum size of a comment."""

import itertools

import pytest

from privatelink.comments import fitting


@pytest.mark.parametrize("lines", [[], [""], ["a"], ["a", "b"], ["é", "", "한"]])
def test_lines_fit_up_to_the_size_of_their_text(lines):
    size = len("\n".join(lines).encode())

    assert fitting(lines, size) == lines
    assert fitting([*lines, "x"], size) is None


def test_no_line_is_made_after_the_one_that_is_too_long():
    assert fitting(itertools.repeat("line"), 100) is None
