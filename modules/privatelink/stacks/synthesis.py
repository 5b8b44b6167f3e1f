"""Topology file in, Terraform out."""

import gc
import os
import sys
from pathlib import Path

from privatelink.framework import node_process
from privatelink.framework.fast_start import STOCK_BINDINGS
from privatelink.topology.file import load
from privatelink.topology.model import Topology

DEFAULT_FOLDER = "cdktf.out"


def read(path: Path) -> Topology:
    """Read a topology, print its warnings to standard error, and have Node start meanwhile.

    Raises `TopologyError` for a wrong file.
    """
    if not STOCK_BINDINGS:
        node_process.start()
    topology = load(path)
    for warning in topology.warnings:
        print(f"warning: {warning.field}: {warning.text} [{warning.id}]", file=sys.stderr)
    return topology


def write(topology: Topology, out: Path | None = None) -> None:
    """Generate the Terraform of a topology in a folder.

    Arguments:
        out: the folder; default: CDKTF_OUTDIR, which the CDKTF CLI sets, then cdktf.out.
    """
    from privatelink.framework import aws
    from privatelink.stacks import build

    aws.trust_arguments()
    app = aws.App(outdir=str(out or os.environ.get("CDKTF_OUTDIR") or DEFAULT_FOLDER))
    build.build(app, topology)
    app.synth()
    if not STOCK_BINDINGS:
        # The end of the process would take all of it apart once more.
        gc.freeze()
