"""Copies a folder by linking its files."""
# pathlib takes four times as long, and Terraform makes ten folders in each stack.
# ruff: noqa: PTH102, PTH110, PTH115, PTH211

import errno
import os
import shutil
from collections.abc import Collection
from pathlib import Path

# The file system has no links, or the file cannot be linked.
NOT_LINKED = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS, errno.EACCES}


def link_tree(source: Path, target: Path, leave_out: Collection[str] = ()) -> None:
    """Link the files of a folder and its subfolders into another folder; existing files are kept.

    Symbolic links are copied as links. Files that cannot be linked are copied.

    Arguments:
        source: the folder with the files.
        target: the folder for the links.
        leave_out: names of entries of `source` to skip.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _link_tree(str(source), str(target), leave_out)


def _link_tree(source: str, target: str, leave_out: Collection[str] = ()) -> None:
    if not os.path.exists(target):
        os.mkdir(target)
    with os.scandir(source) as entries:
        for entry in entries:
            to = f"{target}/{entry.name}"
            if entry.name in leave_out:
                continue
            if entry.is_dir(follow_symlinks=False):
                _link_tree(entry.path, to)
            elif not os.path.lexists(to):
                _link(entry, to)
    shutil.copymode(source, target)


def _link(file: "os.DirEntry[str]", target: str) -> None:
    if file.is_symlink():
        os.symlink(os.readlink(file.path), target)
        return
    try:
        os.link(file.path, target)
    except OSError as error:
        if error.errno not in NOT_LINKED:
            raise
        shutil.copy2(file.path, target)
