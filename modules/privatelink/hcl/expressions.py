"""Values of Terraform's JSON syntax as expressions of its native syntax.

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
# As the first key of an object it would begin a `for` expression.
_KEYWORDS = {"for"}
# Whether an expression is a text cannot be seen; ids and ARNs are.
_SURELY_TEXT = re.compile(r"[\w.\-]*[._](id|arn)")


def expression(value: Json, *, heredoc: bool = True) -> str:
    """Write what `json.loads` made of a value; `heredoc`: whether a line may end after it, as one needs."""
    if isinstance(value, str):
        return _text(value, heredoc=heredoc)
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, list):
        return _list(value)
    return json.dumps(value)


def parts(template: str) -> Iterator[tuple[bool, str]]:
    """Split a template into its literal parts and, marked True, its `${ }` and `%{ }` sequences."""
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
    """Return the place after the brace that closes a sequence whose content begins at `at`."""
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
    msg = f"template without its closing brace: {template!r}"
    raise ValueError(msg)


def end_of_quoted(template: str, at: int) -> int:
    """Return the place after the quote that ends a text which begins at `at`."""
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
    """Write a literal part as it stands between quotes."""
    for character, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        literal = literal.replace(character, written)
    return literal


def _heredoc(template: str) -> str:
    # Not indented: what is in it stays as it is, and backslashes mean nothing there.
    lines, end = template.split("\n"), "EOT"
    while any(line.strip() == end for line in lines):
        end += "_"
    return f"<<{end}\n{template}{end}"


def _document(template: str) -> Json:
    """Return the document that `jsonencode` turns into this very text; None if there is none."""
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
    """As Terraform does it: https://developer.hashicorp.com/terraform/language/functions/jsonencode."""
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
    """Whether it is text in a JSON document, too: a number alone would lose its quotes."""
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
