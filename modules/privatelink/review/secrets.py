"""Takes sensitive values out of what is printed.

Values are shown by their own `*_sensitive` marks already; this also catches a secret that another attribute
holds in the clear, or that a rule names in its sentence.
"""

import re
from collections.abc import Iterable

HIDDEN = "(sensitive)"


class Redaction:
    """Hides some values wherever they appear in a text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one may hold another.
        ordered = sorted(set(secrets), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(HIDDEN, text) if self._pattern else text
