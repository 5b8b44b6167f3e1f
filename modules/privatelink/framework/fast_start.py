"""The fast start: `begin` and `trust_arguments` switch its measures on, and no other package knows them.

The stock way takes some 20 seconds and over 600 MB, for two reasons
(https://github.com/hashicorp/terraform-cdk/issues/3753): the `__init__` of the AWS bindings imports 2,212
submodules, and their JavaScript index requires every resource. The measures, and what each saves, are listed
in docs/adr/0002-fast-start.md. The JSON is the same with and without them, byte for byte.

`PRIVATELINK_STOCK_BINDINGS=1` turns all of them off. Most reach into private names of jsii and the bindings;
where one is gone, the stock way is taken (`guard.py`).
"""

import atexit
import gc
import os
import sys
import warnings

from privatelink.framework import bindings, environment, node_process
from privatelink.framework.choice import FRAMEWORK

STOCK_BINDINGS = os.environ.get("PRIVATELINK_STOCK_BINDINGS", "") not in ("", "0")

_begun = False


def begin() -> None:
    """Start Node, do not wait for it, and have the framework load only what is used.

    Call it before the framework is imported; a program that imports it first is warned. `aws.py` calls it,
    and whoever has something to do while Node starts calls it earlier.

    Raises:
        NodeMissingError: Node.js is not installed.
        NodeTooOldError: Node.js is older than the framework needs.
    """
    global _begun
    if _begun:
        return
    _begun = True
    environment.require_node()
    if STOCK_BINDINGS:
        # Here it is asked first: jsii's own process would fail with a traceback.
        environment.check_node_version()
        return
    before = sorted({"constructs", FRAMEWORK.package, FRAMEWORK.bindings} & sys.modules.keys())
    if before:
        warnings.warn(
            f"{' and '.join(before)} imported before privatelink.framework.aws: the fast start comes too "
            "late, and each run takes several seconds and hundreds of MB more; import "
            "privatelink.framework.aws first, and sort imports so",
            RuntimeWarning,
            stacklevel=3,
        )
    elif not node_process.start():
        environment.check_node_version()
    # It imports jsii, which takes as long as Node takes to start.
    from privatelink.framework import given_arguments, typeguard_alone

    given_arguments.send_only_given()
    typeguard_alone.import_typeguard()
    bindings.stand_in()
    # At its end, Python would read all that was made once more, to take it apart.
    atexit.register(gc.freeze)


def trust_arguments() -> None:
    """Have the bindings skip their type checks, for a program whose own constructs are tested with them on.

    Every argument is checked twice. jsii still refuses what a resource cannot take.
    """
    if not STOCK_BINDINGS:
        bindings.trust_arguments()


def wait() -> None:
    """Return when Node has loaded what it was told to: for a program that fills caches alone."""
    node_process.wait()
