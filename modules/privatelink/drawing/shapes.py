"""The shapes of a drawing: rectangles, texts and lines, in pixels from the top left corner."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, Self

Point = tuple[int, int]

RectStyle = Literal["side", "vpc", "zone", "path", "compute", "other", "elsewhere"]
TextStyle = Literal["title", "heading", "name", "strong", "text", "code"]
LineStyle = Literal["private", "inside", "internet"]


@dataclass(frozen=True)
class Font:
    """A font: size and line height, in pixels."""

    size: int
    line: int
    bold: bool = False
    monospace: bool = False


FONTS: dict[TextStyle, Font] = {
    "title": Font(20, 26, bold=True),
    "heading": Font(13, 18, bold=True),
    "name": Font(14, 19, bold=True),
    "strong": Font(12, 17, bold=True),
    "text": Font(12, 16),
    "code": Font(11, 15, monospace=True),
}


@dataclass(frozen=True)
class Rect:
    """A rounded rectangle."""

    x: int
    y: int
    width: int
    height: int
    style: RectStyle

    def moved(self, dx: int, dy: int) -> Self:
        """Return a copy, moved by (dx, dy) pixels."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Text:
    """One line of text; `y` is its baseline."""

    x: int
    y: int
    text: str
    style: TextStyle
    anchor: Literal["start", "middle", "end"] = "start"

    def moved(self, dx: int, dy: int) -> Self:
        """Return a copy, moved by (dx, dy) pixels."""
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True)
class Line:
    """A line with an arrow at its end. It may curve, except in its first and last `lead` pixels."""

    start: Point
    end: Point
    style: LineStyle
    lead: int = 0

    def moved(self, dx: int, dy: int) -> Self:
        """Return a copy, moved by (dx, dy) pixels."""
        (x1, y1), (x2, y2) = self.start, self.end
        return replace(self, start=(x1 + dx, y1 + dy), end=(x2 + dx, y2 + dy))


Shape = Rect | Text | Line


@dataclass
class Block:
    """Shapes that move together, and the places where lines start or end, by key."""

    width: int
    height: int
    shapes: list[Shape] = field(default_factory=list)
    places: dict[str, Point] = field(default_factory=dict)

    def add(self, shapes: Iterable[Shape]) -> None:
        """Add shapes."""
        self.shapes += shapes

    def put(self, block: "Block", x: int, y: int) -> None:
        """Add a block with its top left corner at this point, together with its places."""
        self.shapes += [shape.moved(x, y) for shape in block.shapes]
        self.places |= {key: (px + x, py + y) for key, (px, py) in block.places.items()}
