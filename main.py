"""The CDKTF app: the topology named by PRIVATELINK_TOPOLOGY (default: topology.yaml) to Terraform JSON.

Exit codes: 0 the stacks are written, 2 the topology is wrong and nothing is written; as `privatelink synth`.
"""

import gc
import os
from pathlib import Path

from privatelink.cli.exits import leave

# pydantic looks for plugins in every package installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


def main() -> None:
    """Read, build, write."""
    from privatelink.framework.fast_start import STOCK_BINDINGS
    from privatelink.stacks import synthesis

    if not STOCK_BINDINGS:
        # A run is short and keeps what it makes: collecting garbage would only read it again and again.
        gc.disable()
    default = Path(__file__).with_name("topology.yaml")
    synthesis.write(synthesis.read(Path(os.environ.get("PRIVATELINK_TOPOLOGY") or default)))


if __name__ == "__main__":
    leave(main)
