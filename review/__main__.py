"""Command line: `python -m review PLAN.json… [--policy FILE] [--markdown, --json, --sarif FILE]`."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

# pydantic looks for plugins in every package installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from review.errors import BadInputError
from review.findings import BAD_INPUT, BLOCKING, NOTHING_BLOCKING, Review, review
from review.plan import Plan, PlanError, check_apart, read_plan
from review.render_annotations import as_annotations
from review.render_json import as_json
from review.render_markdown import as_markdown
from review.render_sarif import as_sarif
from review.render_terminal import show
from review.stacks import is_output_folder, plans_of

if TYPE_CHECKING:
    from review.policy import Policy

DEFAULT_FILE = Path("review-policy.yaml")
LOG_WIDTH = 140
STDOUT = Path("-")

_Output = Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there; - is standard output.")]


def main(
    plans: Annotated[
        list[Path],
        typer.Argument(
            metavar="PLAN.json…", help="Plans by `terraform show -json`, or a CDKTF output folder."
        ),
    ],
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Accepted findings; default: {DEFAULT_FILE}, if there."),
    ] = None,
    markdown: _Output = None,
    json: _Output = None,
    sarif: _Output = None,
    annotations: Annotated[bool, typer.Option(help="Print GitHub's workflow commands, too.")] = False,
) -> None:
    """Review Terraform plans: what they do to the consumers of PrivateLink services."""
    errors = Console(stderr=True, highlight=False)
    wanted: list[tuple[Path, Callable[[Review], str]]] = [
        (path, render)
        for path, render in ((markdown, as_markdown), (json, as_json), (sarif, as_sarif))
        if path is not None
    ]
    try:
        if sum(path == STDOUT for path, _ in wanted) > 1:
            raise PlanError("only one of --markdown, --json and --sarif can be -: standard output")
        read = _read(plans)
        found = review(read, _policy(policy))
        # Everything before anything: an error leaves no half of the files.
        written = [(path, render(found)) for path, render in wanted]
        for path, text in written:
            if path == STDOUT:
                sys.stdout.write(text)
            else:
                path.write_text(text, encoding="utf-8")
    except BadInputError as error:
        errors.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None
    except OSError as error:
        errors.print(f"error: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(BAD_INPUT) from None
    except RecursionError:
        errors.print("error: a plan is nested too deeply: the file is damaged", style="red")
        raise typer.Exit(BAD_INPUT) from None
    if not any(path == STDOUT for path, _ in wanted):
        show(Console(width=None if sys.stdout.isatty() else LOG_WIDTH, highlight=False), found)
    if annotations:
        sys.stdout.write(as_annotations(found))
    raise typer.Exit(found.exit_code)


main.__doc__ = (
    f"{main.__doc__}\n\nExit codes: {NOTHING_BLOCKING} nothing blocking, {BLOCKING} a blocking finding, "
    f"{BAD_INPUT} bad input."
)


def _read(paths: Sequence[Path]) -> list[Plan]:
    read: list[Plan] = []
    for path in paths:
        read += plans_of(path) if is_output_folder(path) else [read_plan(path)]
    check_apart(read)
    return read


def _policy(path: Path | None) -> "Policy | None":
    if path is None and not DEFAULT_FILE.is_file():
        return None
    # Its model takes a tenth of a second to build.
    from review.policy import read_policy

    return read_policy(path or DEFAULT_FILE)


if __name__ == "__main__":
    # A short run that keeps what it reads: looking for garbage takes a third of the time and finds none.
    gc.disable()
    typer.run(main)
