"""How wide text is in a font that is not known, and where to break it.

The picture names the system's own fonts, so the widths are those of the widest of them.
"""

from unicodedata import east_asian_width

MONOSPACE = 0.62
"""Width of every character of a monospace font, in font sizes."""
_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]- "), frozenset("mwMW@%—→")
_SEPARATORS = frozenset("-./:,")


def width(text: str, size: float, *, monospace: bool = False, bold: bool = False) -> float:
    """Return the width that a text needs at most, in pixels.

    Arguments:
        size: the font size in pixels.
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
    """Return a text in lines that fit; what is beyond `most` lines is cut, with an ellipsis.

    A line ends at a space; a word longer than a line, such as a name or an address, is broken after a
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
    """Return where a line ends whose text may have `longest` characters."""
    if (space := text.rfind(" ", 0, longest + 1)) > 0:
        return space
    separators = [place for place in range(1, longest + 1) if text[place - 1] in _SEPARATORS]
    return separators[-1] if separators else longest
