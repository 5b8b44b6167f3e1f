"""Text of others on a terminal, in a log, in JSON: it is shown, and does nothing."""

import copy
import io
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from privatelink.review.catalogue import RULES
from privatelink.review.document import PlanError
from privatelink.review.escapes import console_line, json_text
from privatelink.review.render_annotations import as_annotations
from privatelink.review.render_json import as_json
from privatelink.review.render_markdown import as_markdown
from privatelink.review.render_sarif import as_sarif
from privatelink.review.render_terminal import show
from tests.support.mutations import at, places
from tests.support.plan_facts import (
    LB,
    LISTENER,
    WORLD,
    as_document,
    as_plan,
    change,
    renamed,
    reviewed,
)


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


# What a pull request may write: Markdown, HTML, mentions, workflow commands, control characters.
NASTY = (
    "\n\n# h <script>x</script> ![i](https://evil.example/i) [l](https://evil.example) <https://a.example> "
    "`c` ```\n</details> @octocat #1 | \\| ~~s~~ *e* _e_ https://evil.example www.evil.example\r\n"
    "::error::x\n##[add-mask]x ##vso[task.x]y \x1b[2J\x9b1m \u202e\u2066\u2028\x85\x00 <!-- c --> &lt; %0A"
)
DATA = {"address": "data.a.b", "mode": "data", "type": "a", "name": "b", "values": {"id": "d"}}
BASE = as_document(
    *(change(address, values, values | {"tags": {"a": "b"}}) for address, values in WORLD.items()),
    change("aws_lb_listener.gone", LISTENER | {"id": "gone", "port": 444}, None),
    change("aws_vpc_endpoint_service.new", None, {"acceptance_required": False}, unknown={"id": True}),
    change("aws_lb.new", LB, LB | {"name": "b"}, replaced_by=("name",)),
    *renamed(2),
    resource_drift=[change("aws_vpc.c", {}, {})],
    prior_state={
        "values": {"root_module": {"resources": [{"address": "data.a.b", "mode": "data", "values": {}}]}}
    },
)
GROUPS = 20
STRINGS = [place for place in places(BASE) if isinstance(at(BASE, place), str)]
OWN_HTML = re.compile(r"<summary>[^<>]*</summary>|</?details>|<!-- privatelink-review -->")
ACCEPTED = {"rule": "listener-destroyed", "address": "*", "reason": NASTY, "until": "2999-01-01"}


def written(document, place, text):
    """A copy of a document with another text in one place."""
    made = copy.deepcopy(document)
    at(made, place[:-1])[place[-1]] = text
    return made


def check_all(document, stack="stack"):
    """Render a plan in each format, and look for what must not be in it."""
    found = reviewed(as_plan(document, stack), accepted=[ACCEPTED])
    check_markdown(as_markdown(found))
    stream = io.StringIO()
    show(Console(file=stream, width=80), found)
    for line in stream.getvalue().split("\n"):
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line
        assert "##vso[" not in line
    for line in as_annotations(found).removesuffix("\n").split("\n"):
        assert line.isprintable(), line
        assert re.match(r"::(error|warning|notice) title=[^:,]*::|$", line), line
        assert "##[" not in line
    for text in (as_json(found), as_sarif(found)):
        assert text.replace("\n", "").isprintable()
        json.loads(text)


def check_markdown(text):
    assert text.replace("\n", "").isprintable()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        assert token.type != "heading_open" or token.tag == "h3"
        if token.type == "html_block":
            assert OWN_HTML.sub("", token.content).strip() == "", token.content
        for each in token.children or ():
            assert each.type not in ("html_inline", "image", "em_open", "s_open"), each
            if each.type == "link_open":
                assert each.attrs["href"] in PAGES
            if each.type == "text":
                # GitHub finds mentions, issues and addresses in the text that is rendered.
                assert not re.search(r"[@#]\w|://|www\.", each.content, re.IGNORECASE), each.content


PAGES = {rule.page for rule in RULES}


@pytest.mark.parametrize("group", range(GROUPS))
def test_no_string_of_a_plan_is_more_than_text_wherever_it_is_shown(group):
    """Each string has something added, in some plan; IDs that are the same stay the same."""
    document = BASE
    for place in STRINGS[group::GROUPS]:
        document = written(document, place, f"{at(BASE, place)}{NASTY}")

    check_all(document, f"stack{NASTY}")


@pytest.mark.slow
@pytest.mark.parametrize("place", STRINGS, ids=lambda place: ".".join(map(str, place)))
def test_no_string_alone_is_more_than_text(place):
    check_all(written(BASE, place, f"{at(BASE, place)}{NASTY}"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(STRINGS), st.text(max_size=40)), min_size=1, max_size=8))
def test_any_text_in_a_plan_is_text_or_refused(drawn):
    document = BASE
    for place, text in drawn:
        document = written(document, place, text)

    try:
        check_all(document)
    except PlanError as error:
        message = str(error)
    else:
        message = ""
    assert message.isprintable()


def test_the_check_finds_what_it_looks_for():
    for text in ("<b>", "![i](x)", "[l](x)", "@a", "#1", "https://x", "*e*", "# h", "\x1b"):
        with pytest.raises(AssertionError):
            check_markdown(f"{text}\n")
