"""Runs the walkthrough, or another topology, on a local AWS; cleans up after demos."""

import json
import os
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from privatelink.demo.leftovers import claimed, end_leftovers
from privatelink.demo.synthesis import TOPOLOGIES, synthesize_shown
from privatelink.demo.variants import Variant, running_variants
from privatelink.demo.walkthrough import Walkthrough
from privatelink.sandbox.credentials import AccessKey
from privatelink.sandbox.process import Sandbox, running_sandbox

WALKTHROUGH = TOPOLOGIES / "walkthrough.yaml"
FILES = Path(".demo")
KEPT = "kept.json"


def show(console: Console, chosen: Path | None, files: Path, *, keep: bool, as_json: bool) -> int:
    """Run the demo of a topology, and return its exit code.

    Arguments:
        console: where to print.
        chosen: the topology file; None: the walkthrough with its variants.
        files: the folder for the files of the demo.
        keep: keep everything running until interrupted.
        as_json: print the steps as JSON on standard output.
    """
    topology = chosen or WALKTHROUGH
    work_dir = files / topology.stem
    with claimed(work_dir):
        return _show_in(work_dir, console, topology, alone=chosen is not None, keep=keep, as_json=as_json)


def _show_in(
    work_dir: Path, console: Console, topology: Path, *, alone: bool, keep: bool, as_json: bool
) -> int:
    # The state of an earlier sandbox describes resources that no longer exist.
    _remove(console, work_dir)
    work_dir.mkdir(parents=True)
    finished = False
    try:
        synthesize_shown(topology, work_dir, console)
        # The variants run with the walkthrough only, and not with --keep.
        none: AbstractContextManager[Mapping[str, Variant]] = nullcontext({})
        beside = none if alone or keep else running_variants(work_dir.parent)
        console.print("starting a local AWS on 127.0.0.1 ...")
        with beside as variants, running_sandbox(data_plane=None) as sandbox:
            if missing := sandbox.data_plane_missing:
                console.print(f"no data plane; steps with network traffic are not shown: {missing}")
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
        console.print(f"failed: {', '.join(step.id for step in failed)}", style="bold red")
        return 1
    if not keep:
        out = os.path.relpath(walkthrough.out_dir)
        console.print(f"The generated Terraform is in {out}. To remove it: make demo-clean")
    return 0


def _remove(console: Console, work_dir: Path) -> None:
    """Remove the files of a demo, and end the processes that it left running if it was killed."""
    if ended := end_leftovers(work_dir):
        console.print(f"ended {len(ended)} Terraform processes that a killed demo left running")
    shutil.rmtree(work_dir, ignore_errors=True)


def end_with(parent: int) -> None:
    """Send SIGTERM to this process when its parent process has ended."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def _wait(console: Console, work_dir: Path, sandbox: Sandbox) -> None:
    """Keep the local AWS running until this process is interrupted."""
    kept = work_dir / KEPT
    kept.touch(mode=0o600)  # it has the access key
    kept.write_text(json.dumps({"pid": os.getpid(), "sandbox": asdict(sandbox)}), encoding="utf-8")
    console.print(f"the local AWS keeps running at {sandbox.url}; to use it in another terminal:")
    for name, value in sandbox.environment.items():
        console.print(f"  export {name}={value}", soft_wrap=True)
    console.print("make demo-clean destroys the resources and ends it; Ctrl-C only ends it")
    with suppress(KeyboardInterrupt):
        signal.pause()


def _clean(console: Console, work_dir: Path) -> None:
    """Destroy the resources of a kept demo, and end that demo."""
    try:
        kept = json.loads((work_dir / KEPT).read_text(encoding="utf-8"))
        os.kill(kept["pid"], 0)
    except (OSError, ValueError):
        return  # The local AWS has ended, and its resources with it: only files are left.
    found = kept["sandbox"]
    sandbox = Sandbox(found["port"], found["pid"], AccessKey(**found["key"]))
    walkthrough = Walkthrough(work_dir, sandbox, console)
    walkthrough.read_stacks()
    walkthrough.destroy()
    os.kill(kept["pid"], signal.SIGTERM)


def clean(console: Console, files: Path) -> None:
    """Destroy the resources of kept demos, and remove the files of all demos."""
    for work_dir in sorted(files.glob("*/")):
        _clean(console, work_dir)
        with claimed(work_dir):
            _remove(console, work_dir)
    shutil.rmtree(files, ignore_errors=True)
    console.print("the files of the demo are removed")
