"""Whether this machine can have a data plane, and why not."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

UNPACKED = Path(sys.prefix) / "nft"
"""Where `tools/nft.sh` unpacks nft when the system has none."""

TRIAL = "nft add table ip trial && nft list ruleset >/dev/null && ip link add name trial type veth"
TRIAL_SECONDS = 10


def nft_environment() -> tuple[str, Mapping[str, str]] | None:
    """The nft binary and the variables it needs: the system's, else the unpacked one, else None."""
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
    """The command that puts the one after it into namespaces of its own, as their first process."""
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
    """Why there can be no data plane here, in words for the user; None when there can be one."""
    if sys.platform != "linux":
        return "the data plane needs Linux namespaces: it does not exist on this system"
    for program in ("unshare", "nsenter", "setpriv", "ip"):
        if shutil.which(program, path=system_path()) is None:
            return f"the program {program} is missing (packages util-linux and iproute2)"
    nft = nft_environment()
    if nft is None:
        return (
            "the program nft is missing: install the package nftables, or run `make setup` where apt exists"
        )
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
        return f"namespaces cannot be tried out: {error}"
    if run.returncode:
        reason = run.stderr.strip().splitlines()
        return (
            f"the kernel does not give namespaces to this user: {reason[-1] if reason else 'no reason given'}"
        )
    return None


def system_path() -> str:
    """Where programs are looked for: also where distributions put the ones for root."""
    return os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"))


def _importable(module: str) -> bool:
    import importlib.util

    return importlib.util.find_spec(module) is not None
