"""Text that Terraform does not evaluate, and the same text read back."""

from dataclasses import dataclass
from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from privatelink.literal import literal, plain
from tests.support.literal_text import PIECES, evaluated

any_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=12).map("".join)


class Part(BaseModel):
    text: str
    given: str = "default"
    cidr: IPv4Network = IPv4Network("10.0.0.0/8")


@dataclass(frozen=True)
class Meant:
    key: str | None
    parts: tuple[Part, ...]
    tags: dict[str, str]


@settings(max_examples=1000)
@given(any_text)
def test_terraform_evaluates_a_literal_to_the_text(text):
    assert evaluated(literal(text)) == text


@settings(max_examples=1000)
@given(any_text)
def test_plain_reads_a_literal_back(text):
    assert plain(literal(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("arn:aws:s3:::homes/${aws:username}/*", "arn:aws:s3:::homes/$${aws:username}/*"),
        ("%{if}", "%%{if}"),
        ("$${a}", "$$${a}"),
        ("5 $ and 10 %, {a}", "5 $ and 10 %, {a}"),
        ("TfToken[", "TfToken["),
        # CDKTF would put a value of its own in the place of its token.
        ("${TfToken[TOKEN.1]}", "$${%{if true}%{endif}TfToken[TOKEN.1]}"),
    ],
)
def test_only_what_would_be_evaluated_is_changed(text, written):
    assert literal(text) == written


def test_texts_are_found_at_any_depth():
    meant = Meant("${k}", (Part(text="${t}"),), {"%{a}": "${b}"})

    written = literal(meant)

    assert written == Meant("$${k}", (Part(text="$${t}"),), {"%%{a}": "$${b}"})
    assert plain(written) == meant
    assert literal({"a": [1, True, None, 1.5, ["${b}"]]}) == {"a": [1, True, None, 1.5, ["$${b}"]]}


def test_part_knows_as_before_which_fields_the_file_has():
    assert literal(Part(text="${a}")).model_fields_set == {"text"}


def test_type_that_may_have_text_and_is_unknown_is_refused():
    with pytest.raises(TypeError, match="set has no rule"):
        literal({"a": {"${b}"}})
