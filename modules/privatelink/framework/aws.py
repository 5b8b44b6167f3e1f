"""The one door to the framework and its AWS bindings, built for a fast start.

Importing the AWS bindings the stock way costs some 20 seconds and over 600 MB, for two reasons
(https://github.com/hashicorp/terraform-cdk/issues/3753): the package's `__init__` imports 2,212 submodules,
and its JavaScript index requires every resource. Here

1. an empty parent package stands in `sys.modules`, so that only the submodules named below are imported, each
   when it is first used, and
2. a Node preload (`node_preload.cjs`) makes the JavaScript index lazy, and Node, one process instead of two,
   loads what it will need while Python is still importing (`node_process.py`),
3. the bindings, which check the types of every argument, work out the hints of a function once, not on every
   call: a tenth of the time of a large topology, and
4. only the arguments that were given are sent to Node (`given_arguments.py`): a fifth of it.

All leave the generated JSON as it is, byte for byte. `PRIVATELINK_STOCK_BINDINGS=1` turns them off.
Import this module before the framework and `constructs`: jsii's own Node process starts with those. A program
that imports them first is warned. `framework.py` says which framework it is: cdktf, or its fork cdktn.
"""

import atexit
import functools
import importlib
import importlib.metadata
import importlib.util
import sys
import typing
import warnings
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from types import ModuleType
from typing import Any

from privatelink.framework import jsii_cache, node_process
from privatelink.framework.choice import FRAMEWORK
from privatelink.framework.classes import OF_BINDINGS, OF_FRAMEWORK
from privatelink.framework.fast_start import STOCK_BINDINGS

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The index takes some 4 s on two idle cores; a run that does not wait for it leaves every later one slow.
INDEX_WAIT_SECONDS = 60.0


def _stand_in_for_bindings() -> None:
    """Put an empty package with the bindings' `__path__` where their `__init__` would be."""
    spec = importlib.util.find_spec(FRAMEWORK.bindings)
    assert spec  # noqa: S101  (framework.py has found it)
    package = ModuleType(FRAMEWORK.bindings)
    package.__path__ = list(spec.submodule_search_locations or [])
    package.__spec__ = spec
    sys.modules[FRAMEWORK.bindings] = package


_version = importlib.metadata.version
_version_once = functools.cache(_version)


@contextmanager
def _version_looked_up_once() -> "Iterator[None]":
    """Each module of the bindings asks for the version of the same package, which reads its metadata anew."""
    importlib.metadata.version = _version_once
    try:
        yield
    finally:
        importlib.metadata.version = _version


class _Typing(ModuleType):
    """The module `typing` as the bindings see it, with another way to a function's type hints."""

    def __init__(self, get_type_hints: "Callable[[Any], Any]", **others: object) -> None:
        super().__init__("typing")
        vars(self).update(vars(typing) | {"get_type_hints": get_type_hints} | others)


class _Unchecked:
    """Stands for `Optional`, `Union` and the like where the types they make are checked by no one."""

    def __getitem__(self, _: object) -> None:
        return None


_given: dict[str, object] = {}
"""What the modules of the bindings see in the place of names of their own."""


def _give(found: Any) -> None:  # noqa: ANN401
    # The modules hide what they import, but their functions' globals are what they run with.
    found.__init__.__globals__.update(_given)


def _give_bindings(**names: object) -> None:
    """Let the modules of the bindings, and nothing else, see other things under these names."""
    _given.update(names)
    for name in __all__:
        if name in globals():
            _give(globals()[name])


def trust_arguments() -> None:
    """Have the bindings skip their type checks, for a program whose own constructs are tested with them on.

    Every argument is checked twice, a fifth of the time of a large topology. jsii still refuses what a
    resource cannot take.
    """
    if not STOCK_BINDINGS:
        _give_bindings(
            typing=_Typing(
                lambda _: defaultdict(lambda: None),
                **dict.fromkeys(("Dict", "List", "Mapping", "Optional", "Sequence", "Union"), _Unchecked()),
            ),
            check_type=lambda argname, value, expected_type: value,
        )


def _finish_cache() -> None:
    if not jsii_cache.wait_until_warm(INDEX_WAIT_SECONDS):
        print(
            f"jsii's package cache is still cold; warm it with: python -m {__package__}.warm", file=sys.stderr
        )


def _start_node() -> None:
    """Start Node, or say that the fast start has come too late, which changes nothing else."""
    before = sorted({"constructs", FRAMEWORK.package, FRAMEWORK.bindings} & sys.modules.keys())
    if not before:
        node_process.start()
    else:
        warnings.warn(
            f"{' and '.join(before)} imported before {__name__}: the fast start comes too late, and each run "
            f"takes several seconds and hundreds of MB more; import {__name__} first, and sort imports so",
            RuntimeWarning,
            stacklevel=3,
        )


node_process.require()
if not STOCK_BINDINGS:
    _start_node()
    # It imports jsii, which takes as long as Node takes to start.
    from privatelink.framework import given_arguments, typeguard_alone

    given_arguments.send_only_given()
    typeguard_alone.import_typeguard()
    if FRAMEWORK.bindings not in sys.modules:
        _stand_in_for_bindings()

if not jsii_cache.is_warm():
    print("first run: filling jsii's package cache, once for this machine ...", file=sys.stderr, flush=True)
    # Runs before jsii stops its Node process: handlers run in the reverse order of their registration.
    atexit.register(_finish_cache)

from constructs import Construct  # noqa: E402

__all__ = ["Construct", *OF_FRAMEWORK, *OF_BINDINGS]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a class of the framework or its bindings, and remember it.

    https://docs.python.org/3/reference/datamodel.html#customizing-module-attribute-access
    """
    if name not in __all__:
        msg = f"{__name__} has no {name}; add it to the table of the bindings' modules"
        raise AttributeError(msg)
    place = f"{FRAMEWORK.bindings}.{OF_BINDINGS[name]}" if name in OF_BINDINGS else FRAMEWORK.package
    with nullcontext() if STOCK_BINDINGS else _version_looked_up_once():
        module = importlib.import_module(place)
    found = globals()[name] = getattr(module, name)
    _give(found)
    if "TF_RESOURCE_TYPE" in vars(found):
        node_process.expect(found.__jsii_type__)
    return found


if not STOCK_BINDINGS:
    _give_bindings(typing=_Typing(functools.cache(typing.get_type_hints)))
