"""Command line: `python -m demo [--topology FILE] [--keep] [--json]`, `python -m demo --clean`.

Exit codes: 0 every step that is shown holds, 1 a step or a command failed, 2 the topology or the command line
is wrong, 130 interrupted.
"""

import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from accept.connections import ConnectionsError
from demo.leftovers import claimed, end_leftovers
from demo.synthesis import PROJECT, NotShownError, SynthError, synthesize_shown
from demo.variants import Variant, running_variants
from demo.walkthrough import Walkthrough
from runner.errors import RunnerError
from sandbox.process import Sandbox, SandboxStartError, running_sandbox

WALKTHROUGH = PROJECT / "topology.yaml"
KEPT = "kept.json"
# Wide enough for the table and the drawing where there is no terminal to ask.
LOG_WIDTH = 120


def show(
    topology: Annotated[
        Path | None,
        typer.Option(help="The topology file to show; without it, the walkthrough and its variants."),
    ] = None,
    files: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = PROJECT / ".demo",
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave what was built standing until Ctrl-C or --clean.")
    ] = False,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the steps as JSON on standard output, the rest on standard error."
        ),
    ] = False,
    clean: Annotated[
        bool, typer.Option("--clean", help="Destroy what a demo built and still stands; remove its files.")
    ] = False,
    parent: Annotated[int | None, typer.Option("--exit-with-parent", metavar="PID", hidden=True)] = None,
) -> None:
    """Show the walkthrough: synth, plan and apply with the real Terraform against a local AWS.

    Exit codes: 0 every step that is shown holds, 1 a step or a command failed, 2 wrong topology or command
    line, 130 interrupted.
    """
    console = Console(stderr=as_json, width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False)
    # A profile, region or endpoint of the user's has no place here, not even by mistake.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    # Stopped from outside is stopped the same way as from the keyboard: with nothing left running.
    signal.signal(signal.SIGTERM, _interrupt)
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        if clean:
            for work_dir in sorted(files.glob("*/")):
                _clean(console, work_dir)
                with claimed(work_dir):
                    _remove(console, work_dir)
            shutil.rmtree(files, ignore_errors=True)
            console.print("the demo's files are removed")
        else:
            raise typer.Exit(_show(console, topology, files, keep=keep, as_json=as_json))
    except (SynthError, NotShownError) as error:
        _fail(console, error, 2)
    except (RunnerError, ConnectionsError, SandboxStartError) as error:
        _fail(console, error, 1)
    except KeyboardInterrupt:
        console.print("interrupted: the local AWS is stopped, nothing is left")
        raise typer.Exit(130) from None


def _show(console: Console, chosen: Path | None, files: Path, *, keep: bool, as_json: bool) -> int:
    topology = chosen or WALKTHROUGH
    work_dir = files / topology.stem
    with claimed(work_dir):
        return _show_in(work_dir, console, topology, alone=chosen is not None, keep=keep, as_json=as_json)


def _show_in(
    work_dir: Path, console: Console, topology: Path, *, alone: bool, keep: bool, as_json: bool
) -> int:
    # State of an earlier sandbox describes what no longer exists.
    _remove(console, work_dir)
    work_dir.mkdir(parents=True)
    finished = False
    try:
        synthesize_shown(topology, work_dir, console)
        # The walkthrough's steps are all shown, unless it is to stay or another topology was chosen.
        none: AbstractContextManager[Mapping[str, Variant]] = nullcontext({})
        beside = none if alone or keep else running_variants(work_dir.parent)
        console.print("starting a local AWS on 127.0.0.1 ...")
        with beside as variants, running_sandbox(data_plane=None) as sandbox:
            if missing := sandbox.data_plane_missing:
                console.print(f"no packets flow here, steps about traffic are not shown: {missing}")
            walkthrough = Walkthrough(work_dir, sandbox, console, variants)
            walkthrough.run()
            if as_json:
                steps = walkthrough.report.as_json()
                print(json.dumps({"topology": str(topology), "steps": steps}, indent=2), flush=True)
            if keep:
                _wait(console, work_dir, sandbox)
        finished = not keep
    finally:
        if not finished:
            shutil.rmtree(work_dir, ignore_errors=True)
    if failed := walkthrough.report.failed:
        console.print(f"{', '.join(step.id for step in failed)} did not hold", style="bold red")
        return 1
    if not keep:
        out = os.path.relpath(walkthrough.out_dir)
        console.print(f"The generated Terraform is in {out}; make demo-clean removes it.")
    return 0


def _remove(console: Console, work_dir: Path) -> None:
    """Remove a demo's files, and end what it left running if it was killed."""
    if ended := end_leftovers(work_dir):
        console.print(f"ended what a killed demo left: {len(ended)} Terraform processes")
    shutil.rmtree(work_dir, ignore_errors=True)


def _end_with(parent: int) -> None:
    """Stop as if told to, once the parent process is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _wait(console: Console, work_dir: Path, sandbox: Sandbox) -> None:
    """Keep the local AWS up until this process is told to end."""
    kept = {"pid": os.getpid(), "port": sandbox.port, "sandbox_pid": sandbox.pid}
    (work_dir / KEPT).write_text(json.dumps(kept), encoding="utf-8")
    console.print(f"the local AWS stays at {sandbox.url}; in another terminal, look at what was built:")
    for name, value in sandbox.environment.items():
        console.print(f"  export {name}={value}", soft_wrap=True)
    console.print("make demo-clean destroys everything; Ctrl-C just ends it")
    with suppress(KeyboardInterrupt):
        signal.pause()


def _clean(console: Console, work_dir: Path) -> None:
    """Destroy what a kept demo built, and end that demo."""
    try:
        kept = json.loads((work_dir / KEPT).read_text(encoding="utf-8"))
        os.kill(kept["pid"], 0)
    except (OSError, ValueError):
        return  # The local AWS has ended, and all that was built with it: only files are left.
    sandbox = Sandbox(port=kept["port"], pid=kept["sandbox_pid"])
    walkthrough = Walkthrough(work_dir, sandbox, console)
    walkthrough.read_stacks()
    walkthrough.destroy()
    os.kill(kept["pid"], signal.SIGTERM)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _fail(console: Console, error: Exception, exit_code: int) -> NoReturn:
    console.print(str(error), style="red", markup=False, soft_wrap=True)
    raise typer.Exit(exit_code)


if __name__ == "__main__":
    typer.run(show)
