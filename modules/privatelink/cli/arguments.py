"""Command-line arguments that several commands share."""

import os
from pathlib import Path
from typing import Annotated

import typer

VARIABLE = "PRIVATELINK_TOPOLOGY"
DEFAULT = Path("topology.yaml")

TopologyFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE", help=f"Topology file. Default: the file in {VARIABLE}, or else {DEFAULT}."
    ),
]


def topology_file(given: Path | None) -> Path:
    """Return the given topology file, or the default."""
    return given or Path(os.environ.get(VARIABLE) or DEFAULT)
