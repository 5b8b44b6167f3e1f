"""The classes of the framework and its AWS bindings, each imported on first use.

Import this module before the framework and `constructs`: the fast start must come first (`fast_start.py`).
`choice.py` selects the framework: cdktf, or its fork cdktn. The types are in `aws.pyi`.
"""

import importlib

from privatelink.framework import bindings, fast_start, jsii_cache, node_process
from privatelink.framework.choice import FRAMEWORK
from privatelink.framework.classes import OF_BINDINGS, OF_FRAMEWORK

fast_start.begin()

from constructs import Construct  # noqa: E402

# After the import: functions of atexit run in reverse order, so this one runs before jsii stops Node.
jsii_cache.fill_on_first_run()

__all__ = ["Construct", *OF_FRAMEWORK, *OF_BINDINGS]


def __getattr__(name: str) -> type:
    """Import a class of the framework or its bindings, and keep it as an attribute of this module.

    https://docs.python.org/3/reference/datamodel.html#customizing-module-attribute-access
    """
    if name not in __all__:
        msg = f"{__name__} has no {name}; add it to the classes in classes.py"
        raise AttributeError(msg)
    place = f"{FRAMEWORK.bindings}.{OF_BINDINGS[name]}" if name in OF_BINDINGS else FRAMEWORK.package
    found = globals()[name] = getattr(importlib.import_module(place), name)
    bindings.use(found)
    if "TF_RESOURCE_TYPE" in vars(found):
        node_process.expect(found.__jsii_type__)
    return found
