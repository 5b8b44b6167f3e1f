"""CDKTF's manifest, which lists the stacks and the generated files of an output folder."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DEFAULT_FOLDER = "cdktf.out"
MANIFEST = "manifest.json"
STACKS = "stacks"
# The file with a stack's Terraform, unless the CDKTF CLI generates HCL.
GENERATED = "cdk.tf.json"
# The file beside it with the versions of Terraform that a stack works with.
VERSIONS = "cdk.versions.tf"

Manifest = Mapping[str, Mapping[str, Any]]
"""The entries of a manifest, by the name of the stack."""


def read_manifest(folder: Path) -> Manifest:
    """Return the stacks in the manifest of a folder; none if there is no valid manifest."""
    try:
        stacks = json.loads((folder / MANIFEST).read_bytes())["stacks"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return stacks if isinstance(stacks, dict) else {}


def write_manifest(folder: Path, stacks: Manifest) -> None:
    """Write a manifest of these stacks."""
    text = json.dumps({"stacks": stacks, "version": "1"}, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def generated_files(stacks: Manifest) -> set[str]:
    """Return the paths of the generated files, relative to the output folder."""
    listed = {
        stack[path]
        for stack in stacks.values()
        for path in ("synthesizedStackPath", "stackMetadataPath")
        if path in stack
    }
    return listed | {str(Path(path).with_name(VERSIONS)) for path in listed}


def stack_folders(folder: Path) -> list[Path]:
    """Return the folders in `stacks/` or `removed/`, sorted by name; none if that does not exist."""
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())
