"""`privatelink environment`: Terraform's environment, for a shell."""

import os
from pathlib import Path
from typing import Annotated

import typer

from privatelink.cli.exits import say
from privatelink.terraform.environment import (
    DEFAULT_WORK_DIR,
    is_ours,
    shell_lines,
    terraform_environment,
    users_config,
)
from privatelink.terraform.mirror import MIRROR_VARIABLE


def command(
    work_dir: Annotated[Path, typer.Option(help="Folder to write terraform.rc to.")] = DEFAULT_WORK_DIR,
) -> None:
    """Print shell commands that set up the environment for Terraform.

    It is quiet, and has the AWS provider from a filesystem mirror where there is one. Use it before
    `terraform` or `cdktf deploy`: eval "$(privatelink environment)"
    """
    environment = terraform_environment(work_dir, os.environ)
    config = users_config(environment)
    if config and not is_ours(str(config)) and MIRROR_VARIABLE in environment:
        say(
            f"note: {config} is your own Terraform CLI configuration and stays in charge; "
            f"{MIRROR_VARIABLE} has no effect beside it"
        )
    for line in shell_lines(environment, os.environ):
        print(line)
