"""Text of others wherever it is shown: it is text, and does nothing."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatelink.escapes import cell, code, console_line, console_lines, json_text, markup, printable


def test_line_breaks_are_spaces_and_control_characters_are_escapes():
    assert printable("a\n\x1b[31mb\u202ec\x00\ud800\U000e0001") == r"a \x1b[31mb\u202ec\x00\ud800\U000e0001"
    assert printable("ä €\xa0") == "ä € "


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
        ("a\x1b[2Jb\x9b1m\u202ec\u2066", r"a\x1b[2Jb\x9b1m\u202ec\u2066"),
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


def test_lines_are_told_apart():
    assert console_lines("a\x1b[2J\n\n::error::x\r\nb") == "a\\x1b[2J\n\n: :error::x\nb"


@given(st.text())
def test_any_text_is_the_same_when_html_or_xml_is_read(text):
    written = f'<a b="{markup(text)}">{markup(text)}</a>'

    element = ElementTree.fromstring(written)
    assert (element.get("b"), element.text or "") == (printable(text), printable(text))
    told = []
    parser = HTMLParser()
    parser.handle_data = told.append
    parser.handle_starttag = lambda tag, attributes: told.append((tag, attributes))
    parser.feed(written)
    parser.close()
    assert told[0] == ("a", [("b", printable(text))])
    assert "".join(told[1:]) == printable(text)


@given(st.text())
def test_any_text_in_markdown_is_one_line(text):
    for shown in (cell(text), code(text)):
        assert shown.isprintable()


@pytest.mark.parametrize("text", ["a", "a`b", "``", " a ", "`", "a|b"])
def test_a_code_span_is_fenced_by_more_backticks_than_it_has(text):
    fence, inner = re.fullmatch(r"(`+)(.*?)\1", code(text)).groups()

    assert inner.replace("\\|", "|").strip() == text.strip()
    assert len(fence) > max(map(len, re.findall("`+", text)), default=0)


def test_words_in_a_cell_mention_no_one_and_format_nothing():
    assert cell("@a *b* <c> #1") == "@&NoBreak;a \\*b\\* &lt;c&gt; #&NoBreak;1"
    assert cell("a@b.c https://x WWW.y") == "a@&NoBreak;b.c https:&NoBreak;//x WWW&NoBreak;.y"
