"""Import typeguard without `unittest.mock`, which brings asyncio: a twentieth of a short run.

The bindings check arguments with it, and it lets mocks pass. Only a program that has imported `unittest.mock`
can have one.
"""

import importlib
import sys
from types import ModuleType

from privatelink.framework import guard

_MOCK = "unittest.mock"


class _AnyMock(type):
    def __instancecheck__(cls, value: object) -> bool:
        mock = sys.modules.get(_MOCK)
        return mock is not None and isinstance(value, mock.Mock)


class _Mock(metaclass=_AnyMock):
    """Stands for `unittest.mock.Mock`."""


def import_typeguard() -> None:
    """Import it, with another class in the place of `Mock`."""
    if {_MOCK, "typeguard"} & sys.modules.keys():
        return
    stand_in = sys.modules[_MOCK] = ModuleType(_MOCK)
    vars(stand_in)["Mock"] = _Mock
    try:
        importlib.import_module("typeguard")
    except ImportError as missing:
        # It needs more than Mock: the bindings import it anew.
        guard.stock_way(f"what typeguard needs of {_MOCK} ({missing})")
        for name in [name for name in sys.modules if name.partition(".")[0] == "typeguard"]:
            del sys.modules[name]
    finally:
        del sys.modules[_MOCK]
