"""Finds the Terraform or OpenTofu binary, and refuses one that is too old."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from privatelink.errors import UserError
from privatelink.terraform.process import Interruption, run

MINIMUM_VERSION = (1, 9)
"""The first Terraform whose `init` supports -json; OpenTofu supports it from the same version."""
INSTALL_PAGE = "https://developer.hashicorp.com/terraform/install"
VARIABLE = "PRIVATELINK_TERRAFORM"
CDKTF_VARIABLE = "TERRAFORM_BINARY_NAME"
"""CDKTF's variable: https://developer.hashicorp.com/terraform/cdktf/create-and-deploy/environment-variables"""
DEFAULT = "terraform"
_VERSION_SECONDS = 60.0
_NEEDED = f"{MINIMUM_VERSION[0]}.{MINIMUM_VERSION[1]} or newer"


class TerraformMissingError(UserError):
    """Terraform is not installed, or is too old."""


@dataclass(frozen=True)
class Choice:
    """The name or path of the binary, and the setting that names it; empty for the default."""

    name: str = DEFAULT
    setting: str = ""


@dataclass(frozen=True)
class Binary:
    """A binary that is new enough: path, product (`Terraform` or `OpenTofu`) and version."""

    path: str
    product: str
    version: str


def choice(environment: Mapping[str, str]) -> Choice:
    """Return the binary that the environment variables name, or the default."""
    for variable in (VARIABLE, CDKTF_VARIABLE):
        if name := environment.get(variable):
            return Choice(name, variable)
    return Choice()


def find_binary(
    environment: Mapping[str, str],
    directory: Path,
    chosen: Choice | None = None,
    interruption: Interruption | None = None,
) -> str:
    """Return the path of the binary to run in `directory`; see `look_up`."""
    return look_up(environment, directory, chosen, interruption).path


def look_up(
    environment: Mapping[str, str],
    directory: Path,
    chosen: Choice | None = None,
    interruption: Interruption | None = None,
) -> Binary:
    """Return the binary to run in `directory`.

    Arguments:
        environment: the environment variables.
        directory: the root module.
        chosen: the binary; default: the one that the environment variables name.
        interruption: ends the process that prints the version.

    Raises:
        TerraformMissingError: there is no binary, or it is too old.
    """
    chosen = chosen or choice(environment)
    found = shutil.which(chosen.name, path=environment.get("PATH"))
    if found is None:
        raise TerraformMissingError(_missing(chosen))
    binary = str(Path(found).absolute())
    named = f" ({chosen.setting} names it)" if chosen.setting else ""
    lines: list[str] = []
    try:
        # Run it in the root module: version managers select a version by the directory.
        run(
            [binary, "version", "-json"],
            directory,
            environment,
            lines.append,
            interruption=interruption,
            seconds=_VERSION_SECONDS,
        )
        version = str(json.loads("\n".join(lines))["terraform_version"])  # OpenTofu's key has this name too
        match = re.match(r"(\d+)\.(\d+)", version)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TerraformMissingError(
            f"`{binary} version -json`{named} does not print a version ({type(error).__name__}: {error}); "
            f"install Terraform or OpenTofu {_NEEDED}: {INSTALL_PAGE}"
        ) from error
    product = "OpenTofu" if Path(binary).name.startswith("tofu") else "Terraform"
    if match is None or (int(match[1]), int(match[2])) < MINIMUM_VERSION:
        raise TerraformMissingError(
            f"{binary}{named} is {product} {version}; install {_NEEDED}: {INSTALL_PAGE}"
        )
    return Binary(binary, product, version)


def _missing(chosen: Choice) -> str:
    if not chosen.setting:
        return (
            f'no "{chosen.name}" on PATH; install Terraform {_NEEDED}: {INSTALL_PAGE} '
            f"(or name the Terraform or OpenTofu binary in {VARIABLE})"
        )
    is_path = Path(chosen.name).name != chosen.name
    reason = "that file does not exist or is not executable" if is_path else f'no "{chosen.name}" is on PATH'
    return (
        f'{chosen.setting} is "{chosen.name}", but {reason}; allowed: the path of Terraform or OpenTofu '
        f"{_NEEDED}, or its name on PATH"
    )
