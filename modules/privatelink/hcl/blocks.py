"""Converts blocks from Terraform's JSON syntax to its native syntax; `terraform fmt` formats them afterwards.

In JSON, a block looks like an argument whose value is an object. The providers' schemas distinguish them
(schema.py).

https://developer.hashicorp.com/terraform/language/syntax/json
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from privatelink.hcl.expressions import expression
from privatelink.json_types import Json, JsonObject

Blocks: TypeAlias = Mapping[str, "Blocks"]
"""The keys of a body that are blocks, with those of each nested block: `{"root_block_device": {}}`."""

_CONDITIONS: Blocks = {"precondition": {}, "postcondition": {}}
OF_EVERY_RESOURCE: Blocks = {
    "lifecycle": _CONDITIONS,
    "connection": {},
    "provisioner": {"connection": {}},
}
OF_TERRAFORM: Mapping[str, Blocks] = {
    "terraform": {"required_providers": {}, "backend": {}, "cloud": {"workspaces": {}}},
    "variable": {"validation": {}},
    "output": _CONDITIONS,
    "check": {"assert": {}},
    "removed": OF_EVERY_RESOURCE,
}
LABELLED = {"backend", "provisioner", "dynamic"}
# Arguments that are names in the native syntax, and strings without ${ } in JSON.
NAMES = {
    "resource": {"provider", "depends_on"},
    "data": {"provider", "depends_on"},
    "module": {"providers", "depends_on"},
    "output": {"depends_on"},
    "variable": {"type"},
    "moved": {"from", "to"},
    "import": {"to", "provider"},
    "removed": {"from"},
    "lifecycle": {"ignore_changes", "replace_triggered_by"},
}
FIRST = ("count", "for_each", "provider")


def block(
    kind: str, labels: tuple[str, ...], body: JsonObject, blocks: Blocks, *, inside: bool = False
) -> str:
    """Write a block in Terraform's order: meta-arguments, arguments, nested blocks, tags, `lifecycle`.

    https://developer.hashicorp.com/terraform/language/style#resource-order

    Arguments:
        kind: the type of the block.
        labels: the labels of the block.
        body: the content of the block.
        blocks: the keys of the body that are blocks.
        inside: whether the block is nested in another one.
    """
    names = NAMES.get(kind, set()) if not inside or kind == "lifecycle" else set()
    nested = {key for key in body if key in blocks or key == "dynamic"}
    arguments = {
        key: f"{key} = {_names(value) if key in names else expression(value)}\n"
        for key, value in body.items()
        if key != "//" and key not in nested
    }
    first = "".join(arguments.pop(key, "") for key in FIRST)
    tags, depends_on = arguments.pop("tags", ""), arguments.pop("depends_on", "")
    inner = [text for key in sorted(nested - {"lifecycle"}) for text in _nested(key, body[key], blocks)]
    life = _nested("lifecycle", body["lifecycle"], blocks) if "lifecycle" in nested else ()
    groups = [first, "".join(arguments.values()), *inner, tags, *life, depends_on]
    text = "\n".join(filter(None, groups))
    head = " ".join([kind, *(f'"{label}"' for label in labels)])
    return f"{head} {{\n{text}}}\n" if text else f"{head} {{}}\n"


def bodies(kind: str, value: Json) -> Iterator[JsonObject]:
    """Yield the bodies of blocks, given as one object or as a list of objects."""
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            msg = f"malformed block {kind}: {item!r}; allowed: an object, or a list of objects"
            raise ValueError(msg)
        yield item


def _nested(kind: str, value: Json, blocks: Blocks) -> Iterator[str]:
    for body in bodies(kind, value):
        if kind not in LABELLED:
            yield block(kind, (), body, blocks[kind], inside=True)
            continue
        for label, labelled in body.items():
            inner = {"content": blocks[label]} if kind == "dynamic" else blocks[kind]
            for one in bodies(kind, labelled):
                yield block(kind, (label,), one, inner, inside=True)


def _names(value: Json) -> str:
    """Write one name, a list of names, or a module's providers by their names."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"{key} = {_names(item)}\n" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_names, value))}]"
    return expression(value) if isinstance(value, str) and value.startswith("${") else str(value)
