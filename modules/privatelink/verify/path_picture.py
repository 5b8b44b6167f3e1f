"""The path of one consumer as a picture in a web page: inline SVG, as wide as a telephone.

Its colours are those of the page: the classes are in the style sheet of render_html.py.
"""

from collections.abc import Iterator

from privatelink.drawing.lettering import width, wrapped
from privatelink.escapes import markup, printable
from privatelink.verify.report import Finding, Side, State, Station, shortened

WIDTH = 340
"""Width of the picture, in pixels: on a telephone of 375 pixels it is not made smaller."""
CLASSES: dict[State, str] = {
    "works": "works",
    "broken": "broken",
    "partly checked": "unknown",
    "not checked": "unknown",
}
_MARKS = {
    "works": '<path class="glyph" d="M-4 0l3 3 5-6"/>',
    "broken": '<path class="glyph" d="M-3.5-3.5l7 7M3.5-3.5l-7 7"/>',
    "unknown": '<text class="sign" y="4.5" text-anchor="middle">?</text>',
}
_PADDING, _GAP, _RADIUS = 12, 14, 10
_LINE = 16
_TEXT_X = 2 * _PADDING + 2 * _RADIUS + 2
_ROOM = WIDTH - _TEXT_X - _PADDING - 4


def as_picture(finding: Finding, number: int) -> str:
    """Return the SVG element of a consumer's path.

    Arguments:
        finding: the result for the consumer.
        number: its place in the page, which makes the IDs unique.
    """
    shapes: list[str] = []
    links: list[str] = []
    y = 1
    last: int | None = None
    broken = False
    for side in finding.sides:
        top = y
        y += _PADDING + _LINE
        shapes.append(_title(side, y - 4))
        for station in side.stations:
            y += _GAP
            center = y + _RADIUS
            if last is not None and side.on_path:
                kind = "beyond" if broken else "line"
                links.append(f'<path class="{kind}" d="M{_X} {last + _RADIUS}V{center - _RADIUS}"/>')
            if side.on_path:
                last = center
                broken = broken or station.state == "broken"
            drawn, height = _station(station, center)
            shapes += drawn
            y += height
        y += _PADDING
        frame = "side" if side.on_path else "beside"
        links.insert(
            0, f'<rect class="{frame}" x="1" y="{top}" width="{WIDTH - 2}" height="{y - top}" rx="8"/>'
        )
        y += _GAP
    name = markup(f"path of {finding.consumer}: {finding.headline}")
    return "\n".join(
        (
            f'<svg class="path" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img" '
            f'aria-labelledby="picture-{number}">',
            f'<title id="picture-{number}">{name}</title>',
            *links,
            *shapes,
            "</svg>",
        )
    )


_X = _PADDING + _RADIUS + 2
"""Of the line from hop to hop."""


def _title(side: Side, y: int) -> str:
    # Beside the line, which passes through the frames.
    (name,) = wrapped(printable(side.name), WIDTH - _TEXT_X - _PADDING, 13, bold=True, most=1)
    return f'<text class="name" x="{_TEXT_X}" y="{y}">{markup(name[:1].upper() + name[1:])}</text>'


def _station(station: Station, center: int) -> tuple[Iterator[str], int]:
    """Return the shapes of a hop, and its height."""
    observed = printable(shortened(station.telling.observed, 300))
    lines = wrapped(observed, _ROOM, 12, most=3)
    apart = width(station.hop, 13, bold=True) + 8 + width(station.state, 12, bold=True) > _ROOM
    height = 2 * _RADIUS + _LINE * (len(lines) + apart)
    return _shapes(station, center, lines, apart=apart), height


def _shapes(station: Station, center: int, lines: list[str], *, apart: bool) -> Iterator[str]:
    """Yield the shapes of a hop; `apart`: its state has its own line."""
    kind = CLASSES[station.state]
    base = center + 5
    yield f'<g class="{kind}" transform="translate({_X} {center})"><circle r="{_RADIUS}"/>{_MARKS[kind]}</g>'
    yield f'<text class="hop" x="{_TEXT_X}" y="{base}">{markup(station.hop)}</text>'
    if apart:
        base += _LINE
        place = f'x="{_TEXT_X}" y="{base}"'
    else:
        place = f'x="{WIDTH - _PADDING}" y="{base}" text-anchor="end"'
    yield f'<text class="state {kind}" {place}>{station.state}</text>'
    for number, line in enumerate(lines, start=1):
        yield f'<text class="seen" x="{_TEXT_X}" y="{base + _LINE * number}">{markup(line)}</text>'
