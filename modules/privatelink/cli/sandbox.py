"""`privatelink sandbox`: a local AWS."""

from typing import Annotated

import typer

from privatelink.sandbox.client import DEFAULT_PORT


def command(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 picks a free one.")
    ] = DEFAULT_PORT,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every request to standard error.")] = False,
    data_plane: Annotated[
        bool | None,
        typer.Option(
            "--data-plane/--no-data-plane",
            help="Run instances and move packets (Linux), or only answer API calls. "
            "Default: packets where this machine allows it.",
        ),
    ] = None,
    exit_with_parent: Annotated[int | None, typer.Option(metavar="PID", hidden=True)] = None,
) -> None:
    """Run a local AWS on 127.0.0.1 for trying and testing, until Ctrl-C.

    It keeps nothing when it stops. With a data plane (Linux) instances run, and packets reach them, in
    network namespaces of its own.

    Exit codes: 0 stopped, 2 it cannot start.
    """
    # moto takes seconds to import: not before the arguments are known to be right.
    from privatelink.sandbox.server import serve

    serve(port, verbose=verbose, parent=exit_with_parent, data_plane=data_plane)
