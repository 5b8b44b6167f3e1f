"""The parts of pyroute2 that the data plane uses, without the import of all others.

pyroute2's `__init__` imports everything it has, which took half of the start of the data plane.
"""

import importlib.util
import sys
from types import ModuleType

_PACKAGE = "pyroute2"


def _stand_in() -> ModuleType | None:
    """Put an empty package in place of pyroute2; return None if it has been imported before."""
    spec = importlib.util.find_spec(_PACKAGE) if _PACKAGE not in sys.modules else None
    if spec is None:
        return None
    package = importlib.util.module_from_spec(spec)  # not executed
    sys.modules[_PACKAGE] = package
    return package


_empty = _stand_in()
try:
    from pyroute2.iproute.linux import IPRoute
    from pyroute2.netlink.exceptions import NetlinkError
    from pyroute2.netlink.nfnetlink.nfctsocket import NFCTAttrTuple, NFCTSocket
finally:
    # A later import of the package gives the whole one, which has the same classes.
    if _empty is not None and sys.modules.get(_PACKAGE) is _empty:
        del sys.modules[_PACKAGE]

__all__ = ["IPRoute", "NFCTAttrTuple", "NFCTSocket", "NetlinkError"]
