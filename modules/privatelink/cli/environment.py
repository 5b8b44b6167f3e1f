"""`privatelink environment`: print Terraform's environment variables for a shell."""

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
    """Print shell commands that set environment variables for Terraform.

    They switch telemetry off, and select a filesystem mirror of the AWS provider if there is one. Use it
    before `terraform` or `cdktf deploy`: eval "$(privatelink environment)"
    """
    environment = terraform_environment(work_dir, os.environ)
    config = users_config(environment)
    if config and not is_ours(str(config)) and MIRROR_VARIABLE in environment:
        say(f"note: your own Terraform CLI configuration {config} is used; {MIRROR_VARIABLE} has no effect")
    for line in shell_lines(environment, os.environ):
        print(line)
