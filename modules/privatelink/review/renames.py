"""Resources that get another address: Terraform destroys and creates them, unless a `moved` block says so.

https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from privatelink.review.change import Change
from privatelink.review.shapes import UNKNOWN, Key, Value
from privatelink.review.world import Worlds, remembered

_NOT_SET: tuple[Value, ...] = (None, "", [], {}, False)
_IGNORED = frozenset({"tags", "tags_all", "timeouts"})
"""Attributes that may differ, although it is the same resource."""
_Scalar: TypeAlias = str | int | float
_Known: TypeAlias = tuple[tuple[str, _Scalar], ...]


@remembered
def renames(worlds: Worlds) -> Mapping[Change, Change]:
    """Return the created resource for each destroyed one with the same arguments.

    If several have the same arguments, their keys or names decide; without a decision there is no pair.
    """
    destroyed: dict[tuple[str, str], list[Change]] = defaultdict(list)
    created: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for plan in worlds.plans:
        for change in plan.changes:
            if change.mode == "managed" and not change.deposed:
                place = change.stack, change.type
                if change.destroyed:
                    destroyed[place].append(change)
                elif change.created:
                    created[place].append(change)
    return dict(
        pair
        for place in destroyed.keys() & created.keys()
        for pair in _pairs(destroyed[place], created[place])
    )


def moved_block(worlds: Worlds, change: Change) -> str:
    """Return the `moved` block for a destroyed resource that gets another address; empty for any other."""
    new = renames(worlds).get(change)
    if new is None:
        return ""
    old_modules, new_modules = _modules(change), _modules(new)
    if (change.name, change.key) == (new.name, new.key) and old_modules and new_modules:
        # The module moves, with all its resources.
        while min(len(old_modules), len(new_modules)) > 1 and old_modules[-1] == new_modules[-1]:
            old_modules, new_modules = old_modules[:-1], new_modules[:-1]
        return _block(old_modules, new_modules)
    keys = ("", "") if change.key == new.key else (_key(change.key), _key(new.key))
    return _block(
        [*old_modules, f"{change.type}.{change.name}{keys[0]}"],
        [*new_modules, f"{new.type}.{new.name}{keys[1]}"],
    )


def _block(old: Sequence[str], new: Sequence[str]) -> str:
    return f"moved {{\n  from = {'.'.join(old)}\n  to   = {'.'.join(new)}\n}}"


def _modules(change: Change) -> list[str]:
    return [f"module.{name}{_key(key)}" for name, key in change.module]


def _key(key: Key) -> str:
    return "" if key is None else f"[{json.dumps(key, ensure_ascii=False)}]"


def _pairs(destroyed: Sequence[Change], created: Sequence[Change]) -> Iterator[tuple[Change, Change]]:
    # Resources of one type have few different sets of known arguments: compare by these, not each to each.
    by_known: dict[_Known, list[tuple[Change, Mapping[str, Value]]]] = defaultdict(list)
    for new in created:
        arguments = new.attributes("after")
        if known := _known(arguments):
            by_known[known].append((new, arguments))
    name_sets = {tuple(name for name, _ in known) for known in by_known}
    fitting: dict[Change, list[Change]] = {}
    wanted: dict[Change, int] = defaultdict(int)
    for old in destroyed:
        values = old.attributes("before")
        found = [
            new
            for names in name_sets
            for new, arguments in by_known.get(_scalars(values, names), ())
            if _agree(values, arguments)
        ]
        if len(found) > 1:
            same = [new for new in found if new.key == old.key and new.name == old.name]
            found = same or [new for new in found if new.key == old.key or new.name == old.name]
        fitting[old] = found
        for new in found:
            wanted[new] += 1
    for old, found in fitting.items():
        if len(found) == 1 and wanted[found[0]] == 1:
            yield old, found[0]


def _known(values: Mapping[str, Value]) -> _Known:
    names = sorted(
        name
        for name, value in values.items()
        if name not in _IGNORED and isinstance(value, str | int | float) and value not in _NOT_SET
    )
    return _scalars(values, names)


def _scalars(values: Mapping[str, Value], names: Sequence[str]) -> _Known:
    return tuple((name, value) for name in names if isinstance(value := values.get(name), str | int | float))


def _agree(old: Value | Mapping[str, Value], new: Value | Mapping[str, Value]) -> bool:
    """Whether an argument of a new resource is not set, unknown until the apply, or as it was."""
    if new is UNKNOWN or new in _NOT_SET:
        return True
    if isinstance(new, dict):
        had = old if isinstance(old, dict) else {}
        return all(name in _IGNORED or _agree(had.get(name), value) for name, value in new.items())
    if isinstance(new, list):
        had_items = old if isinstance(old, list) else []
        return len(new) == len(had_items) and all(map(_agree, had_items, new))
    return old == new
