"""Remove sensitive values from the output.

An attribute that a plan marks as sensitive is never shown. This also hides its value where another attribute
has the same value without a mark, or a finding quotes it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

HIDDEN = "(sensitive)"
_CUT = "…"
_SHORTEST_PART = 4
_LONGEST_PART = 120  # a value is cut to fewer characters


class Redaction:
    """Hides sensitive values wherever they occur in a text.

    Values may overlap, and a text that is cut may end within one.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = sorted(set(secrets))
        # The longest first: one value may begin with another. A lookahead finds those that overlap as well.
        by_length = sorted(self._secrets, key=len, reverse=True)
        self._pattern = re.compile(f"(?=({'|'.join(map(re.escape, by_length))}))") if by_length else None

    def __call__(self, text: str) -> str:
        """Return the text with the values hidden."""
        if self._pattern is None:
            return text
        spans = [found.span(1) for found in self._pattern.finditer(text)]
        if _CUT in text:
            spans = sorted([*spans, *self._parts(text)])
        shown, end = "", 0
        for start, stop in spans:
            if start >= end:
                shown += f"{text[end:start]}{HIDDEN}"
            end = max(end, stop)
        return shown + text[end:]

    def _parts(self, text: str) -> Iterator[tuple[int, int]]:
        """The beginnings of values before a cut."""
        for cut in (found.start() for found in re.finditer(_CUT, text)):
            for start in range(max(0, cut - _LONGEST_PART), cut - _SHORTEST_PART + 1):
                part = text[start:cut]
                place = bisect_left(self._secrets, part)
                if place < len(self._secrets) and self._secrets[place].startswith(part):
                    yield start, cut
                    break
