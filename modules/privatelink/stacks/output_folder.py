"""The output folder: written beside, then swapped.

A run never writes in the folder that is there. It writes to `.<name>.new-…` beside it, links what Terraform
and users keep in the old one (`carry_over`), and exchanges the two in one step. Killed at any moment, or with
a full disk, it leaves one topology's output, whole; what it leaves besides is removed by the next run. A run
that changes nothing leaves the folder as it is, so that shells in it stay where they are.

Runs on one folder are serialised by a lock that the kernel releases with its owner. Whoever has it owns
everything beside the folder that carries its name.
"""

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from privatelink.errors import UserError
from privatelink.stacks.carry_over import carry_over, is_up_to_date
from privatelink.stacks.manifest import MANIFEST, STACKS, read_manifest, stack_folders
from privatelink.stacks.removed_stacks import REMOVED, find_removed, notes_on

# A wait that is shorter is no news to the user.
QUIET_SECONDS = 1.0
POLL_SECONDS = 0.05
# What `privatelink` and the CDKTF CLI write there.
NAMES = {MANIFEST, STACKS, REMOVED, "hcl"}
# More than any output has.
ENOUGH_BYTES = 10 << 20
AT_FDCWD = -100
RENAME_EXCHANGE = 2
# Not `terraform-provider-…`, which outlives a killed Terraform.
TERRAFORM = re.compile(r"(terraform|tofu)(?!-provi)")
SHELLS = {"ash", "bash", "dash", "fish", "ksh", "sh", "zsh"}
ANOTHER = "name a folder of its own with --out or CDKTF_OUTDIR, such as cdktf.out"


class OutputFolderError(UserError):
    """The output folder cannot be written, or is no output folder; it is as it was."""


def say(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def replaced(out: Path, tell: Callable[[str], None] = say) -> Iterator[Path]:
    """Give an empty folder to synthesize into, which takes the place of the output folder afterwards.

    An exception leaves the output folder as it was.

    Arguments:
        out: the output folder; a symbolic link is followed, a parent that does not exist is created.
        tell: prints what the user has to know, by default to standard error.

    Raises:
        OutputFolderError: the folder is not one that `privatelink` or CDKTF has written, or contains the
            current folder; Terraform is running in it; there is no right or no space to write.
    """
    folder = _followed(out)
    check_is_replaceable(out, folder)
    waiting = f"waiting for another run that writes {out} ..."
    with _explained(out, folder), _parent(folder), _locked(folder, lambda: tell(waiting)):
        _clean_up(folder)
        check_is_replaceable(out, folder)  # another run may have written it meanwhile
        new = _sibling(folder, "new")
        new.mkdir()
        try:
            yield new
            removed = find_removed(folder, read_manifest(new))
            notes = notes_on(removed, out)
            if not is_up_to_date(folder, new, removed):
                users = list(_processes_in(folder))
                check_is_idle(users)
                dropped = carry_over(folder, new, removed)
                if folder.exists():
                    shutil.copymode(folder, new)
                _put_in_place(new, folder)
                notes += [f"note: removed {out / plan}, a plan of what has changed since" for plan in dropped]
                notes += [
                    f"note: {user.folder} was replaced: run `cd .` in the shell with process id {user.pid}"
                    for user in users
                    if user.command in SHELLS
                ]
            for note in notes:
                tell(note)
        finally:
            # After the exchange this is what was there before.
            _remove(new)


def _followed(out: Path) -> Path:
    try:
        Path.cwd()
    except FileNotFoundError:
        msg = "the current folder has been removed or replaced: run `cd .` first, or `cd` to another one"
        raise OutputFolderError(msg) from None
    return Path(os.path.realpath(out))


def check_is_replaceable(out: Path, folder: Path) -> None:
    """Refuse a folder that holds anything but generated Terraform, so that no user's files are moved.

    Raises `OutputFolderError`.
    """
    if Path.cwd().is_relative_to(folder):
        msg = f'"{out}" is the current folder or contains it, and a new folder takes its place; {ANOTHER}'
        raise OutputFolderError(msg)
    if not os.path.lexists(folder):
        return
    if not folder.is_dir():
        raise OutputFolderError(f'"{out}" is not a folder; {ANOTHER}')
    if os.path.ismount(folder):
        msg = (
            f'"{out}" is a mount point, which cannot be replaced; name a folder in it: "{out / "cdktf.out"}"'
        )
        raise OutputFolderError(msg)
    if not _is_output(folder):
        found = min(_names(folder) - NAMES, default=STACKS)
        msg = f'"{out}" holds other files than generated Terraform, such as "{found}"; {ANOTHER}'
        raise OutputFolderError(msg)


def _is_output(folder: Path) -> bool:
    """Whether a folder is empty, has CDKTF's manifest, or is what CDKTF leaves when it fails."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return isinstance(manifest, dict) and {"stacks", "version"} <= manifest.keys()
    except (OSError, ValueError):
        return _names(folder) <= NAMES and all(
            not any(root.iterdir()) or any(root.glob("cdk.tf*")) for root in stack_folders(folder / STACKS)
        )


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


class _Process(NamedTuple):
    pid: int
    command: str
    folder: Path


def check_is_idle(processes: list[_Process]) -> None:
    """Refuse to replace the folder that Terraform runs in: it would lose its provider and its lock file.

    Raises `OutputFolderError`.
    """
    for process in processes:
        if TERRAFORM.match(process.command):
            msg = (
                f"{process.command} is running in {process.folder} (process {process.pid}); "
                "let it finish, then run this again"
            )
            raise OutputFolderError(msg)


def _processes_in(folder: Path) -> Iterator[_Process]:
    """Find the processes whose current folder is in a folder; none where the system has no /proc."""
    processes = Path("/proc")
    for process in processes.glob("[0-9]*") if processes.is_dir() else ():
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            where = (process / "cwd").readlink()
            if where.is_relative_to(folder):
                command = (process / "comm").read_text(encoding="utf-8").strip()
                yield _Process(int(process.name), command, where)


@contextlib.contextmanager
def _explained(out: Path, folder: Path) -> Iterator[None]:
    """Say what the user can do about an error of the file system in or beside the output folder."""
    try:
        yield
    except OSError as error:
        place = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes) else folder
        explained = _explain(error, out, folder.parent)
        if explained is None or not place.absolute().is_relative_to(folder.parent):
            raise
        raise OutputFolderError(f"{explained}; nothing is changed") from error


def _explain(error: OSError, out: Path, parent: Path) -> str | None:
    if error.errno == errno.ENOSPC and not error.filename and shutil.disk_usage(parent).free > ENOUGH_BYTES:
        return (
            "no space left, but not where the output is: jsii unpacks its packages in HOME and in TMPDIR; "
            "free some there, or set JSII_RUNTIME_PACKAGE_CACHE_ROOT and TMPDIR to folders on another disk"
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f'no space left on the disk of "{parent}": free some, or name a folder elsewhere with --out'
    if error.errno == errno.EFBIG:
        return f'a file for "{out}" would be larger than this process may write: raise `ulimit -f`'
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f'cannot write in "{parent}", where the new output is prepared ({error.strerror}): '
            "make it writable, or name a folder elsewhere with --out"
        )
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return f'"{out}" cannot be replaced, as it is mounted: name a folder in it with --out'
    if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
        return f'"{parent}" is on a file system without locks: name a folder on a local disk with --out'
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f'cannot create "{parent}", as "{error.filename}" is not a folder: name another one with --out'
    return None


@contextlib.contextmanager
def _parent(folder: Path) -> Iterator[None]:
    """Create the folder's parents; remove them again if nothing is put there."""
    missing = [parent for parent in folder.parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # what is not empty stays
            for parent in missing:
                parent.rmdir()


@contextlib.contextmanager
def _locked(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Have the folder's lock, a file beside it; a killed owner loses it at once.

    The file is removed by its owner, so one that has waited makes sure that what it locked is still there.
    """
    path = folder.with_name(f".{folder.name}.lock")
    lock = _lock(path, on_wait)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(lock)


def _lock(path: Path, on_wait: Callable[[], None]) -> int:
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _wait_for(lock, on_wait)
        except BaseException:
            os.close(lock)
            raise
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(lock), path.stat()):
                return lock
        os.close(lock)


def _wait_for(lock: int, on_wait: Callable[[], None]) -> None:
    deadline = time.monotonic() + QUIET_SECONDS
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(POLL_SECONDS)
        else:
            return
    on_wait()
    fcntl.flock(lock, fcntl.LOCK_EX)


def _sibling(folder: Path, what: str) -> Path:
    """Name a new folder beside the output folder; the same depth keeps the relative paths of states."""
    return folder.with_name(f".{folder.name}.{what}-{os.getpid()}-{time.time_ns()}")


def _clean_up(folder: Path) -> None:
    """Remove what killed runs left; put the output back that one had moved away and not yet replaced."""
    left = [
        Path(entry.path)
        for entry in os.scandir(folder.parent)
        if entry.name.startswith((f".{folder.name}.new-", f".{folder.name}.old-"))
    ]
    for path in sorted(left, reverse=True):
        if path.name.startswith(f".{folder.name}.old-") and not folder.exists():
            path.rename(folder)
        else:
            _remove(path)


def _remove(folder: Path) -> None:
    """Remove an output folder, its stacks side by side.

    Where a file system discards what it frees at once, each removed folder is a wait of 2 ms, and Terraform
    makes ten in each stack: 21 stacks take 0.3 s one after the other, 0.03 s so.
    """
    threads = [
        threading.Thread(target=shutil.rmtree, args=(stack, True)) for stack in stack_folders(folder / STACKS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shutil.rmtree(folder, ignore_errors=True)


def _put_in_place(new: Path, folder: Path) -> None:
    """Put the new folder where the output folder is, and that where the new one was."""
    if not folder.exists():
        new.rename(folder)
    elif not exchange(new, folder):
        _exchange_in_steps(new, folder)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False where the system or the file system cannot.

    https://man7.org/linux/man-pages/man2/rename.2.html, RENAME_EXCHANGE
    """
    import ctypes

    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        return False
    raise OSError(code, os.strerror(code), str(other))


def _exchange_in_steps(new: Path, folder: Path) -> None:
    """Exchange two folders where it cannot be done at once; `_clean_up` mends what is killed in between."""
    old = _sibling(folder, "old")
    folder.rename(old)
    try:
        new.rename(folder)
    except BaseException:
        if not folder.exists():
            old.rename(folder)
        raise
    old.rename(new)
