"""Text of others on a terminal, in a log, in JSON: it is shown, and does nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatelink.review.escapes import console_line, json_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("aws_lb.shop", "aws_lb.shop"),
        ("arn:aws:s3:::bucket", "arn:aws:s3:::bucket"),
        ("::error::x", ": :error::x"),
        ("\t ::error::x", ": :error::x"),
        ("a\n::error::x", "a ::error::x"),
        ("x ##[add-mask]y", "x # #[add-mask]y"),
        ("###[x", "## #[x"),
        ("##vso[task.setvariable]x", "# #vso[task.setvariable]x"),
        ("a # b ## c", "a # b ## c"),
        ("a\x1b[2Jb\x9b1m\u202ec\u2066", "a [2Jb 1m c "),
    ],
)
def test_a_line_moves_no_cursor_and_runs_no_command(text, shown):
    assert console_line(text) == shown


@given(st.text())
def test_any_text_is_one_line_that_is_no_command(text):
    line = console_line(text)

    assert line.isprintable()
    assert not line.lstrip().startswith("::")
    assert "##[" not in line


@given(st.text())
def test_any_text_in_json_is_printable_and_the_same_when_it_is_read(text):
    written = json_text({"a": text})

    assert written.replace("\n", "").isprintable()
    assert json.loads(written) == {"a": text}


def test_letters_stay_readable_in_json():
    assert json_text(["ü→\U0001f600\u202e\x7f"]) == '[\n  "ü→\U0001f600\\u202e\\u007f"\n]\n'
