"""A drawing as SVG: one self-contained file, readable on light and dark pages.

https://developer.mozilla.org/en-US/docs/Web/SVG
"""

from collections.abc import Iterator
from html import escape

from privatelink.drawing.layout import laid_out
from privatelink.drawing.outline import described
from privatelink.drawing.picture import Picture
from privatelink.drawing.shapes import FONTS, Line, Rect, Shape, Text

SANS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif'
MONOSPACE = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace'

# Fill and stroke for light, then for dark. The background is painted as well: the colours follow the reader's
# system, which may differ from the page that shows the drawing.
RECTS = {
    "page": ("#ffffff", "#d1d9e0", "#0d1117", "#30363d"),
    "side": ("#f6f8fa", "#d1d9e0", "#151b23", "#3d444d"),
    "vpc": ("#ffffff", "#8250df", "#0d1117", "#8957e5"),
    "zone": ("#f6f8fa", "#818b98", "#151b23", "#656c76"),
    "path": ("#fbefff", "#8250df", "#20153a", "#a371f7"),
    "compute": ("#fff1e5", "#bc4c00", "#2b190e", "#db6d28"),
    "other": ("#ddf4ff", "#0969da", "#0c1f3d", "#388bfd"),
    "elsewhere": ("#f6f8fa", "#818b98", "#151b23", "#656c76"),
}
DASHED = ("zone", "elsewhere")
TEXT, MUTED = ("#1f2328", "#f0f6fc"), ("#59636e", "#9198a1")
LINES = {
    "private": ("#8250df", "#a371f7"),
    "inside": ("#818b98", "#9198a1"),
    "internet": ("#0969da", "#388bfd"),
}
MUTED_TEXTS = ("heading", "code")


def as_svg(picture: Picture) -> str:
    """Return the SVG document of a picture."""
    return "\n".join(_document(picture)) + "\n"


def _document(picture: Picture) -> Iterator[str]:
    drawing = laid_out(picture)
    width, height = drawing.width, drawing.height
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" style="max-width: 100%; height: auto" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{escape(picture.name)}: AWS PrivateLink topology</title>'
    yield f'<desc id="desc">{escape(described(picture))}</desc>'
    yield "<style>"
    yield from _style(0)
    yield "@media (prefers-color-scheme: dark) {"
    yield from _style(1)
    yield "}"
    yield f"text {{ font-family: {SANS} }}"
    for name, font in FONTS.items():
        weight = "; font-weight: 600" if font.bold else ""
        family = f"; font-family: {MONOSPACE}" if font.monospace else ""
        yield f".{name} {{ font-size: {font.size}px{weight}{family} }}"
    yield f"{', '.join(f'.{name}' for name in DASHED)} {{ stroke-dasharray: 4 3 }}"
    yield ".path, .private, .internet { stroke-width: 1.5 }"
    yield "path { fill: none }"
    yield "</style>"
    for style in LINES:
        yield (
            f'<marker id="{style}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
            f'markerUnits="userSpaceOnUse" orient="auto"><path class="{style}-head" d="M0 0L8 4L0 8z"/>'
            "</marker>"
        )
    yield f'<rect class="page" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>'
    yield from map(_shape, drawing.shapes)
    yield "</svg>"


def _style(dark: int) -> Iterator[str]:
    for name, colours in RECTS.items():
        yield f".{name} {{ fill: {colours[2 * dark]}; stroke: {colours[2 * dark + 1]} }}"
    yield f"text {{ fill: {TEXT[dark]} }}"
    yield f"{', '.join(f'.{name}' for name in MUTED_TEXTS)} {{ fill: {MUTED[dark]} }}"
    for name, line in LINES.items():
        yield f".{name} {{ stroke: {line[dark]} }}"
        yield f"path.{name}-head {{ fill: {line[dark]} }}"


def _shape(shape: Shape) -> str:
    match shape:
        case Rect():
            place = f'x="{shape.x}" y="{shape.y}" width="{shape.width}" height="{shape.height}"'
            return f'<rect class="{shape.style}" {place} rx="6"/>'
        case Text():
            anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
            text = escape(shape.text, quote=False)
            return f'<text class="{shape.style}" x="{shape.x}" y="{shape.y}"{anchor}>{text}</text>'
        case Line():
            return f'<path class="{shape.style}" d="{_path(shape)}" marker-end="url(#{shape.style})"/>'


def _path(line: Line) -> str:
    (x1, y1), (x2, y2) = line.start, line.end
    if x1 == x2 or y1 == y2:
        return f"M{x1} {y1}L{x2} {y2}"
    left, right = x1 + line.lead, x2 - line.lead
    middle = (left + right) // 2
    return f"M{x1} {y1}H{left}C{middle} {y1} {middle} {y2} {right} {y2}H{x2}"
