"""First process of an instance: creates the root directory of its machine, then reaps orphaned processes.

Runs as a script with only the standard library: `python -I -S machine_init.py HOSTNAME NAMESERVER ADDRESS`.
Prints the process ID of the machine and `ready`, in either order.

The machine has the programs of the host; its writes go to memory and are lost when it ends.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import sys
from pathlib import Path

CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x20000000, 0x4000000, 0x8000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
STAGE = Path("/tmp")  # noqa: S108 - a mount point in a separate mount namespace
MADE_NEW = ("dev", "proc", "sys", "run", "tmp", "mnt", "media", "lost+found")
PERSONAL = ("home", "root")
"""Hidden, unless the only Python is there: programs in a machine must not see the files of users."""
SYSTEM_PYTHON = Path("/usr/bin/python3")
OWN_DEEPER = ("local", "systemd")
DEVICES = ("null", "zero", "full", "random", "urandom", "tty")

libc = ctypes.CDLL(None, use_errno=True)


def check(result: int) -> None:
    """Check the result of a function of the C library.

    Raises:
        OSError: it failed.
    """
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def mount(source: str, target: Path, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Call mount(2)."""
    check(
        libc.mount(
            source.encode(),
            os.fsencode(target),
            kind.encode() or None,
            ctypes.c_ulong(flags),
            options.encode() or None,
        )
    )


def copy_on_write(directory: Path, root: Path) -> None:
    """Mount a directory of the host in the machine: writes go to memory, or else it is read-only."""
    target = root / directory.name
    target.mkdir()
    upper, work = STAGE / "upper" / directory.name, STAGE / "work" / directory.name
    upper.mkdir(parents=True)
    work.mkdir(parents=True)
    shutil.copymode(directory, upper)
    if not every_user_is_mapped():
        own_directories(directory, upper)
    try:
        mount("overlay", target, "overlay", 0, f"lowerdir={directory},upperdir={upper},workdir={work}")
        return
    except OSError:
        pass  # Fails in a user namespace if there is a mount below the directory.
    if directory.name == "etc":
        shutil.copytree(directory, target, symlinks=True, ignore=unreadable, dirs_exist_ok=True)
    elif directory.name == "var":
        for name in ("cache", "lib", "log", "spool", "tmp"):
            (target / name).mkdir()
    else:
        mount(str(directory), target, "", MS_BIND | MS_REC)
        with contextlib.suppress(OSError):
            mount("", target, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID)


def every_user_is_mapped() -> bool:
    """Return whether all users are mapped; in a user namespace the host's root is not."""
    _, _, count = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    return int(count) == 2**32 - 1


def own_directories(lower: Path, upper: Path) -> None:
    """Make directories writable for the machine's root that are writable for the host's root."""
    if not os.access(lower, os.R_OK | os.X_OK):
        return
    below = directories(lower)
    for path in (
        *below,
        *(path for parent in below if parent.name in OWN_DEEPER for path in directories(parent)),
    ):
        own = upper / path.relative_to(lower)
        own.mkdir(exist_ok=True)
        with contextlib.suppress(OSError):
            shutil.copymode(path, own)


def directories(parent: Path) -> list[Path]:
    """Return the directories in a directory."""
    return [path for path in parent.iterdir() if path.is_dir() and not path.is_symlink()]


def unreadable(directory: str, names: list[str]) -> set[str]:
    """Return the names in a directory that cannot be copied."""
    return {
        name
        for name in names
        if not (path := Path(directory, name)).is_symlink()
        and not (os.access(path, os.R_OK) and (path.is_file() or path.is_dir()))
    }


def build(hostname: str, nameserver: str, address: str) -> Path:
    """Create the root directory of the machine and return it."""
    mount("", Path("/"), "", MS_REC | MS_PRIVATE)
    entries = sorted(Path("/").iterdir())
    new: tuple[str, ...] = MADE_NEW
    if SYSTEM_PYTHON.exists() or Path(sys.base_prefix).parts[1] not in PERSONAL:
        new += PERSONAL
    mount("machine", STAGE, "tmpfs", MS_NOSUID, "mode=755")
    root = STAGE / "root"
    root.mkdir()
    # pivot_root needs a mount point.
    mount(str(root), root, "", MS_BIND)
    for entry in entries:
        if entry.is_symlink():
            (root / entry.name).symlink_to(entry.readlink())
        elif entry.is_dir() and entry.name not in new:
            copy_on_write(entry, root)
    for name in new:
        (root / name).mkdir(exist_ok=True)
    for name in DEVICES:
        (root / "dev" / name).touch()
        mount(f"/dev/{name}", root / "dev" / name, "", MS_BIND)
    (root / "dev" / "shm").mkdir()
    for shared in (root / "tmp", root / "dev" / "shm"):
        shared.chmod(0o1777)  # independent of the umask
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")):
        (root / "dev" / name).symlink_to(target)
    mount("proc", root / "proc", "proc", MS_NOSUID | MS_NODEV)
    for name in ("sys", "sysrq-trigger"):
        # The machine must not change settings of the kernel.
        path = root / "proc" / name
        if not path.exists():
            continue
        mount(str(path), path, "", MS_BIND)
        with contextlib.suppress(OSError):
            mount("", path, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV)
    with contextlib.suppress(OSError):
        mount("sysfs", root / "sys", "sysfs", MS_RDONLY | MS_NOSUID | MS_NODEV)
    name = hostname.partition(".")[0]
    write(root / "etc" / "hostname", f"{hostname}\n")
    write(root / "etc" / "hosts", f"127.0.0.1 localhost\n{address} {hostname} {name}\n")
    search = hostname.partition(".")[2]
    write(
        root / "etc" / "resolv.conf",
        f"nameserver {nameserver}\noptions timeout:2 attempts:2\n" + (f"search {search}\n" if search else ""),
    )
    return root


def write(path: Path, text: str) -> None:
    """Write a file of the machine."""
    # On the host it may be a link to a path that the machine does not have.
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")


def main(hostname: str, nameserver: str, address: str) -> None:
    """Turn this process into the machine."""
    check(libc.unshare(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC))
    if child := os.fork():
        # The child is the machine; the data plane becomes its parent.
        print(child, flush=True)
        os._exit(0)
    root = build(hostname, nameserver, address)
    socket.sethostname(hostname)
    os.chdir(root)
    check(libc.pivot_root(b".", b"."))
    check(libc.umount2(b".", MNT_DETACH))
    os.chdir("/")
    print("ready", flush=True)
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    # Orphaned processes become children of this process, and are reaped.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
