"""The fast start: `begin` and `trust_arguments` enable its measures; no other package depends on them.

An unmodified CDKTF takes about 20 seconds and over 600 MB, for two reasons
(https://github.com/hashicorp/terraform-cdk/issues/3753): the `__init__` of the AWS bindings imports 2,212
submodules, and their JavaScript index requires every resource. docs/adr/0002-fast-start.md lists the measures
and what each saves. The generated JSON is byte for byte the same with and without them.

`PRIVATELINK_STOCK_BINDINGS=1` disables all of them. Most use private names of jsii and the bindings; if one
is missing, that measure is skipped with a warning (`guard.py`).
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
    """Start Node without waiting for it, and make the framework load only the classes in use.

    Call it before the framework is imported; otherwise it warns. `aws.py` calls it. A program that has other
    work while Node starts calls it earlier.

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
        # Checked first: with an old Node, jsii's own process fails with a traceback.
        environment.check_node_version()
        return
    before = sorted({"constructs", FRAMEWORK.package, FRAMEWORK.bindings} & sys.modules.keys())
    if before:
        warnings.warn(
            f"{' and '.join(before)} imported before privatelink.framework.aws: the fast start comes too "
            "late, and each run takes several seconds and hundreds of MB more; import "
            "privatelink.framework.aws first, and exempt that import from sorting",
            RuntimeWarning,
            stacklevel=3,
        )
    elif not node_process.start():
        environment.check_node_version()
    # Imported here: these modules import jsii, which takes as long as Node takes to start.
    from privatelink.framework import given_arguments, typeguard_alone

    given_arguments.send_only_given()
    typeguard_alone.import_typeguard()
    bindings.stand_in()
    # Without it, Python's last garbage collection visits every object of the program once more.
    atexit.register(gc.freeze)


def trust_arguments() -> None:
    """Make the bindings skip their type checks, for a program whose constructs are tested with the checks on.

    The bindings check every argument twice. jsii still rejects an argument that a resource does not have.
    """
    if not STOCK_BINDINGS:
        bindings.trust_arguments()


def wait() -> None:
    """Wait until Node has loaded all requested assemblies and types, for a program that only fills caches."""
    node_process.wait()
