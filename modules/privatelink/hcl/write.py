"""Writes all generated stacks as plain HCL."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from privatelink.errors import UserError
from privatelink.hcl import schema
from privatelink.hcl.configuration import files
from privatelink.json_types import JsonObject
from privatelink.terraform.environment import DEFAULT_WORK_DIR
from privatelink.terraform.root import TerraformRoot
from privatelink.terraform.stacks import Stack, read_stacks

FOLDER = "hcl"
LOCK_FILE = ".terraform.lock.hcl"
# The file of a stack that is HCL already, and its name in the folder of HCL.
VERSIONS_FILE, VERSIONS = "cdk.versions.tf", "versions.tf"


class HclError(UserError):
    """A stack cannot be converted to HCL; nothing is written."""


def write(out: Path, environment: Mapping[str, str]) -> list[Path]:
    """Write all generated stacks to `<out>/hcl/<stack>`, and return these folders.

    The folders have the same depth as those of the stacks, so that relative paths of state files stay valid.

    Raises:
        HclError: there are no stacks, or one cannot be converted.
    """
    if not (out / "manifest.json").is_file():
        msg = f"no generated Terraform in {out}; run `privatelink synth`, or name a folder with --out"
        raise HclError(msg)
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
            cast(JsonObject, stack.configuration),
            schema.read(required, environment, DEFAULT_WORK_DIR / "provider-schemas"),
        )
    except ValueError as error:
        msg = f"{stack.name}: {error}"
        raise HclError(msg) from error


def _put(new: Path, stack: Stack, folder: Path) -> Path:
    """Move the files of a stack to its folder, and copy those that are HCL already."""
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.tf"):
        stale.unlink()
    for written in new.iterdir():
        shutil.move(written, folder / written.name)
    for name, copied in ((LOCK_FILE, LOCK_FILE), (VERSIONS_FILE, VERSIONS)):
        if (file := stack.root.directory / name).is_file():
            shutil.copy(file, folder / copied)
    return folder
