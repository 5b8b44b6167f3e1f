"""Text of a plan on a terminal, in a log, in JSON, in Markdown: it is shown, and does nothing."""

import copy
import io
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from privatelink.review.catalogue import RULES
from privatelink.review.document import PlanError
from privatelink.review.render_annotations import as_annotations
from privatelink.review.render_json import as_json
from privatelink.review.render_markdown import as_markdown
from privatelink.review.render_sarif import as_sarif
from privatelink.review.render_terminal import show
from tests.support.hostile_text import NASTY, check_console, check_markdown
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
ACCEPTED = {"rule": "listener-destroyed", "address": "*", "reason": NASTY, "until": "2999-01-01"}


def written(document, place, text):
    """A copy of a document with another text in one place."""
    made = copy.deepcopy(document)
    at(made, place[:-1])[place[-1]] = text
    return made


def check_all(document, stack="stack"):
    """Render a plan in each format, and look for what must not be in it."""
    found = reviewed(as_plan(document, stack), accepted=[ACCEPTED])
    check_markdown(as_markdown(found), PAGES)
    stream = io.StringIO()
    show(Console(file=stream, width=80), found)
    check_console(stream.getvalue())
    for line in as_annotations(found).removesuffix("\n").split("\n"):
        assert line.isprintable(), line
        assert re.match(r"::(error|warning|notice) title=[^:,]*::|$", line), line
        assert "##[" not in line
    for text in (as_json(found), as_sarif(found)):
        assert text.replace("\n", "").isprintable()
        json.loads(text)


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
