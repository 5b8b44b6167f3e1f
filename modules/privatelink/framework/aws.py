"""The one door to the framework and its AWS bindings: each class is imported when it is first used.

Import it before the framework and `constructs`, so that the fast start is not too late (`fast_start.py`).
`choice.py` says which framework it is: cdktf, or its fork cdktn. The types are in `aws.pyi`.
"""

import importlib
from typing import Any

from privatelink.framework import bindings, fast_start, jsii_cache, node_process
from privatelink.framework.choice import FRAMEWORK
from privatelink.framework.classes import OF_BINDINGS, OF_FRAMEWORK

fast_start.begin()

from constructs import Construct  # noqa: E402

# After the import: what is registered last runs first at the end, here before jsii stops Node.
jsii_cache.fill_on_first_run()

__all__ = ["Construct", *OF_FRAMEWORK, *OF_BINDINGS]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    """Import a class of the framework or its bindings, and remember it.

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
