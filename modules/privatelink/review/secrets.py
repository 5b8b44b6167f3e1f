"""Remove sensitive values from the output.

An attribute that a plan marks as sensitive is never shown. This also hides its value where another attribute
has the same value without a mark, or a finding quotes it.
"""

import re
from collections.abc import Iterable

HIDDEN = "(sensitive)"


class Redaction:
    """Hides sensitive values wherever they occur in a text."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        # The longest first: one value may contain another.
        ordered = sorted(set(secrets), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        """Return the text with the values hidden."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text
