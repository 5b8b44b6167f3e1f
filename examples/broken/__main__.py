"""Command line: `python -m examples.broken [LESSON]`: apply, break, and show what `verify` reports."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from examples.broken.lessons import BY_NAME, LESSONS, Lesson
from examples.broken.scene import apply
from privatelink.errors import UserError
from privatelink.sandbox.process import running_sandbox
from privatelink.verify.render_terminal import show
from privatelink.verify.report import Finding

LOG_WIDTH = 140


def main(
    lesson: Annotated[str | None, typer.Argument(help="Name of the lesson; default: list them.")] = None,
) -> None:
    """Break a private path in a sandbox on purpose, and show what verify reports.

    Exit codes: 0 verify reports the hop and the cause of the lesson; 1 it does not, or a command failed; 2 no
    such lesson.
    """
    console = Console(width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False)
    if lesson is None:
        table = Table("lesson", "what is broken", "hop", box=None)
        for item in LESSONS:
            table.add_row(item.name, item.about, item.hop)
        console.print(table)
        return
    if lesson not in BY_NAME:
        console.print(f"no such lesson: {lesson}; allowed: {', '.join(BY_NAME)}", style="red", markup=False)
        raise typer.Exit(2)
    # The lesson runs in the sandbox: ignore the user's profile, Region and endpoint.
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    try:
        taught = teach(BY_NAME[lesson], console)
    except UserError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    raise typer.Exit(0 if taught else 1)


def teach(lesson: Lesson, console: Console) -> bool:
    """Run one lesson, and return whether `verify` reports its hop and its cause."""
    console.print(f"lesson {lesson.name}: {lesson.about}", markup=False)
    with tempfile.TemporaryDirectory() as work_dir, running_sandbox(data_plane=True) as sandbox:
        scene = apply(lesson.setting, Path(work_dir), sandbox, lambda text: console.print(text, markup=False))
        lesson.damage(scene)
        scene.settle()
        finding = Finding(scene.consumer.consumer, scene.verify())
    show(console, finding)
    broken = finding.broken
    return broken is not None and broken.hop == lesson.hop and lesson.cause in broken.cause


if __name__ == "__main__":
    typer.run(main)
