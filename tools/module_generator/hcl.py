"""Terraform's own language: expressions out of the templates in synthesized JSON, and blocks out of mappings.

https://developer.hashicorp.com/terraform/language/syntax/configuration
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from privatelink.hcl import expressions

# What Terraform's JSON leaves to the provider's schema: of the same look, some keys are blocks, the others
# are attributes: https://developer.hashicorp.com/terraform/language/syntax/json#nested-block-mapping
BLOCKS = frozenset(
    (
        *("alias", "assert", "default_action", "dns_options", "filter", "health_check", "lifecycle"),
        *("postcondition", "precondition", "subnet_configuration", "subnet_mapping", "validation", "vpc"),
    )
)
# Their values are references, not templates.
REFERENCES = frozenset(("depends_on", "ignore_changes", "provider", "replace_triggered_by"))


@dataclass(frozen=True)
class Raw:
    """An expression."""

    text: str


@dataclass(frozen=True)
class Dynamic:
    """A block that is there once for each element of a collection."""

    for_each: str
    content: Mapping[str, Any]


def parts(template: str) -> Iterator[tuple[bool, str]]:
    """Cut a template into its texts and its expressions; the latter are marked."""
    for marked, text in expressions.parts(template):
        yield marked, text[2:-1] if marked else text


def pieces(expression: str) -> Iterator[tuple[bool, str]]:
    """Cut an expression into what is quoted in it, without the quotes and marked, and what is not."""
    at = start = 0
    while (at := expression.find('"', at)) >= 0:
        if start < at:
            yield False, expression[start:at]
        end = expressions.end_of_quoted(expression, at + 1)
        yield True, expression[at + 1 : end - 1]
        at = start = end
    if start < len(expression):
        yield False, expression[start:]


def quoted(template: str) -> str:
    """A template as an expression: the one expression that it is, or in quotes."""
    found = [*parts(template)]
    if len(found) == 1 and found[0][0]:
        return found[0][1]
    return (
        '"' + "".join(f"${{{text}}}" if marked else expressions.escaped(text) for marked, text in found) + '"'
    )


def expression(value: Any) -> str:  # noqa: ANN401
    """A value as an expression."""
    match value:
        case Raw():
            return value.text
        case str():
            return quoted(value)
        case list() | tuple():
            items = [expression(item) for item in value]
            if sum(map(len, items)) < 80:
                return f"[{', '.join(items)}]"
            return "[\n" + "".join(f"{item},\n" for item in items) + "]"
        case Mapping():
            body = "\n".join(f"{_key(key)} = {expression(item)}" for key, item in value.items())
            return f"{{\n{body}\n}}" if len(value) > 1 else f"{{ {body} }}" if value else "{}"
        case None:
            return "null"
        case _:
            return json.dumps(value)


def _key(key: str) -> str:
    return key if re.fullmatch("[A-Za-z_][A-Za-z0-9_-]*", key) else f"({quoted(key)})"


FIRST = ("count", "for_each", "provider")


def block(header: str, body: Mapping[str, Any]) -> str:
    """A block: meta-arguments, attributes, blocks; not aligned, which `terraform fmt` does.

    https://developer.hashicorp.com/terraform/language/style
    """
    first = [_attribute(key, body[key]) for key in FIRST if key in body]
    others = [
        _attribute(key, value)
        for key, value in body.items()
        if key not in BLOCKS | {*FIRST, "tags"} and (key, value) != ("depends_on", Raw("[]"))
    ]
    last = [_attribute("tags", body["tags"])] if "tags" in body else []
    nested = [_nested(key, value) for key, value in body.items() if key in BLOCKS]
    return (
        f"{header} {{\n"
        + "\n".join(filter(None, ["".join(first), "".join(others), "".join(last), *nested]))
        + "}\n"
    )


def _attribute(key: str, value: Any) -> str:  # noqa: ANN401
    return f"{key} = {expression(value)}\n"


def _nested(key: str, value: Any) -> str:  # noqa: ANN401
    if isinstance(value, Dynamic):
        content = block("content", value.content)
        return f'dynamic "{key}" {{\nfor_each = {value.for_each}\n{content}}}\n'
    return "\n".join(block(key, item) for item in (value if isinstance(value, list) else [value]))
