"""The width of text, and where lines end."""

import pytest

from privatelink.drawing.lettering import width, wrapped


def test_a_text_that_fits_is_one_line() -> None:
    assert wrapped("acceptance: manual", 200, 12) == ["acceptance: manual"]


def test_no_text_is_no_line() -> None:
    assert wrapped("  ", 200, 12) == []


def test_a_line_ends_at_a_space_before_it_ends_at_a_separator() -> None:
    assert wrapped("hello from ap-northeast-2a", 120, 12) == ["hello from", "ap-northeast-2a"]


def test_a_name_longer_than_a_line_is_broken_after_a_separator() -> None:
    lines = wrapped("abcdefghij-abcdefghij-abcdefghij", 120, 12)
    assert lines == ["abcdefghij-", "abcdefghij-", "abcdefghij"]


def test_a_word_without_a_separator_is_broken_anywhere() -> None:
    assert "".join(wrapped("0123456789abcdef" * 2, 100, 11, monospace=True, most=9)) == "0123456789abcdef" * 2


def test_what_is_beyond_the_last_line_is_cut_with_an_ellipsis() -> None:
    lines = wrapped("word " * 50, 100, 12, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")


@pytest.mark.parametrize(
    "text", ["ZIGISPACE - SVR#1", "MMMM mmmm wwww @@@@", "한국어 " * 9, "i" * 99, "—→" * 40]
)
def test_every_line_fits(text: str) -> None:
    for line in wrapped(text, 90, 12, bold=True):
        assert width(line, 12, bold=True) <= 90


def test_a_line_has_a_character_at_least() -> None:
    assert wrapped("한국", 1, 12, most=2) == ["한", "국"]
