"""Whether this machine can have a data plane; and in words that help, why not."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from privatelink.sandbox.dataplane import availability, syscall_filter

PROGRAMS = ("unshare", "ip", "nft")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make a folder of programs the only place they are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(availability, "UNPACKED", tmp_path / "unpacked")
    monkeypatch.setattr(availability, "system_path", lambda: str(folder))
    real = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, path=None: real(name, path=str(folder)))
    monkeypatch.setattr(sys, "platform", "linux")

    def made(*names: str, **scripts: str) -> Path:
        for name in names:
            scripts.setdefault(name, "exit 0")
        for name, script in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        return folder

    return made


def why_not() -> str | None:
    """The answer for the machine as the test shows it, not the one that is kept."""
    return availability.why_not.__wrapped__()


def unpack(folder: Path) -> Path:
    """nft where tools/nft.sh unpacks it."""
    for name in ("usr/sbin/nft", "usr/lib/arch/libnftables.so.1", "lib/arch/libmnl.so.0"):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).touch(mode=0o755)
    return folder / "usr/sbin/nft"


def test_where_everything_is_there_packets_flow(programs: Callable[..., Path]) -> None:
    programs(*PROGRAMS)
    assert why_not() is None


def test_only_linux_has_namespaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert why_not() == "the data plane needs Linux namespaces, which this system does not have"


@pytest.mark.parametrize("missing", PROGRAMS[:-1])
def test_a_missing_program_is_named_with_its_package(programs: Callable[..., Path], missing: str) -> None:
    programs(*(name for name in PROGRAMS if name != missing))
    assert why_not() == f"the program {missing} is missing: install the packages util-linux and iproute2"


def test_a_missing_nft_is_named_with_both_ways_to_get_it(programs: Callable[..., Path]) -> None:
    programs(*PROGRAMS[:-1])
    found = why_not()
    assert found
    assert "nft is missing" in found
    assert "nftables" in found
    assert "make setup" in found


@pytest.mark.parametrize(
    ("release", "enough"), [("5.13.0-1-aws", False), ("5.14", True), ("6.1.0-rc2", True)]
)
def test_an_old_kernel_cannot_limit_a_machine(
    programs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, release: str, enough: bool
) -> None:
    programs(*PROGRAMS)
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release=release))
    assert why_not() == (None if enough else f"the data plane needs Linux 5.14; this is {release}")


def test_a_missing_library_is_named_with_its_package(
    programs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(*PROGRAMS)
    monkeypatch.setattr(syscall_filter, "LIBRARY", "libseccomp.so.0")
    syscall_filter.library.cache_clear()
    assert why_not() == "the library libseccomp.so.0 is missing: install the package libseccomp2"


@pytest.mark.parametrize("missing", ["pyroute2", "dnslib"])
def test_a_missing_python_package_is_named(
    programs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    programs(*PROGRAMS)
    monkeypatch.setattr(availability, "_importable", lambda module: module != missing)
    assert why_not() == f"the Python package {missing} is missing: run `make setup`"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo first >&2; echo 'unshare failed: Operation not permitted' >&2; exit 1", "not permitted"),
        ("exit 1", "no error message"),
    ],
)
def test_a_kernel_that_refuses_is_quoted(programs: Callable[..., Path], script: str, reason: str) -> None:
    programs(*PROGRAMS, unshare=script)
    found = why_not()
    assert found
    assert found.startswith("the kernel does not allow namespaces for this user: ")
    assert found.endswith(reason)
    assert "first" not in found


def test_a_trial_that_does_not_end_is_given_up(
    programs: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    programs(*PROGRAMS, unshare="exec /bin/sleep 9")
    monkeypatch.setattr(availability, "TRIAL_SECONDS", 0.05)
    found = why_not()
    assert found
    assert found.startswith("namespaces cannot be tested: ")
    assert "timed out" in found


def test_the_trial_is_made_with_the_nft_that_was_found(programs: Callable[..., Path], tmp_path: Path) -> None:
    programs("ip", unshare=f'echo "$@ $LD_LIBRARY_PATH" >{tmp_path}/asked')
    nft = unpack(tmp_path / "unpacked")
    assert why_not() is None
    asked = (tmp_path / "asked").read_text()
    assert f"'{nft}' add table" in asked
    assert f"{tmp_path}/unpacked/usr/lib/arch" in asked


def test_the_systems_nft_comes_before_the_unpacked_one(programs: Callable[..., Path], tmp_path: Path) -> None:
    unpack(tmp_path / "unpacked")
    folder = programs("nft")
    assert availability.nft_environment() == (str(folder / "nft"), {})


def test_the_unpacked_nft_needs_its_libraries(programs: Callable[..., Path], tmp_path: Path) -> None:
    assert availability.nft_environment() is None
    nft = unpack(tmp_path / "unpacked")
    folders = (tmp_path / "unpacked/usr/lib/arch", tmp_path / "unpacked/lib/arch")
    assert availability.nft_environment() == (
        str(nft),
        {"LD_LIBRARY_PATH": os.pathsep.join(map(str, folders))},
    )
    nft.chmod(0o644)
    assert availability.nft_environment() is None


def test_programs_are_looked_for_where_roots_are_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/one:/two")
    assert availability.system_path().split(os.pathsep) == ["/one", "/two", "/usr/sbin", "/sbin"]
    monkeypatch.delenv("PATH")
    assert availability.system_path().endswith("/usr/sbin:/sbin")


@pytest.mark.parametrize(("user", "mapped"), [(0, False), (1000, True)])
def test_only_a_user_that_is_not_root_needs_a_user_namespace(
    monkeypatch: pytest.MonkeyPatch, user: int, mapped: bool
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    command = availability.unshare_command()
    assert command[0] == "unshare"
    assert ({"--user", "--map-root-user"} <= set(command)) is mapped
    # Whatever ends it ends what is in it.
    assert {"--net", "--mount", "--pid", "--fork", "--kill-child"} <= set(command)


@pytest.mark.dataplane
@pytest.mark.skipif(availability.why_not() is not None, reason="no data plane here")
def test_what_is_run_sees_nothing_of_the_hosts() -> None:
    done = subprocess.run(
        [*availability.unshare_command(), "sh", "-c", "echo $$; ip -o link | wc -l; id -u"],
        env=os.environ | {"PATH": availability.system_path()},
        capture_output=True,
        text=True,
        check=True,
    )
    # It is the first process, has the loopback link alone, and is root of what is its own.
    assert done.stdout.split() == ["1", "1", "0"]
