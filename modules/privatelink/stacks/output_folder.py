"""Writes a new output folder, and exchanges it with the old one.

A run never writes to the existing folder. It writes to `.<name>.new-…` next to it, links the files of
Terraform and of users from the old folder (`carry_over`), and exchanges the two folders in one step. If it is
killed, or the disk is full, the output of one topology is there, complete; the next run removes temporary
folders. A run that changes nothing does not touch the folder, so that shells in it can go on.

Runs on the same folder wait for a lock, which the kernel releases when its owner ends. The owner of the lock
also owns the temporary folders next to the output folder.
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

# Shorter waits are not reported to the user.
QUIET_SECONDS = 1.0
POLL_SECONDS = 0.05
# Names that `privatelink` and the CDKTF CLI write in an output folder.
NAMES = {MANIFEST, STACKS, REMOVED, "hcl"}
# More than the size of any output.
ENOUGH_BYTES = 10 << 20
AT_FDCWD = -100
RENAME_EXCHANGE = 2
# Not `terraform-provider-…`, which continues to run if Terraform is killed.
TERRAFORM = re.compile(r"(terraform|tofu)(?!-provi)")
SHELLS = {"ash", "bash", "dash", "fish", "ksh", "sh", "zsh"}
ANOTHER = "name a separate folder with --out or CDKTF_OUTDIR, such as cdktf.out"


class OutputFolderError(UserError):
    """The output folder cannot be written, or is not an output folder; it was not changed."""


def say(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def replaced(out: Path, tell: Callable[[str], None] = say) -> Iterator[Path]:
    """Yield an empty folder to synthesize into, which then replaces the output folder.

    After an exception, the output folder is not changed.

    Arguments:
        out: the output folder; symbolic links are followed, missing parents are created.
        tell: prints notes for the user; default: to standard error.

    Raises:
        OutputFolderError: the folder was not written by `privatelink` or CDKTF, or contains the current
        folder;
            Terraform is running in it; there is no permission or no space to write.
    """
    folder = _followed(out)
    check_is_replaceable(out, folder)
    waiting = f"waiting for another run that writes {out} ..."
    with _explained(out, folder), _parent(folder), _locked(folder, lambda: tell(waiting)):
        _clean_up(folder)
        check_is_replaceable(out, folder)  # again, because another run may have written it meanwhile
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
                notes += [f"note: removed the plan {out / plan}: its stack has changed" for plan in dropped]
                notes += [
                    f"note: {user.folder} was replaced; run `cd .` in the shell with process ID {user.pid}"
                    for user in users
                    if user.command in SHELLS
                ]
            for note in notes:
                tell(note)
        finally:
            # After the exchange, this is the old folder.
            _remove(new)


def _followed(out: Path) -> Path:
    try:
        Path.cwd()
    except FileNotFoundError:
        msg = "the current folder was removed or replaced; run `cd .`, or change to another folder"
        raise OutputFolderError(msg) from None
    return Path(os.path.realpath(out))


def check_is_replaceable(out: Path, folder: Path) -> None:
    """Check that a folder contains only generated Terraform, so that no files of users are moved.

    Raises:
        OutputFolderError: it contains other files, or cannot be replaced.
    """
    if Path.cwd().is_relative_to(folder):
        msg = f'"{out}" is or contains the current folder, and would be replaced; {ANOTHER}'
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
        msg = f'"{out}" contains other files than generated Terraform, such as "{found}"; {ANOTHER}'
        raise OutputFolderError(msg)


def _is_output(folder: Path) -> bool:
    """Return whether a folder is empty, has CDKTF's manifest, or was left by a failed run of CDKTF."""
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
    """Check that Terraform does not run in the folder: it would lose its provider and its lock file.

    Raises:
        OutputFolderError: Terraform runs in the folder.
    """
    for process in processes:
        if TERRAFORM.match(process.command):
            msg = (
                f"{process.command} is running in {process.folder} (process {process.pid}); "
                "wait until it has finished, then run this command again"
            )
            raise OutputFolderError(msg)


def _processes_in(folder: Path) -> Iterator[_Process]:
    """Find the processes whose current folder is in a folder; none if the system has no /proc."""
    processes = Path("/proc")
    for process in processes.glob("[0-9]*") if processes.is_dir() else ():
        with contextlib.suppress(OSError):  # it has ended, or belongs to another user
            where = (process / "cwd").readlink()
            if where.is_relative_to(folder):
                command = (process / "comm").read_text(encoding="utf-8").strip()
                yield _Process(int(process.name), command, where)


@contextlib.contextmanager
def _explained(out: Path, folder: Path) -> Iterator[None]:
    """Turn file system errors in or next to the output folder into messages that say what to do."""
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
            "no space left on the disk of HOME or TMPDIR, where jsii unpacks its packages; free some space "
            "there, or set JSII_RUNTIME_PACKAGE_CACHE_ROOT and TMPDIR to folders on another disk"
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f'no space left on the disk of "{parent}"; free some space, or name another folder with --out'
    if error.errno == errno.EFBIG:
        return f'a file in "{out}" would exceed the file size limit of this process; raise `ulimit -f`'
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f'cannot write to "{parent}", where the new output is prepared ({error.strerror}); '
            "make it writable, or name another folder with --out"
        )
    if error.errno in (errno.EBUSY, errno.EXDEV):
        return f'"{out}" cannot be replaced, because it is mounted; name a folder in it with --out'
    if error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
        return f'"{parent}" is on a file system without locks; name a folder on a local disk with --out'
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f'cannot create "{parent}": "{error.filename}" is not a folder; name another folder with --out'
    return None


@contextlib.contextmanager
def _parent(folder: Path) -> Iterator[None]:
    """Create the missing parents of the folder; remove them again if they stay empty."""
    missing = [parent for parent in folder.parents if not parent.exists()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # it is not empty
            for parent in missing:
                parent.rmdir()


@contextlib.contextmanager
def _locked(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the folder's lock, a file next to it; the kernel releases it if its owner is killed.

    The owner removes the file. So a process that has waited checks that its locked file still exists.
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
    """Return the path of a new folder next to the output folder, where relative paths stay valid."""
    return folder.with_name(f".{folder.name}.{what}-{os.getpid()}-{time.time_ns()}")


def _clean_up(folder: Path) -> None:
    """Remove temporary folders of killed runs; if one had moved the output away, move it back."""
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
    """Remove an output folder, its stacks in parallel.

    On a file system that discards freed blocks immediately, the removal of each folder waits for 2 ms, and
    Terraform creates ten folders in each stack: 21 stacks take 0.3 s in sequence, and 0.03 s in parallel.
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
    """Exchange the new folder with the output folder."""
    if not folder.exists():
        new.rename(folder)
    elif not exchange(new, folder):
        _exchange_in_steps(new, folder)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False if the system or the file system cannot.

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
    """Exchange two folders in several steps; `_clean_up` repairs the result if the process is killed."""
    old = _sibling(folder, "old")
    folder.rename(old)
    try:
        new.rename(folder)
    except BaseException:
        if not folder.exists():
            old.rename(folder)
        raise
    old.rename(new)
