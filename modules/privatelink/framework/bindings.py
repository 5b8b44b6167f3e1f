"""Load single modules of the AWS bindings, and skip the type checks that a tested program does not need."""

import importlib.util
import sys
import typing
from collections import defaultdict
from types import ModuleType

from privatelink.framework import guard
from privatelink.framework.choice import FRAMEWORK


def stand_in() -> None:
    """Put an empty package in place of the bindings' `__init__`, which imports all 2,212 modules.

    Each module is imported from the empty package on first use.
    """
    spec = importlib.util.find_spec(FRAMEWORK.bindings) if FRAMEWORK.bindings not in sys.modules else None
    if spec is not None:
        package = ModuleType(FRAMEWORK.bindings)
        package.__path__ = list(spec.submodule_search_locations or [])
        package.__spec__ = spec
        sys.modules[FRAMEWORK.bindings] = package


class _Unchecked:
    """Replaces `Optional`, `Union` and similar where nothing checks the resulting types."""

    def __getitem__(self, _: object) -> None:
        return None


class _Typing(ModuleType):
    """Replaces the module `typing` in the bindings: its type hints are empty."""

    def __init__(self) -> None:
        super().__init__("typing")
        names = ("Dict", "List", "Mapping", "Optional", "Sequence", "Union")
        no_hints: defaultdict[str, None] = defaultdict(lambda: None)
        vars(self).update(vars(typing) | dict.fromkeys(names, _Unchecked()))
        vars(self).update(get_type_hints=lambda _: no_hints)


# Names in the modules of the bindings, and their replacements.
_UNCHECKED = {"typing": _Typing(), "check_type": lambda argname, value, expected_type: value}

_trusted = False
_used: list[type[object]] = []


def use(found: type[object]) -> None:
    """Register a class that the program uses; it skips its type checks if arguments are trusted.

    Arguments:
        found: a class of the bindings.
    """
    _used.append(found)
    if _trusted:
        _skip_checks(found)


def trust_arguments() -> None:
    """Make the bindings skip their type checks."""
    global _trusted
    _trusted = True
    for found in _used:
        _skip_checks(found)


def _skip_checks(found: type[object]) -> None:
    # `sys.modules` does not show the imports of these modules; the globals of their functions do.
    seen = getattr(found.__init__, "__globals__", {})
    if missing := _UNCHECKED.keys() - seen.keys():
        guard.stock_way(f"{min(missing)} in the modules of the bindings")
    else:
        seen.update(_UNCHECKED)
