"""A folder's content under a second name: links instead of copies."""
# pathlib takes four times as long, and Terraform makes ten folders in each stack.
# ruff: noqa: PTH102, PTH110, PTH115, PTH211

import errno
import os
import shutil
from collections.abc import Collection
from pathlib import Path

# A file system without links, or a file that may not be linked.
NOT_LINKED = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS, errno.EACCES}


def link_tree(source: Path, target: Path, leave_out: Collection[str] = ()) -> None:
    """Link the files of a folder, and of those in it, into another one; what is there already stays.

    Symbolic links stay what they are. A file that cannot be linked is copied.

    Arguments:
        leave_out: names in the folder itself that are left out.
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
