"""Command line: `python -m hcl [--out DIR]`."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from hcl import schema
from hcl.configuration import files
from runner.environment import DEFAULT_WORK_DIR, terraform_environment
from runner.errors import RunnerError
from runner.stacks import Stack, read_stacks
from runner.terraform import TerraformRoot

WRITTEN, REFUSED = 0, 2
FOLDER = "hcl"
LOCK_FILE = ".terraform.lock.hcl"


def main(
    out: Annotated[Path, typer.Option(help="Where the generated Terraform is.")] = Path("cdktf.out"),
) -> None:
    """Write the plain-HCL form of every stack, for life without Python: OUT/hcl/STACK."""
    errors = Console(stderr=True, highlight=False)
    try:
        # Shown on a terminal alone; once for each set of providers it takes some ten seconds.
        with errors.status("asking Terraform which arguments are blocks ..."):
            written = write(out, terraform_environment(DEFAULT_WORK_DIR, os.environ))
    except (RunnerError, OSError, ValueError) as error:
        errors.print(f"nothing was written: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(REFUSED) from None
    for folder in written:
        print(folder)


main.__doc__ = (
    f"{main.__doc__}\n\nExit codes: {WRITTEN} it is written, {REFUSED} it cannot be, and nothing is."
)


def write(out: Path, environment: Mapping[str, str]) -> list[Path]:
    """Write every stack of generated Terraform to `<out>/hcl/<stack>`; return these folders.

    They are as deep as the stacks' own, so that the paths of states hold. Raises ValueError where there are
    no stacks, and for what cannot be told in HCL.
    """
    if not (out / "manifest.json").is_file():
        msg = f"no generated Terraform in {out}: run main.py, or name it with --out"
        raise ValueError(msg)
    with tempfile.TemporaryDirectory() as scratch:
        stacks = read_stacks(out, environment)
        for stack in stacks:
            folder = Path(scratch, stack.name)
            folder.mkdir()
            for name, text in _files(stack, environment).items():
                (folder / name).write_text(text, encoding="utf-8")
        TerraformRoot(Path(scratch), environment).format()
        return [_put(Path(scratch, stack.name), stack, out / FOLDER / stack.name) for stack in stacks]


def _files(stack: Stack, environment: Mapping[str, str]) -> dict[str, str]:
    required = stack.configuration.get("terraform", {}).get("required_providers", {})
    try:
        return files(
            stack.configuration, schema.read(required, environment, DEFAULT_WORK_DIR / "provider-schemas")
        )
    except ValueError as error:
        msg = f"{stack.name}: {error}"
        raise ValueError(msg) from error


def _put(new: Path, stack: Stack, folder: Path) -> Path:
    """Move the files of a stack into their place, with the provider versions that the stack is locked to."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.tf"):
        stale.unlink()
    for file in new.iterdir():
        shutil.move(file, folder / file.name)
    locked = stack.root.directory / LOCK_FILE
    if locked.is_file():
        shutil.copy(locked, folder / LOCK_FILE)
    return folder


if __name__ == "__main__":
    typer.run(main)
