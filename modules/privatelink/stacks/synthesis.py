"""Topology file in, Terraform out."""

import contextlib
import errno
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from privatelink.errors import UserError
from privatelink.framework import environment, fast_start

if TYPE_CHECKING:
    from privatelink.topology.model import Topology

DEFAULT_FOLDER = "cdktf.out"
# How Node.js words an error of the file system: https://nodejs.org/api/errors.html#class-systemerror
NODE_ERROR = re.compile(r"\b(E[A-Z0-9]+): [^,\n]+, \w+(?: '(?P<path>[^'\n]+)')?")


def read(path: Path) -> "Topology":
    """Read a topology, print its warnings to standard error, and have Node start meanwhile.

    Raises:
        TopologyError: the file is wrong; this is said before anything about Node.
        UserError: Node cannot be used.
    """
    without_node: UserError | None = None
    try:
        fast_start.begin()
    except UserError as error:
        without_node = error
    # Its import takes 0.2 s, a quarter of a warm run: Node starts meanwhile.
    from privatelink.topology.file import load
    from privatelink.topology.warnings import line_of

    topology = load(path)
    if without_node:
        raise without_node
    for warning in topology.warnings:
        print(line_of(warning), file=sys.stderr)
    return topology


def write(topology: "Topology", out: Path | None = None) -> None:
    """Generate the Terraform of a topology in a folder, all of it or nothing.

    Arguments:
        out: the folder; default: CDKTF_OUTDIR, which the CDKTF CLI sets, then cdktf.out.

    Raises:
        OutputFolderError: the folder cannot be written, or holds something else.
    """
    from privatelink.stacks.output_folder import replaced

    folder = out or Path(os.environ.get("CDKTF_OUTDIR") or DEFAULT_FOLDER)
    with replaced(folder) as new, _file_errors_of_node(), environment.explained():
        from privatelink.framework import aws
        from privatelink.stacks import build

        fast_start.trust_arguments()
        app = aws.App(outdir=str(new))
        build.build(app, topology)
        app.synth()


@contextlib.contextmanager
def _file_errors_of_node() -> Iterator[None]:
    """Raise an error of the file system that Node.js met as Python's own; jsii gives only its text."""
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        found = NODE_ERROR.search(str(error))
        code = getattr(errno, found[1], None) if found else None
        if found is None or code is None:
            raise
        raise OSError(code, os.strerror(code), found["path"]) from error
