"""Converts a configuration from Terraform's JSON syntax to files in its native syntax.

The files have the usual names: `terraform.tf`, `providers.tf`, `outputs.tf`, and one for each construct of
the stack (`network.tf`, `load-balancer.tf`). In a file, blocks that others refer to come first; otherwise
blocks are sorted by address. So the order depends only on the configuration.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from privatelink.hcl.blocks import OF_EVERY_RESOURCE, OF_TERRAFORM, block, bodies
from privatelink.hcl.schema import Schema
from privatelink.json_types import Json, JsonObject
from privatelink.literal import literal

MAIN = "main"
FILES = {
    "terraform": "terraform",
    "provider": "providers",
    "variable": "variables",
    "locals": "locals",
    "output": "outputs",
    "module": MAIN,
    "moved": "moved",
    "removed": "moved",
    "import": "imports",
}
_REFERENCE = re.compile(r"\b(?:data\.)?[a-z0-9_]+\.[A-Za-z_][\w-]*")


@dataclass(frozen=True)
class _Block:
    """A resource, data source or check: its address, its file, its text, and the addresses it refers to."""

    address: str
    file: str
    text: str
    needs: frozenset[str]


def files(configuration: JsonObject, schema: Schema) -> dict[str, str]:
    """Convert a configuration to files by name, not yet formatted.

    Raises:
        ValueError: no provider has a type of the configuration, or a block is not an object.
    """
    if unknown := configuration.keys() - {*FILES, "data", "resource", "check", "//"}:
        allowed = ", ".join(sorted({*FILES, "data", "resource", "check"}))
        msg = f"unknown block: {', '.join(sorted(unknown))}; allowed: {allowed}"
        raise ValueError(msg)
    written: dict[str, list[str]] = defaultdict(list)
    for kind, file in FILES.items():
        written[file] += _of_terraform(kind, configuration.get(kind, []), schema)
    for one in _in_order(list(_resources(configuration, schema))):
        written[one.file].append(one.text)
    return {f"{file}.tf": "\n".join(blocks) for file, blocks in sorted(written.items()) if blocks}


def _of_terraform(kind: str, value: Json, schema: Schema) -> Iterator[str]:
    if kind in ("terraform", "locals", "moved", "removed", "import"):
        for body in bodies(kind, value):
            # In JSON, unlike in the native syntax, the texts of this block are no templates.
            written = literal(body) if kind == "terraform" else body
            yield block(kind, (), written, OF_TERRAFORM.get(kind, {}))
        return
    for label, labelled in (item for body in bodies(kind, value) for item in body.items()):
        blocks = schema.blocks_of(kind, label) if kind == "provider" else OF_TERRAFORM.get(kind, {})
        for body in bodies(kind, labelled):
            yield block(kind, (label,), body, blocks)


def _resources(configuration: JsonObject, schema: Schema) -> Iterator[_Block]:
    found = [
        (kind, type_, name, body)
        for kind in ("data", "resource")
        for types in bodies(kind, configuration.get(kind, []))
        for type_, names in types.items()
        for named in bodies(kind, names)
        for name, labelled in named.items()
        for body in bodies(kind, labelled)
    ]
    constructs = {construct for *_, name, body in found if (construct := _construct(name, body))}
    for kind, type_, name, body in found:
        text = block(kind, (type_, name), body, {**schema.blocks_of(kind, type_), **OF_EVERY_RESOURCE})
        address = f"data.{type_}.{name}" if kind == "data" else f"{type_}.{name}"
        yield _Block(address, _construct(name, body) or _begun(name, constructs), text, _needs(body))
    for checks in bodies("check", configuration.get("check", [])):
        for name, labelled in checks.items():
            for body in bodies("check", labelled):
                text = block("check", (name,), body, OF_TERRAFORM["check"])
                yield _Block(f"check.{name}", _begun(name, constructs), text, _needs(body))


def _construct(name: str, body: JsonObject) -> str:
    """Return the construct of a resource, from the framework's metadata; empty if there is none."""
    note = body.get("//")
    metadata = note.get("metadata") if isinstance(note, dict) else None
    path = metadata.get("path") if isinstance(metadata, dict) else None
    steps = path.split("/") if isinstance(path, str) else []
    return steps[1] if len(steps) > 2 else ""


def _begun(name: str, constructs: set[str]) -> str:
    """Return the construct that a name begins with."""
    begun = name.partition("_")[0]
    return begun if begun in constructs else MAIN


def _needs(body: JsonObject) -> frozenset[str]:
    return frozenset(_REFERENCE.findall(json.dumps(body)))


def _in_order(blocks: list[_Block]) -> Iterator[_Block]:
    """Sort blocks: referenced blocks first, otherwise by address. (graphlib does not define this order.)"""
    waiting = {one.address: one for one in blocks}
    while waiting:
        # References in texts may be circular.
        ready = [one for one in waiting.values() if not one.needs & waiting.keys() - {one.address}]
        first = min(ready or waiting.values(), key=lambda one: one.address)
        yield waiting.pop(first.address)
