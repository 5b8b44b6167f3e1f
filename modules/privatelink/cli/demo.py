"""`privatelink demo`: the walkthrough, shown."""

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

# Wide enough for the table and the drawing where there is no terminal to ask.
DEMO_WIDTH = 120


def command(
    topology: Annotated[
        Path | None,
        typer.Option(help="Topology file to show. Default: the walkthrough and its variants."),
    ] = None,
    files: Annotated[Path, typer.Option(help="Folder for the demo's files.")] = FILES,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave everything running until Ctrl-C or --clean.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the steps as JSON on standard output, all else on standard error."
        ),
    ] = False,
    clean_up: Annotated[
        bool, typer.Option("--clean", help="Destroy what kept demos built, and remove their files.")
    ] = False,
    parent: Annotated[int | None, typer.Option("--exit-with-parent", metavar="PID", hidden=True)] = None,
) -> int:
    """Show the walkthrough on a local AWS: synth, plan and apply with the real Terraform.

    Exit codes: 0 every step that is shown holds, 1 a step or a command failed, 2 the topology is wrong or
    cannot be shown, 130 interrupted.
    """
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else DEMO_WIDTH, highlight=False)
    # A profile, region or endpoint of the user's has no place here, not even by mistake.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    # Stopped from outside is stopped the same way as from the keyboard: with nothing left running.
    signal.signal(signal.SIGTERM, _interrupt)
    if parent is not None:
        threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    try:
        if clean_up:
            clean(console, files)
            return DONE
        return show(console, topology, files, keep=keep, as_json=as_json)
    except KeyboardInterrupt:
        console.print("interrupted: the local AWS is stopped, nothing is left")
        return INTERRUPTED


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
