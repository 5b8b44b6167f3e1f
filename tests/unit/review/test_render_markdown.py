"""What is written: within GitHub's limit, whole tables, nothing that a name can break."""

import re

import pytest

from privatelink.review.render_markdown import LIMIT, MARKER, as_markdown, cell, code
from tests.support.plan_facts import change, plan, reviewed

ODD = 'aws_lb_listener.a["|`<script>@octocat\n](x) ``"]'


def listeners(number, name="aws_lb_listener.a[%d]"):
    before = {"port": 443, "protocol": "TCP"}
    return [change(name % each, before, before | {"port": 8443}) for each in range(number)]


@pytest.mark.parametrize("number", [1, 100, 5_000])
def test_a_comment_is_within_the_limit_and_says_what_it_leaves_out(number):
    text = as_markdown(reviewed(plan(*listeners(number))))

    assert len(text.encode()) <= LIMIT
    assert text.splitlines()[0] == f"**Do not apply: {number} blocking in 1 plan**"
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0
    assert text.rstrip().endswith(MARKER)
    rows = len(re.findall(r"^\| `aws_lb_listener", text, re.M))
    left = re.findall(r"^… and (\d+) more rows\.$", text, re.M)
    assert rows + int(left[0] if left else 0) >= number


def test_many_stacks_are_within_the_limit_too():
    plans = [plan(*listeners(3), stack=f"stack-{number:04}") for number in range(600)]

    assert len(as_markdown(reviewed(*plans)).encode()) <= LIMIT


def test_every_row_of_a_table_has_its_cells_whatever_the_names_are():
    odd = change("aws_lb_listener.a", {"port": 1, "protocol": "a|b`c\nd"}, {"port": 1, "protocol": "<b>|"})
    text = as_markdown(reviewed(plan(odd | {"address": ODD})))

    tables = re.findall(r"(?:^\|.*\n)+", text, re.M)
    assert tables
    for table in tables:
        counts = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(counts) == 1, table


@pytest.mark.parametrize("text", ["a", "a`b", "``", " a ", "`", "a|b"])
def test_a_code_span_is_fenced_by_more_backticks_than_it_has(text):
    fence, inner = re.fullmatch(r"(`+)(.*?)\1", code(text)).groups()

    assert inner.replace("\\|", "|").strip() == text.strip()
    assert len(fence) > max(map(len, re.findall("`+", text)), default=0)


def test_words_in_a_cell_mention_no_one_and_format_nothing():
    assert cell("@a *b* <c> #1") == "\\@a \\*b\\* &lt;c&gt; \\#1"
