"""`privatelink sandbox`: run a local AWS."""

from pathlib import Path
from typing import Annotated

import typer

from privatelink.sandbox.client import DEFAULT_PORT


def command(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0: any free port.")
    ] = DEFAULT_PORT,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request to standard error.")] = False,
    data_plane: Annotated[
        bool | None,
        typer.Option(
            "--data-plane/--no-data-plane",
            help="Run instances and their network (Linux), or only answer API requests. "
            "Default: with a data plane if this machine can.",
        ),
    ] = None,
    any_credentials: Annotated[
        bool,
        typer.Option(
            "--any-credentials",
            help="Accept any access key, from every user of this machine; only with --no-data-plane.",
        ),
    ] = False,
    exports: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Also write the commands that it prints to FILE, readable only by you.",
        ),
    ] = None,
    exit_with_parent: Annotated[int | None, typer.Option(metavar="PID", hidden=True)] = None,
) -> None:
    """Run a local AWS on 127.0.0.1 for tests, until Ctrl-C.

    It prints commands that set the environment of its clients, with an access key that only it accepts. It
    keeps no data when it stops. With a data plane (Linux), instances run and packets reach them, in
    separate network namespaces.

    Exit codes: 0 stopped, 2 it cannot start.
    """
    # Imported late, after the arguments are checked: moto takes seconds to import.
    from privatelink.sandbox.server import serve

    serve(
        port,
        verbose=verbose,
        parent=exit_with_parent,
        data_plane=data_plane,
        any_credentials=any_credentials,
        exports=exports,
    )
