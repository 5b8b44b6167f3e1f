"""`privatelink hcl`: write generated stacks as plain HCL."""

import os
from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.tables import stderr
from privatelink.hcl.write import write
from privatelink.terraform.environment import DEFAULT_WORK_DIR, terraform_environment


def command(
    out: Annotated[Path, typer.Option(help="Folder of the generated Terraform.")] = Path("cdktf.out"),
) -> None:
    """Write the generated stacks as plain HCL, to maintain them without Python.

    The HCL of a stack is written to OUT/hcl/STACK.

    Exit codes: 0 written, 2 not possible; nothing is written.
    """
    # Shown only on a terminal. It takes about ten seconds, once for each set of providers.
    with stderr().status("reading the provider schemas ..."):
        written = write(out, terraform_environment(DEFAULT_WORK_DIR, os.environ))
    for folder in written:
        print(folder)
