"""Copies files of Terraform and of users from the old output folder to the new one.

Files are linked, not copied, because a provider has 700 MB; both folders exist only until they are exchanged.
The manifest lists the files that CDKTF generated. All other files are kept, except saved plans of stacks that
have changed: Terraform would apply the old configuration.
"""

import filecmp
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from privatelink.stacks.link_tree import link_tree
from privatelink.stacks.manifest import (
    GENERATED,
    MANIFEST,
    STACKS,
    VERSIONS,
    generated_files,
    read_manifest,
    write_manifest,
)
from privatelink.stacks.removed_stacks import REMOVED, RemovedStack
from privatelink.stacks.saved_plans import saved_plans

# Set by the CDKTF CLI, which deletes the folders of removed stacks itself, and fails if one does not exist:
# https://github.com/hashicorp/terraform-cdk/blob/main/packages/@cdktf/cli-core/src/lib/synth-stack.ts
CLI_VARIABLE = "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS"


def is_up_to_date(old: Path, new: Path, removed: Iterable[RemovedStack]) -> bool:
    """Return whether `old` has all generated files of `new`, and all removed stacks are in place.

    Arguments:
        old: the output folder.
        new: the folder that would replace it.
        removed: the stacks of `old` that are not in `new`.
    """
    stacks = read_manifest(new)
    return (
        old.exists()
        and all(_same(old / file, new / file) for file in (MANIFEST, *generated_files(stacks)))
        and all(stack.was_moved and stack.is_kept for stack in removed)
        and not any((old / REMOVED / name).exists() for name in stacks)
    )


def carry_over(old: Path, new: Path, removed: Sequence[RemovedStack]) -> list[Path]:
    """Link the files to keep into the folder that replaces the output folder.

    Arguments:
        old: the output folder; it may not exist.
        new: the folder that replaces it, with all generated files.
        removed: the stacks of `old` that are not in `new`.

    Returns:
        The saved plans that are not kept, relative to the folder.
    """
    if not old.is_dir():
        return []
    stacks = read_manifest(new)
    generated = {Path(file) for file in generated_files(read_manifest(old))}
    known = {*stacks, *(stack.name for stack in removed)}
    dropped: list[Path] = []
    _link_others(old, new, {MANIFEST, STACKS, REMOVED})
    _link_others(old / STACKS, new / STACKS, known)
    _link_others(old / REMOVED, new / REMOVED, {MANIFEST, *known})
    for name, entry in stacks.items():
        folder = old / STACKS / name
        if folder.is_dir():
            file = entry["synthesizedStackPath"]
            plans = [] if _same(old / file, new / file) else list(saved_plans(folder))
            dropped += [Path(STACKS, name, plan) for plan in plans]
            of_old = {file.name for file in generated if file.parent == Path(STACKS, name)}
            link_tree(folder, new / STACKS / name, leave_out={GENERATED, VERSIONS, *of_old, *plans})
        folder = old / REMOVED / name
        if folder.is_dir():
            link_tree(folder, new / STACKS / name, leave_out={GENERATED, VERSIONS, *saved_plans(folder)})
    for stack in removed:
        if stack.is_kept:
            # Plans made in `removed/` are plans to destroy it.
            plans = [] if stack.was_moved else list(saved_plans(stack.folder))
            link_tree(stack.folder, new / REMOVED / stack.name, leave_out=plans)
        if not stack.was_moved and os.environ.get(CLI_VARIABLE):
            (new / STACKS / stack.name).mkdir()
    kept = {stack.name: _moved(stack.entry) for stack in removed if stack.is_kept}
    if kept:
        write_manifest(new / REMOVED, kept)
    return dropped


def _link_others(old: Path, new: Path, known: Collection[str]) -> None:
    """Link all entries of a folder that are not in `known`."""
    if old.is_dir() and any(entry.name not in known for entry in old.iterdir()):
        link_tree(old, new, leave_out=known)


def _moved(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the manifest's entry of a stack, with the paths in `removed/`."""
    return {
        key: value.replace(f"{STACKS}/", f"{REMOVED}/", 1) if isinstance(value, str) else value
        for key, value in entry.items()
    }


def _same(one: Path, other: Path) -> bool:
    """Return whether two files have the same content, or neither exists."""
    if not (one.is_file() and other.is_file()):
        return not one.exists() and not other.exists()
    return filecmp.cmp(one, other, shallow=False)
