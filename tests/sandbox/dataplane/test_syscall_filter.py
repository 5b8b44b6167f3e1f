"""The system calls that a machine does not have, tried in a process that has the filter alone."""

import ctypes
import errno
import json
import os
import socket
import subprocess
import sys

import pytest

from privatelink.sandbox.dataplane import machine_init, syscall_filter

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWUSER, SIGCHLD = 0x10000000, 17


def number_of(name: str) -> int:
    return int(syscall_filter.library().seccomp_syscall_resolve_name(name.encode()))


def error_of(call: int, *arguments: int) -> int:
    """The error of a system call with arguments that the kernel refuses, if it looks at them."""
    ctypes.set_errno(0)
    LIBC.syscall(call, *(ctypes.c_long(argument) for argument in arguments))
    return ctypes.get_errno()


def clone_of_a_user_namespace() -> int:
    """The error of clone with the flag of a new user namespace."""
    ctypes.set_errno(0)
    if LIBC.syscall(number_of("clone"), CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) == 0:
        os._exit(0)
    return ctypes.get_errno()


def error_of_a_socket(family: int) -> int:
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
    except OSError as error:
        return error.errno
    return 0


def main() -> None:
    """Put the filter on this process; print what then fails, and how."""
    program = syscall_filter.program()
    calls = {name: number_of(name) for name in (*syscall_filter.REFUSED, "clone3")}
    compiled = machine_init.Filter(len(program) // 8, program)
    assert LIBC.prctl(machine_init.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    mode = machine_init.SECCOMP_MODE_FILTER
    assert LIBC.prctl(machine_init.PR_SET_SECCOMP, mode, ctypes.byref(compiled)) == 0
    errors = {name: error_of(call, *[-1] * 6) for name, call in calls.items() if call >= 0}
    families = {family: error_of_a_socket(family) for family in range(46)}
    works = subprocess.run(["sh", "-c", "echo $(echo works)"], capture_output=True, text=True, check=False)
    print(json.dumps([errors, clone_of_a_user_namespace(), families, works.stdout]))


@pytest.fixture(scope="module")
def tried() -> list:
    done = subprocess.run(
        [sys.executable, "-m", __name__], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: list = json.loads(done.stdout)
    return found


pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="seccomp is of Linux")


def test_the_list_names_system_calls() -> None:
    """libseccomp knows them all, if not on this processor."""
    assert [name for name in syscall_filter.REFUSED if number_of(name) == -1] == []


def test_they_are_refused(tried: list) -> None:
    errors, clone, _, _ = tried
    assert len(errors) > 45
    assert errors.pop("clone3") == errno.ENOSYS
    assert {name: error for name, error in errors.items() if error != errno.EPERM} == {}
    assert clone == errno.EPERM


def test_sockets_are_of_the_network_namespace(tried: list) -> None:
    _, _, families, _ = tried
    for family, error in families.items():
        allowed = int(family) in syscall_filter.ADDRESS_FAMILIES
        assert (error != errno.EAFNOSUPPORT) is allowed, family


def test_what_programs_need_works(tried: list) -> None:
    assert tried[3] == "works\n"


def test_an_error_of_the_library_is_raised() -> None:
    with pytest.raises(OSError, match="libseccomp: Invalid argument"):
        syscall_filter._check(-errno.EINVAL)


if __name__ == "__main__":
    main()
