"""`privatelink hcl`: the plain-HCL form of generated stacks."""

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
    """Write the generated stacks as plain HCL, to maintain without Python: OUT/hcl/STACK.

    Exit codes: 0 written, 2 not possible, and nothing is written.
    """
    # Shown on a terminal alone; once for each set of providers it takes some ten seconds.
    with stderr().status("asking Terraform which arguments are blocks ..."):
        written = write(out, terraform_environment(DEFAULT_WORK_DIR, os.environ))
    for folder in written:
        print(folder)
