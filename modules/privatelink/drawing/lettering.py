"""The width of text in an unknown font, and where to wrap it.

The picture uses the system's fonts, so the widths are those of the widest of them.
"""

from unicodedata import east_asian_width

MONOSPACE = 0.62
"""Width of a character in a monospace font, as a multiple of the font size."""
_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]- "), frozenset("mwMW@%—→")
_SEPARATORS = frozenset("-./:,")


def width(text: str, size: float, *, monospace: bool = False, bold: bool = False) -> float:
    """Return the maximum width of a text, in pixels.

    Arguments:
        text: the text.
        size: the font size, in pixels.
        monospace: whether the font is monospace.
        bold: whether the font is bold.
    """
    return sum(_width(each, monospace) for each in text) * size * (1.06 if bold else 1)


def _width(character: str, monospace: bool) -> float:
    if east_asian_width(character) in "WF":
        return 1.0 if not monospace else 2 * MONOSPACE
    if monospace:
        return MONOSPACE
    if character in _NARROW:
        return 0.4
    if character in _WIDE:
        return 0.98
    return 0.72 if character.isupper() else 0.61


def wrapped(
    text: str, room: float, size: float, *, monospace: bool = False, bold: bool = False, most: int = 3
) -> list[str]:
    """Wrap a text into lines of width `room`; a text longer than `most` lines ends with an ellipsis.

    A line ends at a space. A word longer than a line, such as a name or an address, is broken after a
    separator, or anywhere.
    """
    lines: list[str] = []
    rest = text.strip()
    while rest and len(lines) < most:
        end = len(rest)
        while end > 1 and width(rest[:end].rstrip(), size, monospace=monospace, bold=bold) > room:
            end -= 1
        if end < len(rest):
            end = _line_end(rest, end)
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    if rest:
        last = lines[-1]
        while last and width(f"{last}…", size, monospace=monospace, bold=bold) > room:
            last = last[:-1]
        lines[-1] = f"{last}…"
    return lines


def _line_end(text: str, longest: int) -> int:
    """Return where to end a line that can have `longest` characters."""
    if (space := text.rfind(" ", 0, longest + 1)) > 0:
        return space
    separators = [place for place in range(1, longest + 1) if text[place - 1] in _SEPARATORS]
    return separators[-1] if separators else longest
