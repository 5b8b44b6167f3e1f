"""Fill the caches of the fast start: `python -m privatelink.framework.warm`.

Python's bytecode and jsii's package cache, both once for this machine. The bytecode is compiled here since
some machines set PYTHONDONTWRITEBYTECODE, and every run would compile the generator and the bindings again.

Exit codes: 0 the cache is warm, 1 it could not be filled.
"""

import compileall
import sys

from privatelink.framework import jsii_cache

WAIT_SECONDS = 120.0


def main() -> int:
    """Load the generator once, compile what it loaded, and wait for the index that jsii writes."""
    from privatelink.framework import aws, node_process  # noqa: F401  (loading them fills the cache)
    from privatelink.stacks import build as stacks  # noqa: F401  (loading them fills the cache)

    for module in list(sys.modules.values()):
        source = getattr(module, "__file__", None)
        if source and source.endswith(".py"):
            compileall.compile_file(source, quiet=1)

    node_process.wait()
    if jsii_cache.wait_until_warm(WAIT_SECONDS):
        return 0
    print(f"jsii has not written its index under {jsii_cache.cache_root()}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
