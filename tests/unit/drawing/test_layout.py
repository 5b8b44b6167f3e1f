"""Where things are: nothing overlaps, and nothing sticks out, however much there is."""

from itertools import combinations
from pathlib import Path

import pytest

from privatelink.drawing.layout import laid_out
from privatelink.drawing.lettering import width
from privatelink.drawing.picture import Picture, picture_of
from privatelink.drawing.shapes import FONTS, Block, Line, Rect, Text
from privatelink.topology.file import load
from tests.support.drawings import DRAWN, drawn, sized

Box = tuple[float, float, float, float]
SIZES = [(1, 1), (2, 4), (3, 5), (6, 1), (6, 4), (6, 30), (1, 30), (2, 13)]


def check_layout(drawing: Block) -> None:
    whole = (0, 0, drawing.width, drawing.height)
    rects = [shape for shape in drawing.shapes if isinstance(shape, Rect)]
    boxes = [(each.x, each.y, each.x + each.width, each.y + each.height) for each in rects]
    texts = [text_box(shape) for shape in drawing.shapes if isinstance(shape, Text)]
    for box in [*boxes, *texts]:
        assert holds(whole, box)
    for one, other in combinations(boxes, 2):
        assert apart(one, other) or holds(one, other) or holds(other, one)
    for text in texts:
        for box in boxes:
            assert apart(text, box) or holds(box, text)
    for one, other in combinations(texts, 2):
        assert apart(one, other)


def text_box(text: Text) -> Box:
    font = FONTS[text.style]
    length = width(text.text, font.size, monospace=font.monospace, bold=font.bold)
    left = text.x - {"start": 0, "middle": length / 2, "end": length}[text.anchor]
    return (left, text.y - 0.8 * font.size, left + length, text.y + 0.2 * font.size)


def holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def private_lines(picture: Picture) -> list[Line]:
    shapes = laid_out(picture).shapes
    return [shape for shape in shapes if isinstance(shape, Line) and shape.style == "private" and shape.lead]


@pytest.mark.parametrize("path", DRAWN, ids=lambda path: path.stem)
def test_nothing_overlaps_in_any_example(path: Path) -> None:
    check_layout(laid_out(picture_of(load(path))))


@pytest.mark.parametrize(("zones", "consumers"), SIZES)
@pytest.mark.parametrize("services", [1, 3])
def test_nothing_overlaps_at_any_size(zones: int, consumers: int, services: int) -> None:
    drawing = laid_out(picture_of(sized(zones, consumers, services)))
    check_layout(drawing)
    assert drawing.width <= 1200


def test_the_check_does_find_an_overlap() -> None:
    for shapes in (
        [Rect(0, 0, 10, 10, "zone"), Rect(5, 5, 10, 10, "zone")],
        [Rect(0, 0, 10, 10, "zone"), Text(2, 9, "too long", "text")],
        [Text(0, 12, "one", "text"), Text(3, 14, "other", "text")],
        [Rect(0, 0, 110, 10, "zone")],
    ):
        with pytest.raises(AssertionError):
            check_layout(Block(100, 100, [*shapes]))


def test_one_consumer_and_its_service_are_level() -> None:
    (line,) = private_lines(drawn("topology"))
    assert line.start[1] == line.end[1]


@pytest.mark.parametrize("name", ["services", "endpoints"])
def test_each_endpoint_has_its_line(name: str) -> None:
    picture = drawn(name)
    endpoints = [endpoint for consumer in picture.consumers for endpoint in consumer.endpoints]
    assert len(private_lines(picture)) == len(endpoints)


def test_an_endpoint_is_linked_to_its_zones_alone() -> None:
    shapes = laid_out(drawn("three-by-three")).shapes
    inside = [shape for shape in shapes if isinstance(shape, Line) and shape.style == "inside"]
    # Two, two and three zones of the consumers' endpoints; and a target in each of the service's three.
    assert len(inside) == 2 + 2 + 3 + 3


def test_the_internet_leads_to_the_load_balancer_that_faces_it() -> None:
    def from_the_internet(name: str) -> list[Line]:
        shapes = laid_out(drawn(name)).shapes
        return [shape for shape in shapes if isinstance(shape, Line) and shape.style == "internet"]

    assert len(from_the_internet("topology")) == 1
    assert len(from_the_internet("two-load-balancers")) == 1
    assert from_the_internet("internal") == []
