"""`privatelink synth`: the Terraform of a topology."""

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
            help=f"Folder, replaced in one step. Default: CDKTF_OUTDIR, then {synthesis.DEFAULT_FOLDER}.",
        ),
    ] = None,
) -> None:
    """Generate the Terraform of a topology: one root for each side.

    What Terraform and you keep in the folder stays, except saved plans of stacks that have changed. A stack
    that is no longer in the topology moves to DIR/removed if it may have state, and the command that destroys
    it is printed.

    Exit codes: 0 written, 2 the topology is wrong or the folder cannot be written; nothing is changed.
    """
    from privatelink.cli.arguments import topology_file

    synthesis.write(synthesis.read(topology_file(file)), out)
