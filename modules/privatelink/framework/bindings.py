"""The AWS bindings without what they import, and without the checks that a tested program does not need."""

import importlib.util
import sys
import typing
from collections import defaultdict
from types import ModuleType
from typing import Any

from privatelink.framework import guard
from privatelink.framework.choice import FRAMEWORK


def stand_in() -> None:
    """Put an empty package where the bindings' `__init__` would be, which imports all 2,212 modules.

    Each module is imported from it when it is first used.
    """
    spec = importlib.util.find_spec(FRAMEWORK.bindings) if FRAMEWORK.bindings not in sys.modules else None
    if spec is not None:
        package = ModuleType(FRAMEWORK.bindings)
        package.__path__ = list(spec.submodule_search_locations or [])
        package.__spec__ = spec
        sys.modules[FRAMEWORK.bindings] = package


class _Unchecked:
    """Stands for `Optional`, `Union` and the like where the types they make are checked by no one."""

    def __getitem__(self, _: object) -> None:
        return None


class _Typing(ModuleType):
    """The module `typing` as the bindings see it, with type hints that hold no type."""

    def __init__(self) -> None:
        super().__init__("typing")
        names = ("Dict", "List", "Mapping", "Optional", "Sequence", "Union")
        no_hints: defaultdict[str, None] = defaultdict(lambda: None)
        vars(self).update(vars(typing) | dict.fromkeys(names, _Unchecked()))
        vars(self).update(get_type_hints=lambda _: no_hints)


# What the modules of the bindings see instead of names of their own.
_UNCHECKED = {"typing": _Typing(), "check_type": lambda argname, value, expected_type: value}

_trusted = False
_used: list[type[Any]] = []


def use(found: type[Any]) -> None:
    """Have a class that is used from now on skip its checks, if arguments are trusted."""
    _used.append(found)
    if _trusted:
        _skip_checks(found)


def trust_arguments() -> None:
    """Have the bindings skip their type checks."""
    global _trusted
    _trusted = True
    for found in _used:
        _skip_checks(found)


def _skip_checks(found: type[Any]) -> None:
    # The modules hide what they import, but their functions' globals are what they run with.
    seen = getattr(found.__init__, "__globals__", {})
    if missing := _UNCHECKED.keys() - seen.keys():
        guard.stock_way(f"{min(missing)} in the modules of the bindings")
    else:
        seen.update(_UNCHECKED)
