"""The SVG document."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from privatelink.drawing.picture import picture_of
from privatelink.drawing.svg import as_svg
from privatelink.topology.file import load
from tests.support.drawings import DRAWN, drawn, sized

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_every_example_is_well_formed_and_needs_nothing_else(path: Path) -> None:
    text = as_svg(picture_of(load(path)))
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert text.count("http") == 1  # the namespace
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "marker", "rect", "text", "path"}


def test_it_has_a_role_a_title_and_a_description() -> None:
    root = ElementTree.fromstring(as_svg(drawn("topology")))
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root if element.get("id")}
    assert [*named][:2] == root.get("aria-labelledby", "").split()
    assert named["title"] == "zigispace: AWS PrivateLink topology"
    assert "interface endpoint in ap-northeast-2a, ap-northeast-2c" in (named["desc"] or "")


def test_it_scales() -> None:
    root = ElementTree.fromstring(as_svg(drawn("topology")))
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert "max-width: 100%" in root.get("style", "")


def test_text_of_the_topology_is_escaped() -> None:
    text = as_svg(picture_of(sized(1, 1)))
    assert "<b>" not in text
    shown = " ".join(element.text or "" for element in ElementTree.fromstring(text).iter(f"{SVG}text"))
    assert "“SVR in us-east-1a &" in shown
    assert '<b>"한국어"</b>' in shown


def test_every_class_has_a_colour_in_the_light_and_in_the_dark() -> None:
    root = ElementTree.fromstring(as_svg(picture_of(sized(2, 30, 2))))
    style = root.findtext(f"{SVG}style") or ""
    light, dark = style.split("@media (prefers-color-scheme: dark)")
    for shape in (*root.iter(f"{SVG}rect"), *root.iter(f"{SVG}path")):
        assert f".{shape.get('class')} {{" in light
        assert f".{shape.get('class')} {{" in dark


def test_every_line_has_its_arrow() -> None:
    root = ElementTree.fromstring(as_svg(drawn("topology")))
    markers = {f"url(#{marker.get('id')})" for marker in root.iter(f"{SVG}marker")}
    lines = [element for element in root if element.tag == f"{SVG}path"]
    assert lines
    assert {line.get("marker-end") for line in lines} <= markers
