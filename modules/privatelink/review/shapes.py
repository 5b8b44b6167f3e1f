"""What a plan's JSON holds, taken as what it should be: a plan may be of any provider, or damaged."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

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
    """An object; an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def mappings(value: Value) -> list[dict[str, Value]]:
    """The objects of a list; a nested block that is no list is one."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: Value) -> str:
    """A string; an empty one where it is none."""
    return value if isinstance(value, str) else ""


def encodable(text: str) -> str:
    """A text that can be written as UTF-8, as names of files and stacks need not be."""
    return text.encode("utf-8", "replace").decode()


def printable(text: str) -> str:
    """A text without control characters and line breaks, as names of resources are anyone's."""
    return text if text.isprintable() else "".join(each if each.isprintable() else " " for each in text)


def items(value: Value) -> list[Value]:
    """The items of a list that are something; a single value is a list of one."""
    if isinstance(value, list):
        return [item for item in value if item is not None and item != ""]
    return [] if value is None or value == "" else [value]


def whole(value: Value) -> int | None:
    """A whole number, also where it is written as a string; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,9}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


@lru_cache(maxsize=4096)
def steps_of(module: str) -> tuple[tuple[str, Key], ...]:
    """The names and keys in a module's address: `module.a["x"].module.b` gives `a` with "x", and `b`."""
    return tuple((name, key_of(key)) for name, key in _MODULE.findall(module))


def key_of(written: str) -> Key:
    """A key of `count` or `for_each` as it is written in an address, without its brackets."""
    if not written:
        return None
    if written.startswith('"'):
        return written[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return int(written[:9])
