"""Fill the caches of the fast start: `python -m privatelink.stacks.warm`.

It fills jsii's package cache and compiles Python's bytecode, once for each machine. With
PYTHONDONTWRITEBYTECODE, which some machines set, every run would compile the generator and the bindings
again.

Exit codes: 0 the cache is filled, 1 it could not be filled, 2 Node.js or the cache's folder cannot be used.
"""

import compileall
import sys

from privatelink.errors import UserError
from privatelink.framework import environment, fast_start, jsii_cache

WAIT_SECONDS = 120.0


def main() -> int:
    """Load the generator, compile the loaded modules, and wait until jsii has written its index."""
    try:
        with environment.explained():
            from privatelink.framework import aws  # noqa: F401  (the import fills the cache)
            from privatelink.stacks import build  # noqa: F401

            for module in list(sys.modules.values()):
                source = getattr(module, "__file__", None)
                if source and source.endswith(".py"):
                    compileall.compile_file(source, quiet=1)
            fast_start.wait()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    if jsii_cache.wait_until_warm(WAIT_SECONDS):
        return 0
    print(f"error: jsii has not written its index in {jsii_cache.cache_root()}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
