"""The checks of text find what they look for."""

import pytest

from tests.support.hostile_text import NASTY, check_console, check_markdown


@pytest.mark.parametrize("text", ["<b>", "![i](x)", "[l](x)", "@a", "#1", "https://x", "*e*", "# h", "\x1b"])
def test_markdown_that_does_something_is_found(text):
    with pytest.raises(AssertionError):
        check_markdown(f"{text}\n")


@pytest.mark.parametrize("text", ["\x1b[2J", "\u202e", "::error::x", "a ##[x]", NASTY])
def test_a_line_that_does_something_is_found(text):
    with pytest.raises(AssertionError):
        check_console(text)
