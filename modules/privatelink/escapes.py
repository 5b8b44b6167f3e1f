"""Text of others, made safe where it is shown: on a terminal, in a log, JSON, Markdown, HTML and XML.

Whoever opens a pull request chooses the texts of a plan, and a server what it answers.
"""

import html
import json
import re
from functools import lru_cache

# A CI system runs commands that it finds in a log: GitHub `::error::` at the start of a line and `##[error]`
# anywhere, Azure `##vso[…]`, TeamCity `##teamcity[…]`.
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
_COMMAND = re.compile(r"^\s*::|##(?=\w*\[)")
# In JSON, control characters of ASCII are always escaped; C1 controls move a terminal's cursor as well, and
# bidirectional controls reorder what is read. Outside strings, JSON has no such character but line breaks.
_UNPRINTABLE_IN_JSON = re.compile(r"[^\n -~]")
_FENCE = re.compile("`+")
_MARKDOWN = str.maketrans({each: f"\\{each}" for each in r"\`*_[]|~"})
_ADDRESSED = re.compile(r"[@#]|:(?=//)|www(?=\.)", re.IGNORECASE)
"""Where GitHub finds mentions, issues and addresses."""


def printable(text: str) -> str:
    r"""Return a text as one line without control characters: they are written as escapes, such as `\x1b`.

    White space, such as a line break, is a space.
    """
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else character.encode("unicode_escape").decode()


def console_line(text: str) -> str:
    """Return a text as one line without control characters, and without a command of a CI system."""
    return _COMMAND.sub(lambda found: " ".join(found.group().strip()), printable(text))


def console_lines(text: str) -> str:
    """Return a text of several lines, each of them as `console_line` returns it."""
    return "\n".join(map(console_line, text.splitlines()))


def json_text(document: object) -> str:
    """Return a document as JSON, in which characters that are not printable are escaped."""
    written = json.dumps(document, indent=2, ensure_ascii=False)
    return f"{_UNPRINTABLE_IN_JSON.sub(_escaped, written)}\n"


def _escaped(found: re.Match[str]) -> str:
    character = found.group()
    return character if character.isprintable() else json.dumps(character)[1:-1]


@lru_cache(maxsize=4096)  # a table has the same stack, attribute or value in most rows
def code(text: str) -> str:
    """Return text as Markdown code, also in a table: its fence has more backticks than the text."""
    if not text:
        return ""
    flat = printable(text)
    longest = longest_fence(flat)
    fence = "`" * (longest + 1)
    space = " " if longest or flat != flat.strip() else ""
    return f"{fence}{space}{flat}{space}{fence}".replace("|", "\\|")


def longest_fence(text: str) -> int:
    """Return the number of backticks in the longest row of them."""
    return max(map(len, _FENCE.findall(text)), default=0)


@lru_cache(maxsize=4096)
def cell(text: str) -> str:
    """Return text for a sentence or a table cell in Markdown: without markup, links, mentions and HTML."""
    return inert(printable(text)).translate(_MARKDOWN)


def inert(text: str) -> str:
    """Return text as HTML without a tag; GitHub finds no mention, issue or address in it.

    GitHub looks for them after it has rendered Markdown, where a backslash is gone already; a word joiner,
    which has no width, stays. https://docs.github.com/en/get-started/writing-on-github
    """
    joined = _ADDRESSED.sub("\\g<0>\N{WORD JOINER}", text)
    return html.escape(joined, quote=False).replace("\N{WORD JOINER}", "&NoBreak;")


def markup(text: str) -> str:
    """Return text for HTML and XML, between tags or in a quoted attribute."""
    return html.escape(printable(text))
