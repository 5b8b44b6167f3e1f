"""Comments on pull requests in Markdown: their maximum size.

https://docs.github.com/en/get-started/writing-on-github
"""

from collections.abc import Iterable

LIMIT = 65_536
"""GitHub's limit for a comment, in characters; the bytes counted here are never fewer."""


def fitting(lines: Iterable[str], limit: int) -> list[str] | None:
    """Return the lines of a comment, or None as soon as they are too long.

    Arguments:
        lines: the lines, without line breaks.
        limit: the maximum size in bytes, with a line break between two lines.
    """
    taken: list[str] = []
    left = limit + 1  # the last line has no line break
    for line in lines:
        left -= len(line.encode()) + 1
        if left < 0:
            return None
        taken.append(line)
    return taken
