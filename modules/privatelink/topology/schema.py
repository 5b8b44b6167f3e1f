"""The JSON Schema of topology files, which editors complete and check files with.

It describes each part of a file; the rules between parts are the model's.
"""

import json

from pydantic.json_schema import JsonSchemaValue

from privatelink.topology.model import Topology


def schema() -> JsonSchemaValue:
    """Return the JSON Schema of a topology file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "PrivateLink topology",
        **tidied(Topology.model_json_schema(by_alias=True, mode="validation")),
    }


def render() -> str:
    """Return the text of the schema's file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def tidied(node: JsonSchemaValue) -> JsonSchemaValue:
    """Return a schema without what concerns Python alone: titles of classes, and null, which no file has."""
    node = dict(node)
    if isinstance(node.get("title"), str):
        del node["title"]
    if "default" in node and node["default"] is None:
        del node["default"]
    if {"type": "null"} in node.get("anyOf", ()):
        (only,) = (choice for choice in node.pop("anyOf") if choice != {"type": "null"})
        node = {**only, **node}
    if patterns := node.pop("patternProperties", None):  # these would allow any other key
        ((pattern, value),) = patterns.items()
        names = {**node.get("propertyNames", {}), "pattern": pattern}
        node = {**node, "propertyNames": names, "additionalProperties": value}
    return {key: _tidied_value(value) for key, value in node.items()}


def _tidied_value(value: object) -> object:
    if isinstance(value, dict):
        return tidied(value)
    if isinstance(value, list):
        return [_tidied_value(item) for item in value]
    return value
