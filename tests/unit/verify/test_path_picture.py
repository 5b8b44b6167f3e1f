"""The picture of a path: SVG, as wide as a telephone."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from privatelink.drawing.lettering import width
from privatelink.escapes import printable
from privatelink.verify.check import compared, not_checked
from privatelink.verify.path_picture import WIDTH, as_picture
from privatelink.verify.render_html import STYLE
from privatelink.verify.report import Finding
from tests.support.verify_reports import BROKEN, EVERY, HALF, HOSTILE, WHOLE


def drawn(finding):
    return ElementTree.fromstring(as_picture(finding, 3))


def texts(root, kind):
    return [element.text for element in root.iter("text") if kind in element.get("class").split()]


@pytest.mark.parametrize("finding", [WHOLE, BROKEN, HALF, HOSTILE.findings[0]], ids=range(4))
def test_every_hop_is_drawn_with_its_state_in_the_order_of_the_path(finding):
    root = drawn(finding)
    stations = [station for side in finding.sides for station in side.stations]

    assert texts(root, "hop") == [station.hop for station in stations]
    assert texts(root, "state") == [station.state for station in stations]
    assert len([*root.iter("circle")]) == len(stations)
    assert len(texts(root, "name")) == len([*root.iter("rect")]) == len(finding.sides)


def test_it_has_a_title_for_who_does_not_see_it():
    root = drawn(BROKEN)

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == root.find("title").get("id") == "picture-3"
    assert root.findtext("title") == "path of broken: broken at backend: 13 passed, 5 failed"


def test_what_was_observed_stands_at_its_hop():
    assert "i-c unhealthy (Target.FailedHealthChecks)" in texts(drawn(BROKEN), "seen")
    assert "2 healthy" in texts(drawn(WHOLE), "seen")


def test_the_line_is_dashed_beyond_the_first_broken_hop():
    checks = [
        compared(hop, "", "", "", hop != "targets", hop)
        for hop in ("connection", "endpoint", "dns", "targets", "backend")
    ]
    lines = [element.get("class") for element in drawn(Finding("a", checks)).iter("path")]

    # From endpoint to dns, connection, targets; then to the backend, behind the broken hop.
    assert [kind for kind in lines if kind != "glyph"] == ["line", "line", "line", "beyond"]


@pytest.mark.parametrize("finding", [*EVERY.findings[:3], HOSTILE.findings[0]], ids=range(4))
def test_nothing_leaves_the_picture_or_lies_over_another_text(finding):
    root = drawn(finding)
    assert root.get("viewBox") == f"0 0 {WIDTH} {root.get('height')}"
    rows = {}
    for element in root.iter("text"):
        if element.get("class") == "sign":
            continue
        bold = element.get("class") != "seen"
        long = width(element.text, 13 if "hop" in element.get("class") else 12, bold=bold)
        x = float(element.get("x"))
        start = x - long if element.get("text-anchor") == "end" else x
        assert start >= 0
        assert start + long <= WIDTH
        assert 0 < float(element.get("y")) < float(root.get("height"))
        rows.setdefault(element.get("y"), []).append((start, start + long))
    for row in rows.values():
        row.sort()
        for (_, end), (start, _) in pairwise(row):
            assert end <= start


def test_a_state_that_has_no_room_beside_its_hop_is_below_it():
    check = not_checked("a", "", "", "why", "load balancer security group")
    root = drawn(Finding("a", [check]))
    hop, state, seen = (
        next(element for element in root.iter("text") if kind in element.get("class"))
        for kind in ("hop", "state", "seen")
    )

    assert int(hop.get("y")) < int(state.get("y")) < int(seen.get("y"))


def test_every_class_has_a_style():
    for finding in (WHOLE, BROKEN, HALF):
        for element in drawn(finding).iter():
            for kind in (element.get("class") or "").split():
                assert re.search(rf"\.{kind}\b[^}}]*\{{", STYLE), kind


def test_no_text_of_a_server_is_more_than_text():
    text = as_picture(HOSTILE.findings[0], 0)

    assert text.replace("\n", "").isprintable()
    assert {element.tag for element in ElementTree.fromstring(text).iter()} == {
        *("svg", "title", "rect", "path", "text", "g", "circle"),
    }
    assert printable(HOSTILE.findings[0].consumer) in ElementTree.fromstring(text).findtext("title")
