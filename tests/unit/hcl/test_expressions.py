"""Values of Terraform's JSON in its native syntax. That Terraform reads them alike: tests/e2e/test_hcl.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatelink.hcl.expressions import expression, parts


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (443, "443"),
        (0.5, "0.5"),
        ("443", '"443"'),
        ([], "[]"),
        ({}, "{}"),
        (["a", 1], '["a", 1]'),
        ({"a": 1, "b-c": {}}, "{\na = 1\nb-c = {}\n}"),
        ({"for": 1, "a b": 2, "1a": 3, "a:B": 4}, '{\n"for" = 1\n"a b" = 2\n"1a" = 3\n"a:B" = 4\n}'),
        ({"${local.key}": 1}, "{\n(local.key) = 1\n}"),
    ],
)
def test_values(value, written):
    assert expression(value) == written


@pytest.mark.parametrize(
    ("template", "written"),
    [
        ("${aws_vpc.network_a-b.id}", "aws_vpc.network_a-b.id"),
        ('${lookup({a = "}"}, "a")}', 'lookup({a = "}"}, "a")'),
        ('${"${var.a}}"}', '"${var.a}}"'),
        ("a ${var.a}", '"a ${var.a}"'),
        ("${var.a}${var.b}", '"${var.a}${var.b}"'),
        ('say "${join(", ", var.a)}" \\ here', '"say \\"${join(", ", var.a)}\\" \\\\ here"'),
        ("$${not.this} %%{nor} $5 100%", '"$${not.this} %%{nor} $5 100%"'),
        ("%{ if var.a }yes%{ endif }", '"%{ if var.a }yes%{ endif }"'),
        ("two\nlines", '"two\\nlines"'),
        ("tab\t", '"tab\\t"'),
    ],
)
def test_texts(template, written):
    assert expression(template) == written


def test_what_ends_in_a_line_break_is_a_heredoc_that_keeps_every_character():
    script = '#!/bin/sh\n  echo "a\\n" $HOME\nEOT\n'

    assert expression(script) == f"<<EOT_\n{script}EOT_"
    # In a list the comma would have to follow on the same line.
    assert expression([script]) == '["#!/bin/sh\\n  echo \\"a\\\\n\\" $HOME\\nEOT\\n"]'


def test_long_list_has_a_line_for_each():
    long = "x" * 60

    assert expression([long, long]) == f'[\n"{long}",\n"{long}",\n]'


def test_document_is_encoded_where_the_very_same_text_comes_out():
    document = {"Action": "s3:*", "Resource": ["${aws_s3_bucket.a.arn}", "${aws_s3_bucket.a.arn}/*"]}
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))

    assert expression(text) == (
        'jsonencode({\nAction = "s3:*"\nResource = [aws_s3_bucket.a.arn, "${aws_s3_bucket.a.arn}/*"]\n})'
    )


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',  # jsonencode sorts
        '{"a": 1}',  # and writes no space
        '{"a":"<"}',  # and escapes this
        '{"a":"${var.port}"}',  # a number would lose its quotes
        "{a}",
    ],
)
def test_document_that_would_come_out_otherwise_stays_as_it_is(text):
    assert expression(text) == json.dumps(text)


@given(
    st.lists(st.sampled_from(["a", "$ ", "% ", "{", "}", '"', "\\", "${v}", '${"${v}}"}', "$${", "%{if v}"]))
)
def test_parts_are_the_whole(pieces):
    template = "".join(pieces)

    found = list(parts(template))

    assert "".join(part for _, part in found) == template
    assert all(part.startswith(("${", "%{")) and part.endswith("}") for sequence, part in found if sequence)


def test_sequence_that_does_not_end_is_refused():
    with pytest.raises(ValueError, match="template without a closing brace"):
        expression("${var.a")
