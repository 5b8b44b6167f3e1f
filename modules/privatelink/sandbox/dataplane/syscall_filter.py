"""The system calls that are refused in a machine, compiled by libseccomp for the kernel's seccomp filter.

The list follows the default profile of Docker: https://docs.docker.com/engine/security/seccomp/
"""

import ctypes
import errno
import functools
import os

LIBRARY = "libseccomp.so.2"
REFUSED = (
    # Mounts, and other namespaces.
    *("mount", "umount", "umount2", "pivot_root", "open_tree", "move_mount", "mount_setattr"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "unshare", "setns"),
    # Files that no path of the machine leads to.
    *("open_by_handle_at", "fanotify_init", "quotactl", "quotactl_fd", "acct"),
    # Other processes.
    *(
        "ptrace",
        "process_vm_readv",
        "process_vm_writev",
        "kcmp",
        "pidfd_getfd",
        "migrate_pages",
        "move_pages",
    ),
    # The keys of the user who started the sandbox: the kernel keeps them by user and session.
    *("add_key", "request_key", "keyctl"),
    # The kernel's log, modules, clock, swap and devices.
    *("syslog", "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *("settimeofday", "clock_settime", "clock_adjtime", "swapon", "swapoff", "iopl", "ioperm", "vhangup"),
    *("sethostname", "setdomainname"),
    # Parts of the kernel in which most errors are found, and which no server needs.
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl", "vm86", "vm86old"),
)
ADDRESS_FAMILIES = (1, 2, 10, 16, 17)
"""Unix, IPv4, IPv6, netlink, packet. Others are not all of a network namespace: vsock reaches a VM's host."""

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_UNKNOWN = -1
_EQUAL, _GREATER, _MASKED_EQUAL = 4, 6, 7
_CLONE_NEWUSER = 0x10000000


class _Comparison(ctypes.Structure):
    """`scmp_arg_cmp` of seccomp.h."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


@functools.cache
def library() -> ctypes.CDLL:
    """Load libseccomp.

    Raises:
        OSError: it is missing.
    """
    loaded = ctypes.CDLL(LIBRARY)
    loaded.seccomp_init.restype = ctypes.c_void_p
    loaded.seccomp_init.argtypes = (ctypes.c_uint32,)
    loaded.seccomp_rule_add_array.argtypes = (
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
        ctypes.POINTER(_Comparison),
    )
    loaded.seccomp_export_bpf.argtypes = (ctypes.c_void_p, ctypes.c_int)
    loaded.seccomp_release.argtypes = (ctypes.c_void_p,)
    return loaded


@functools.cache
def program() -> bytes:
    """Return the filter as a BPF program, an array of `struct sock_filter`.

    Raises:
        OSError: libseccomp is missing or fails.
    """
    context = library().seccomp_init(_ALLOW)
    try:
        for name in REFUSED:
            _refuse(context, name)
        # A new user namespace gets all capabilities. The C library calls clone if there is no clone3, whose
        # flags a filter cannot read.
        _refuse(context, "clone", _Comparison(0, _MASKED_EQUAL, _CLONE_NEWUSER, _CLONE_NEWUSER))
        _refuse(context, "clone3", number=errno.ENOSYS)
        for family in range(max(ADDRESS_FAMILIES)):
            if family not in ADDRESS_FAMILIES:
                _refuse(context, "socket", _Comparison(0, _EQUAL, family, 0), number=errno.EAFNOSUPPORT)
        _refuse(
            context, "socket", _Comparison(0, _GREATER, max(ADDRESS_FAMILIES), 0), number=errno.EAFNOSUPPORT
        )
        file = os.memfd_create("filter")
        try:
            _check(library().seccomp_export_bpf(context, file))
            return os.pread(file, os.fstat(file).st_size, 0)
        finally:
            os.close(file)
    finally:
        library().seccomp_release(context)


def _refuse(context: int, name: str, *comparisons: _Comparison, number: int = errno.EPERM) -> None:
    """Let a system call fail, if its arguments match."""
    call = library().seccomp_syscall_resolve_name(name.encode())
    if call != _UNKNOWN:
        array = (_Comparison * len(comparisons))(*comparisons)
        _check(library().seccomp_rule_add_array(context, _ERRNO | number, call, len(comparisons), array))


def _check(result: int) -> None:
    if result < 0:
        raise OSError(-result, f"libseccomp: {os.strerror(-result)}")
