"""Check whether this machine supports a data plane."""

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from privatelink.sandbox.dataplane import syscall_filter

UNPACKED = Path(sys.prefix) / "nft"
"""The directory into which `tools/nft.sh` unpacks nft if the system has none."""

KERNEL = (5, 14)
"""The first Linux that limits the processes of a user namespace."""

TRIAL = (
    "unshare --user --map-root-user unshare --user --map-root-user --mount true && "
    "nft add table ip trial && nft list ruleset >/dev/null && ip link add name trial type veth"
)
TRIAL_SECONDS = 10


def nft_environment() -> tuple[str, Mapping[str, str]] | None:
    """Return the nft binary, of the system or unpacked, and its environment variables; None without nft."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))
    if found := shutil.which("nft", path=path):
        return found, {}
    unpacked = UNPACKED / "usr" / "sbin" / "nft"
    if not os.access(unpacked, os.X_OK):
        return None
    libraries = sorted({str(library.parent) for library in UNPACKED.glob("usr/lib/**/libnftables.so.*")})
    libraries += sorted({str(library.parent) for library in UNPACKED.glob("lib/**/lib*.so.*")})
    return str(unpacked), {"LD_LIBRARY_PATH": os.pathsep.join(libraries)}


def unshare_command() -> list[str]:
    """Return the prefix of a command that runs it in new namespaces, as their first process."""
    command = [
        "unshare",
        "--mount",
        "--net",
        "--pid",
        "--uts",
        "--ipc",
        "--fork",
        "--kill-child",
        "--mount-proc",
    ]
    if os.geteuid() != 0:
        command[1:1] = ["--user", "--map-root-user"]
    return command


@functools.cache
def why_not() -> str | None:
    """Return the reason why this machine has no data plane; None if it supports one."""
    if sys.platform != "linux":
        return "the data plane needs Linux namespaces, which this system does not have"
    if _kernel() < KERNEL:
        return f"the data plane needs Linux {'.'.join(map(str, KERNEL))}; this is {os.uname().release}"
    for program in ("unshare", "ip"):
        if shutil.which(program, path=system_path()) is None:
            return f"the program {program} is missing: install the packages util-linux and iproute2"
    nft = nft_environment()
    if nft is None:
        return "the program nft is missing: install the package nftables, or with apt run `make setup`"
    try:
        syscall_filter.library()
    except OSError:
        return f"the library {syscall_filter.LIBRARY} is missing: install the package libseccomp2"
    for module in ("pyroute2", "dnslib"):
        if not _importable(module):
            return f"the Python package {module} is missing: run `make setup`"
    binary, variables = nft
    trial = TRIAL.replace("nft ", f"'{binary}' ")
    try:
        run = subprocess.run(
            [*unshare_command(), "sh", "-c", trial],
            env=os.environ | {"PATH": system_path()} | dict(variables),
            capture_output=True,
            text=True,
            timeout=TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"namespaces cannot be tested: {error}"
    if run.returncode:
        reason = (run.stderr.strip().splitlines() or ["no error message"])[-1]
        return f"the kernel does not allow namespaces for this user: {reason}"
    return None


def _kernel() -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", os.uname().release)[:2]))


def system_path() -> str:
    """Return the search path of programs, including the directories for root."""
    return os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def _importable(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None
