"""Converts values from Terraform's JSON syntax to expressions of its native syntax.

In JSON every string is a template, so `"${aws_vpc.a.id}"` becomes `aws_vpc.a.id`.

https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
https://developer.hashicorp.com/terraform/language/expressions/strings
"""

import json
import re
from collections.abc import Iterator

from privatelink.json_types import Json, JsonObject

LINE = 100
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# As the first key of an object, it would start a `for` expression.
_KEYWORDS = {"for"}
# The type of an expression is unknown; IDs and ARNs are strings.
_SURELY_TEXT = re.compile(r"[\w.\-]*[._](id|arn)")


def expression(value: Json, *, heredoc: bool = True) -> str:
    """Convert a value of parsed JSON to an expression.

    Arguments:
        value: the value, as `json.loads` returns it.
        heredoc: whether a heredoc is allowed, after which the line must end.
    """
    if isinstance(value, str):
        return _text(value, heredoc=heredoc)
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, list):
        return _list(value)
    return json.dumps(value)


def parts(template: str) -> Iterator[tuple[bool, str]]:
    """Split a template into literal parts (False) and `${ }` or `%{ }` sequences (True)."""
    start = at = 0
    while at < len(template):
        if template.startswith(("$${", "%%{"), at):
            at += 3
        elif template.startswith(("${", "%{"), at):
            if at > start:
                yield False, template[start:at]
            start, at = at, _end(template, at + 2)
            yield True, template[start:at]
            start = at
        else:
            at += 1
    if start < len(template):
        yield False, template[start:]


def _end(template: str, at: int) -> int:
    """Return the position after the closing brace of a sequence whose content starts at `at`."""
    depth = 1
    while at < len(template):
        character = template[at]
        if character == '"':
            at = end_of_quoted(template, at + 1)
            continue
        depth += (character == "{") - (character == "}")
        at += 1
        if depth == 0:
            return at
    msg = f"template without a closing brace: {template!r}"
    raise ValueError(msg)


def end_of_quoted(template: str, at: int) -> int:
    """Return the position after the closing quote of a text that starts at `at`."""
    while at < len(template) and template[at] != '"':
        if template[at] == "\\":
            at += 2
        elif template.startswith(("$${", "%%{"), at):
            at += 3
        elif template.startswith(("${", "%{"), at):
            at = _end(template, at + 2)
        else:
            at += 1
    return at + 1


def _text(template: str, *, heredoc: bool) -> str:
    found = list(parts(template))
    if len(found) == 1 and found[0][0] and template.startswith("${"):
        return template[2:-1].strip()
    if (document := _document(template)) is not None:
        return f"jsonencode({expression(document)})"
    if heredoc and template.endswith("\n") and "\n" in template[:-1] and "\r" not in template:
        return _heredoc(template)
    return '"' + "".join(part if sequence else escaped(part) for sequence, part in found) + '"'


def escaped(literal: str) -> str:
    """Escape a literal part for a quoted string."""
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        literal = literal.replace(character, written)
    return literal


def _heredoc(template: str) -> str:
    # Not indented: the content of a heredoc is unchanged, and backslashes are literal.
    lines, end = template.split("\n"), "EOT"
    while any(line.strip() == end for line in lines):
        end += "_"
    return f"<<{end}\n{template}{end}"


def _document(template: str) -> Json:
    """Return the document for which `jsonencode` returns exactly this text; None if there is none."""
    if not template.startswith(("{", "[")):
        return None
    try:
        document: Json = json.loads(template)
    except ValueError:
        return None
    if _json_encoded(document) != template or not all(map(_stays_text, _strings(document))):
        return None
    return document


def _json_encoded(document: Json) -> str:
    """Encode JSON as Terraform does: https://developer.hashicorp.com/terraform/language/functions/jsonencode."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str):
        yield value


def _stays_text(template: str) -> bool:
    """Return whether a template is a string in a JSON document: a number would lose its quotes."""
    found = list(parts(template))
    return not (len(found) == 1 and found[0][0]) or bool(_SURELY_TEXT.fullmatch(template[2:-1]))


def _list(values: list[Json]) -> str:
    written = [expression(value, heredoc=False) for value in values]
    line = f"[{', '.join(written)}]"
    if len(line) <= LINE and "\n" not in line:
        return line
    return "[\n" + "".join(f"{value},\n" for value in written) + "]"


def _object(values: JsonObject) -> str:
    lines = (f"{_key(key)} = {expression(value)}\n" for key, value in values.items())
    return "{\n" + "".join(lines) + "}" if values else "{}"


def _key(key: str) -> str:
    if _IDENTIFIER.fullmatch(key) and key not in _KEYWORDS:
        return key
    written = expression(key, heredoc=False)
    return written if written.startswith('"') else f"({written})"
