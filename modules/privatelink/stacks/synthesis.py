"""Reads a topology file, and writes its Terraform."""

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
from privatelink.stacks.manifest import DEFAULT_FOLDER

if TYPE_CHECKING:
    from privatelink.topology.model import Topology

# The text of a file system error of Node.js: https://nodejs.org/api/errors.html#class-systemerror
NODE_ERROR = re.compile(r"\b(E[A-Z0-9]+): [^,\n]+, \w+(?: '(?P<path>[^'\n]+)')?")


def read(path: Path) -> "Topology":
    """Read a topology and print its warnings to standard error, while Node.js starts.

    Raises:
        TopologyError: the file has errors; this has priority over errors of Node.js.
        UserError: Node.js cannot be used.
    """
    without_node: UserError | None = None
    try:
        fast_start.begin()
    except UserError as error:
        without_node = error
    # This import takes 0.2 s, a quarter of a warm run. Node.js starts meanwhile.
    from privatelink.topology.file import load
    from privatelink.topology.warnings import line_of

    topology = load(path)
    if without_node:
        raise without_node
    for warning in topology.warnings:
        print(line_of(warning), file=sys.stderr)
    return topology


def write(topology: "Topology", out: Path | None = None) -> None:
    """Generate the Terraform of a topology. If it fails, the output folder is not changed.

    Arguments:
        topology: the topology.
        out: the output folder; default: CDKTF_OUTDIR, which the CDKTF CLI sets, or else cdktf.out.

    Raises:
        OutputFolderError: the folder cannot be written, or contains other files.
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
    """Raise file system errors of Node.js as Python's `OSError`; jsii returns only their text."""
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
