"""The CDKTF app: generate Terraform JSON from the topology in PRIVATELINK_TOPOLOGY (default: topology.yaml).

Exit codes, as `privatelink synth`: 0 the stacks are written; 2 the topology has errors, nothing is written.
"""

import gc
import os
from pathlib import Path

from privatelink.cli.exits import leave

# Otherwise pydantic searches all installed packages for plugins.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def main() -> None:
    """Read the topology, build the stacks, write the Terraform."""
    from privatelink.framework.fast_start import STOCK_BINDINGS

    if not STOCK_BINDINGS:
        # A run is short and keeps its objects, so garbage collection would find nothing.
        gc.disable()
    from privatelink.stacks import synthesis

    default = Path(__file__).with_name("topology.yaml")
    synthesis.write(synthesis.read(Path(os.environ.get("PRIVATELINK_TOPOLOGY") or default)))


if __name__ == "__main__":
    leave(main)
