"""Blocks of Terraform's JSON syntax in its native syntax; `terraform fmt` indents and aligns them.

JSON does not tell a block from an argument whose value is an object; the providers' schemas do (schema.py).

https://developer.hashicorp.com/terraform/language/syntax/json
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from privatelink.hcl.expressions import expression
from privatelink.json_types import Json, JsonObject

Blocks: TypeAlias = Mapping[str, "Blocks"]
"""Which arguments of a body are blocks, and which of theirs are in turn: `{"root_block_device": {}}`."""

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
# What is a name in the native syntax, and a text without ${ } in JSON.
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
    """Write a block in Terraform's order: what repeats it, arguments, the blocks in it, tags, its life.

    https://developer.hashicorp.com/terraform/language/style#resource-order

    Arguments:
        kind: the block's type.
        labels: its labels.
        body: what is in it.
        blocks: which arguments of the body are blocks.
        inside: whether it is in another block.
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
    """The blocks that an object, or a list of them, stands for."""
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
    """One name, several, or a module's providers by theirs."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"{key} = {_names(item)}\n" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_names, value))}]"
    return expression(value) if isinstance(value, str) and value.startswith("${") else str(value)
