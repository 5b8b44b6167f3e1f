"""A text that a stranger may choose, and what must not come of it where it is shown."""

import re
from collections.abc import Collection

from markdown_it import MarkdownIt

NASTY = (
    "\n\n# h <script>x</script> ![i](https://evil.example/i) [l](https://evil.example) <https://a.example> "
    "`c` ```\n</details> @octocat #1 | \\| ~~s~~ *e* _e_ https://evil.example www.evil.example\r\n"
    "::error::x\n##[add-mask]x ##vso[task.x]y \x1b[2J\x9b1m \u202e\u2066\u2028\x85\x00 <!-- c --> &lt; %0A"
)
"""Markdown, HTML, mentions, workflow commands, control characters."""
_OWN_HTML = re.compile(r"<summary>[^<>]*</summary>|</?details>|<!-- privatelink-(review|verify) -->")


def check_console(text: str) -> None:
    """Check that no line moves a cursor or is a command of a CI system."""
    for line in text.split("\n"):
        assert line.isprintable(), line
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line
        assert "##vso[" not in line


def check_markdown(text: str, pages: Collection[str] = ()) -> None:
    """Check that Markdown has no markup, HTML, mention or link but its own; `pages` are its links."""
    assert text.replace("\n", "").isprintable()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        assert token.type != "heading_open" or token.tag == "h3"
        if token.type == "html_block":
            assert _OWN_HTML.sub("", token.content).strip() == "", token.content
        for each in token.children or ():
            assert each.type not in ("html_inline", "image", "em_open", "s_open"), each
            if each.type == "link_open":
                assert each.attrs["href"] in pages
            if each.type == "text":
                # GitHub finds mentions, issues and addresses in the text that is rendered.
                assert not re.search(r"[@#]\w|://|www\.", each.content, re.IGNORECASE), each.content
