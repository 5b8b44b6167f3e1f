"""Text from plans, policies and file names, made safe for a terminal, a log, or JSON.

Whoever opens a pull request chooses this text. Markdown has its own escapes, in render_markdown.py.
"""

import json
import re

from privatelink.review.shapes import printable

# A CI system runs commands that it finds in a log: GitHub `::error::` at the start of a line and `##[error]`
# anywhere, Azure `##vso[…]`, TeamCity `##teamcity[…]`.
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_COMMAND = re.compile(r"^\s*::|##(?=\w*\[)")
# In JSON, control characters of ASCII are always escaped; C1 controls move a terminal's cursor as well, and
# bidirectional controls reorder what is read. Outside strings, JSON has no such character but line breaks.
_UNPRINTABLE_IN_JSON = re.compile(r"[^\n -~]")


def console_line(text: str) -> str:
    """Return a text as one line without control characters, and without a command of a CI system."""
    return _COMMAND.sub(lambda found: " ".join(found.group().strip()), printable(text))


def json_text(document: object) -> str:
    """Return a document as JSON, in which characters that are not printable are escaped."""
    written = json.dumps(document, indent=2, ensure_ascii=False)
    return f"{_UNPRINTABLE_IN_JSON.sub(_escaped, written)}\n"


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    return character if character.isprintable() else json.dumps(character)[1:-1]
