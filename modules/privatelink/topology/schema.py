"""The JSON Schema of topology files, and the table of their fields.

Editors complete and check files with the schema, people read the table. Both say what the parts of a file
look like; the rules between them stay with the model.
"""

import json
from typing import Any

from privatelink.topology.model import Topology


def schema() -> dict[str, Any]:
    """Give the JSON Schema of a topology file, as it is written."""
    tidied: dict[str, Any] = _tidy(Topology.model_json_schema(by_alias=True, mode="validation"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "PrivateLink topology",
        **tidied,
    }


def render() -> str:
    """Give the file's text."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def render_fields() -> str:
    """Give the text of the page that lists every field, section by section."""
    written = schema()
    sections = [("", written)]
    lines = [
        "# The topology file",
        "",
        "Every field, as the model has it; `make schema` writes this page. A field marked * is required. The",
        "rules between fields are in `modules/privatelink/topology`, each with the AWS page it follows.",
    ]
    while sections:
        path, section = sections.pop(0)
        lines += ["", f"## `{path}`" if path else "## The file", "", section["description"], ""]
        lines += ["| field | default | what it says |", "|---|---|---|"]
        below = []
        for name, field in section["properties"].items():
            star = "" if name not in section.get("required", ()) else " *"
            default = (
                f"`{json.dumps(field['default'])}`" if field.get("default") not in (None, {}, []) else ""
            )
            lines.append(f"| `{name}`{star} | {default} | {field['description']} |")
            if inner := _inner(field):
                suffix = {"array": "[]", "object": ".<name>"}.get(field.get("type", ""), "")
                below.append((f"{path}.{name}{suffix}".lstrip("."), written["$defs"][inner]))
        sections = below + sections
    return "\n".join(lines) + "\n"


def _inner(field: dict[str, Any]) -> str:
    """The name of the part that a field, or each item of it, holds."""
    items = field.get("items", {}) if field.get("type") == "array" else field.get("additionalProperties", {})
    for place in (field, items):
        if isinstance(place, dict) and "$ref" in place:
            return str(place["$ref"]).rpartition("/")[2]
    return ""


def _tidy(node: Any) -> Any:  # noqa: ANN401
    """Drop what pydantic says of Python: titles of classes, and nulls, which a topology file never has."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = dict(node)
    if isinstance(node.get("title"), str):
        del node["title"]
    if "default" in node and node["default"] is None:
        del node["default"]
    if {"type": "null"} in node.get("anyOf", ()):
        (only,) = (choice for choice in node.pop("anyOf") if choice != {"type": "null"})
        node = {**only, **node}
    if patterns := node.pop("patternProperties", None):  # which would let any other key through
        ((pattern, value),) = patterns.items()
        names = {**node.get("propertyNames", {}), "pattern": pattern}
        node = {**node, "propertyNames": names, "additionalProperties": value}
    return {key: _tidy(value) for key, value in node.items()}


def pages() -> dict[str, str]:
    """Give the texts of the generated pages, by file name."""
    return {"topology.schema.json": render(), "topology.md": render_fields()}
