"""Import typeguard without `unittest.mock`, which imports asyncio: 5 % of the time of a short run.

The bindings check arguments with typeguard, which accepts mocks. Only a program that has imported
`unittest.mock` has mocks.
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
    """Replaces `unittest.mock.Mock` in typeguard."""


def import_typeguard() -> None:
    """Import typeguard, with another class in place of `Mock`."""
    if {_MOCK, "typeguard"} & sys.modules.keys():
        return
    stand_in = sys.modules[_MOCK] = ModuleType(_MOCK)
    vars(stand_in)["Mock"] = _Mock
    try:
        importlib.import_module("typeguard")
    except ImportError as missing:
        # typeguard needs more than Mock: the bindings import it again.
        guard.stock_way(f"a name of {_MOCK} that typeguard needs ({missing})")
        for name in [name for name in sys.modules if name.partition(".")[0] == "typeguard"]:
            del sys.modules[name]
    finally:
        del sys.modules[_MOCK]
