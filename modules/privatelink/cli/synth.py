"""`privatelink synth`: generate Terraform from a topology."""

from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.arguments import TopologyFile
from privatelink.stacks import synthesis


def command(
    file: TopologyFile = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help=f"Output folder. Default: the one in CDKTF_OUTDIR, or else {synthesis.DEFAULT_FOLDER}.",
        ),
    ] = None,
) -> None:
    """Generate Terraform from a topology: one root module for each side.

    The folder is replaced in one step. Files of Terraform and your own files in it are kept, except saved
    plans of changed stacks. A stack that is no longer in the topology and may have state moves to
    DIR/removed, and the command that destroys it is printed.

    Exit codes: 0 written, 2 the topology has errors or the folder cannot be written; nothing is changed.
    """
    from privatelink.cli.arguments import topology_file

    synthesis.write(synthesis.read(topology_file(file)), out)
