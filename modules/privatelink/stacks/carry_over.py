"""What a new output folder keeps of the one that it replaces: what Terraform and users have put there.

Files are linked, not copied, as a provider has 700 MB; the two folders exist side by side only until they are
exchanged. What CDKTF generated is known by its manifest. Everything else is kept but the saved plans of a
stack that has changed: Terraform would apply them, though the topology no longer says so.
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
    generated_files,
    read_manifest,
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
            link_tree(folder, new / STACKS / name, leave_out={GENERATED, *of_old, *plans})
        folder = old / REMOVED / name
        if folder.is_dir():
            link_tree(folder, new / STACKS / name, leave_out={GENERATED, *saved_plans(folder)})
    for stack in removed:
        if stack.is_kept:
            # Plans made where it is moved to are of its destruction.
            plans = [] if stack.was_moved else list(saved_plans(stack.folder))
            link_tree(stack.folder, new / REMOVED / stack.name, leave_out=plans)
        if not stack.was_moved and os.environ.get(CLI_VARIABLE):
            (new / STACKS / stack.name).mkdir()
    kept = {stack.name: _moved(stack.entry) for stack in removed if stack.is_kept}
    if kept:
        write_manifest(new / REMOVED, kept)
    return dropped


def _link_others(old: Path, new: Path, known: Collection[str]) -> None:
    """Link what is in a folder beside what is known."""
    if old.is_dir() and any(entry.name not in known for entry in old.iterdir()):
        link_tree(old, new, leave_out=known)


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
