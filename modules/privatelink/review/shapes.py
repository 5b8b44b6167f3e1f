"""Read values of a plan's JSON as the expected type; a plan may be damaged, or of any provider."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

_WHOLE = re.compile(r"-?\d{1,9}")
_MODULE = re.compile(r'module\.([^.\[]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?')


class Unknown:
    """A value that is known only after the apply."""

    def __repr__(self) -> str:
        return "(known after apply)"


UNKNOWN: Final = Unknown()
Value: TypeAlias = dict[str, "Value"] | list["Value"] | str | int | float | bool | Unknown | None
"""A value in a plan."""
Key: TypeAlias = str | int | None
"""A key of `for_each` or `count`; None without them."""


def mapping(value: Value) -> Mapping[str, Value]:
    """Return an object; an empty one for any other value."""
    return value if isinstance(value, dict) else {}


def mappings(value: Value) -> list[dict[str, Value]]:
    """Return the objects of a list; a single object, such as a nested block, is a list of one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Value) -> str:
    """Return a string; an empty one for any other value."""
    return value if isinstance(value, str) else ""


def encodable(text: str) -> str:
    """Return a text that can be encoded as UTF-8; names of files and stacks may not be."""
    return text.encode("utf-8", "replace").decode()


def items(value: Value) -> list[Value]:
    """Return the items of a list that are not empty; a single value is a list of one."""
    if isinstance(value, list):
        return [item for item in value if item is not None and item != ""]
    return [] if value is None or value == "" else [value]


def whole(value: Value) -> int | None:
    """Return an integer, also from a string or a float; None for any other value."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, str):
        return int(value) if _WHOLE.fullmatch(value) else None
    return int(value) if isinstance(value, float) and value.is_integer() else None


@lru_cache(maxsize=4096)
def steps_of(module: str) -> tuple[tuple[str, Key], ...]:
    """Return the names and keys in a module address: `a` with "x", and `b` for `module.a["x"].module.b`."""
    return tuple((name, key_of(key)) for name, key in _MODULE.findall(module))


def key_of(written: str) -> Key:
    """Parse a key of `count` or `for_each`, as an address has it between its brackets."""
    if not written:
        return None
    if written.startswith('"'):
        return written[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return int(written[:9])
