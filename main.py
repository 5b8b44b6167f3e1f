"""Synthesize the topology named by PRIVATELINK_TOPOLOGY (default: topology.yaml) to Terraform JSON.

Exit codes: 0 the stacks are written, 2 the topology is wrong and nothing is written.
"""

import gc
import os
import sys
from pathlib import Path

from modules.fast_start import STOCK_BINDINGS

if not STOCK_BINDINGS:
    # A run is short and keeps what it makes: collecting garbage would only read all of it again and again.
    gc.disable()
# pydantic looks for plugins in every package installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


if not STOCK_BINDINGS:
    # Node starts while the topology is read.
    from modules import node_process

    node_process.start()

from modules.topology.file import TopologyError, load


def main() -> int:
    """Load, build, write."""
    default = Path(__file__).with_name("topology.yaml")
    try:
        topology = load(Path(os.environ.get("PRIVATELINK_TOPOLOGY") or default))
    except TopologyError as error:
        print(error, file=sys.stderr)
        return 2
    for warning in topology.warnings:
        print(f"warning: {warning.field}: {warning.text} [{warning.id}]", file=sys.stderr)

    from modules import aws, stacks

    aws.trust_arguments()
    app = aws.App()
    stacks.build(app, topology)
    app.synth()
    if not STOCK_BINDINGS:
        # Nor does it have to be read once more to take it apart at the end.
        gc.freeze()
    return 0


if __name__ == "__main__":
    sys.exit(main())
