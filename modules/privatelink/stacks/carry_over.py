"""What a new output folder keeps of the one that it replaces: what Terraform and users have put there.

Files are linked, not copied, as a provider has 700 MB; the two folders exist side by side only until they are
exchanged. What CDKTF generated is known by its manifest. Everything else is kept but the saved plans of a
stack that has changed: Terraform would apply them, though the topology no longer says so.
"""

import filecmp
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from privatelink.stacks.link_tree import link_tree
from privatelink.stacks.manifest import (
    GENERATED,
    MANIFEST,
    STACKS,
    generated_files,
    read_manifest,
    stack_folders,
    write_manifest,
)
from privatelink.stacks.removed_stacks import REMOVED, RemovedStack
from privatelink.stacks.saved_plans import saved_plans

# The CDKTF CLI, which sets it for the app, removes the folders of removed stacks itself, and fails where one
# is gone: https://github.com/hashicorp/terraform-cdk/blob/main/packages/@cdktf/cli-core/src/lib/synth-stack.ts
CLI_VARIABLE = "CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS"


def is_up_to_date(old: Path, new: Path, removed: Iterable[RemovedStack]) -> bool:
    """Whether a folder has all that is generated in another one, and removed stacks are where they belong."""
    stacks = read_manifest(new)
    return (
        old.exists()
        and all(_same(old / file, new / file) for file in (MANIFEST, *generated_files(stacks)))
        and all(stack.was_moved and stack.is_kept for stack in removed)
        and not any((old / REMOVED / name).exists() for name in stacks)
    )


def carry_over(old: Path, new: Path, removed: Sequence[RemovedStack]) -> list[Path]:
    """Link what is kept of a folder into the one that replaces it.

    Arguments:
        old: the output folder, which may not exist.
        new: what replaces it, with all that is generated.
        removed: the stacks of `old` that are not in `new`.

    Returns:
        The saved plans that are not kept, relative to the folder.
    """
    if not old.is_dir():
        return []
    stacks, generated = read_manifest(new), generated_files(read_manifest(old))
    dropped: list[Path] = []
    link_tree(old, new, leave_out={MANIFEST, STACKS, REMOVED})
    for folder in stack_folders(old / STACKS):
        target = new / STACKS / folder.name
        if folder.name in stacks:
            generated_file = stacks[folder.name]["synthesizedStackPath"]
            is_same = _same(old / generated_file, new / generated_file)
            plans = [] if is_same else list(saved_plans(folder))
            dropped += [Path(STACKS, folder.name, plan) for plan in plans]
            of_old = {Path(file).name for file in generated if Path(file).parts[1] == folder.name}
            link_tree(folder, target, leave_out={GENERATED, *of_old, *plans})
        elif folder.name not in {stack.name for stack in removed}:
            link_tree(folder, target)
        elif os.environ.get(CLI_VARIABLE):
            target.mkdir()
    for folder in stack_folders(old / REMOVED):
        if folder.name in stacks:
            link_tree(folder, new / STACKS / folder.name, leave_out={GENERATED, *saved_plans(folder)})
    _keep_removed([stack for stack in removed if stack.is_kept], new)
    return dropped


def _keep_removed(stacks: Sequence[RemovedStack], new: Path) -> None:
    for stack in stacks:
        # Plans made where it is now are of its destruction.
        plans = () if stack.was_moved else tuple(saved_plans(stack.folder))
        link_tree(stack.folder, new / REMOVED / stack.name, leave_out=plans)
    if stacks:
        write_manifest(new / REMOVED, {stack.name: _moved(stack.entry) for stack in stacks})


def _moved(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What the manifest says of a stack, with the paths of where it is now."""
    return {
        key: value.replace(f"{STACKS}/", f"{REMOVED}/", 1) if isinstance(value, str) else value
        for key, value in entry.items()
    }


def _same(one: Path, other: Path) -> bool:
    """Whether two files have the same content, or neither exists."""
    if not (one.is_file() and other.is_file()):
        return not one.exists() and not other.exists()
    return filecmp.cmp(one, other, shallow=False)
