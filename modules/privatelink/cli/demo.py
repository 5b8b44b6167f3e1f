"""`privatelink demo`: run the walkthrough on a local AWS."""

import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from privatelink.cli.exits import DONE, INTERRUPTED
from privatelink.demo.show import FILES, clean, end_with, show

# Used without a terminal; wide enough for the table and the drawing.
DEMO_WIDTH = 120


def command(
    topology: Annotated[
        Path | None,
        typer.Option(help="Topology file to run. Default: the walkthrough and its variants."),
    ] = None,
    files: Annotated[Path, typer.Option(help="Folder for the files of the demo.")] = FILES,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep everything running until Ctrl-C or --clean.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the steps as JSON on standard output, and the rest on standard error."
        ),
    ] = False,
    clean_up: Annotated[
        bool, typer.Option("--clean", help="Destroy the resources of kept demos, and remove their files.")
    ] = False,
    parent: Annotated[int | None, typer.Option("--exit-with-parent", metavar="PID", hidden=True)] = None,
) -> int:
    """Run the walkthrough on a local AWS: synth, plan and apply with the real Terraform.

    Exit codes: 0 every step that is shown holds, 1 a step or a command failed, 2 the topology has errors or
    the sandbox does not support it, 130 interrupted.
    """
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else DEMO_WIDTH, highlight=False)
    # The demo runs in the sandbox: ignore the user's profile, Region and endpoint.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    # SIGTERM ends the demo like Ctrl-C: nothing is left running.
    signal.signal(signal.SIGTERM, _interrupt)
    if parent is not None:
        threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    try:
        if clean_up:
            clean(console, files)
            return DONE
        return show(console, topology, files, keep=keep, as_json=as_json)
    except KeyboardInterrupt:
        console.print("interrupted: the local AWS is stopped, and nothing is left running")
        return INTERRUPTED


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
