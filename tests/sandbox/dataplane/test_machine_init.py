"""First process of an instance: the machine's own view of the disk, of devices and of processes."""

import ctypes
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from privatelink.sandbox.dataplane import machine_init
from privatelink.sandbox.dataplane.control import OUTSIDE_ID, DataPlane
from privatelink.sandbox.dataplane.world import World
from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import Lab
from tests.support.sandbox_fixtures import Vpc
from tests.support.small_world import small_world


def test_an_error_of_the_c_library_is_raised() -> None:
    machine_init.check(0)
    ctypes.set_errno(13)
    with pytest.raises(PermissionError, match="Permission denied"):
        machine_init.check(-1)


def test_a_file_is_the_machines_own_even_where_the_hosts_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "hosts_own").write_text("the host's")
    (tmp_path / "resolv.conf").symlink_to(tmp_path / "hosts_own")
    machine_init.write(tmp_path / "resolv.conf", "the machine's")
    machine_init.write(tmp_path / "new", "new")
    assert (tmp_path / "hosts_own").read_text() == "the host's"
    assert (tmp_path / "resolv.conf").read_text() == "the machine's"
    assert not (tmp_path / "resolv.conf").is_symlink()
    assert (tmp_path / "new").read_text() == "new"


def test_the_directories_in_a_directory(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    assert machine_init.directories(tmp_path) == [tmp_path / "one"]


def test_what_cannot_be_copied_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    names = [path.name for path in tmp_path.iterdir()]
    assert machine_init.unreadable(str(tmp_path), names) == {"pipe"}


def test_a_file_that_may_not_be_read_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("shadow", "passwd"):
        (tmp_path / name).touch()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "shadow")
    assert machine_init.unreadable(str(tmp_path), ["shadow", "passwd"]) == {"shadow"}


def test_the_machines_root_owns_the_directories_that_the_hosts_may_write_in(tmp_path: Path) -> None:
    """Where users are not the host's own: two deep, three where programs of the administrator's lie."""
    lower, upper = tmp_path / "usr", tmp_path / "upper"
    for name in ("bin", "lib/deep", "local/bin/deep"):
        (lower / name).mkdir(parents=True)
    (lower / "bin").chmod(0o750)
    (lower / "file").touch()
    upper.mkdir()
    machine_init.own_directories(lower, upper)
    made = {str(path.relative_to(upper)) for path in upper.rglob("*")}
    assert made == {"bin", "lib", "local", "local/bin"}
    assert (upper / "bin").stat().st_mode & 0o777 == 0o750


def test_a_directory_that_cannot_be_looked_into_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lower/inside").mkdir(parents=True)
    (tmp_path / "upper").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    machine_init.own_directories(tmp_path / "lower", tmp_path / "upper")
    assert list((tmp_path / "upper").iterdir()) == []


@pytest.mark.parametrize(
    ("mapping", "expected"), [("0 0 4294967295", True), ("0 1000 1", False), ("0 100000 65536", False)]
)
def test_only_outside_of_a_user_namespace_is_every_user_mapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapping: str, expected: bool
) -> None:
    (tmp_path / "uid_map").write_text(f"         {mapping}\n")
    monkeypatch.setattr(machine_init, "Path", lambda _: tmp_path / "uid_map")
    assert machine_init.every_user_is_mapped() is expected


Shell = Callable[[str, str], str]


@pytest.fixture(scope="module")
def shell(bare_plane: DataPlane) -> Iterator[Shell]:
    """What a command prints in a machine of the small world, or on the host outside."""
    assert bare_plane.wait_applied(bare_plane.apply(small_world()), 30.0)

    def ran(machine: str, script: str) -> str:
        outcome = bare_plane.run(machine, ["sh", "-c", script], 10.0)
        assert outcome, f"{machine} is not there"
        return outcome.stdout.strip()

    yield ran
    assert bare_plane.wait_applied(bare_plane.apply(World()), 30.0)


@pytest.mark.dataplane
@pytest.mark.slow
@pytest.mark.xdist_group("bare-plane")
def test_a_machine_has_a_name_an_address_and_a_resolver(shell: Shell) -> None:
    name = "ip-10-20-0-10.region.compute.internal"
    assert shell("i-client", "cat /proc/sys/kernel/hostname /etc/hostname").split() == [name, name]
    assert shell("i-client", "cat /etc/hosts").splitlines() == [
        "127.0.0.1 localhost",
        f"10.20.0.10 {name} ip-10-20-0-10",
    ]
    assert shell("i-client", "cat /etc/resolv.conf").splitlines() == [
        "nameserver 10.20.0.2",
        "options timeout:2 attempts:2",
        "search region.compute.internal",
    ]
    assert shell(OUTSIDE_ID, "grep -c search /etc/resolv.conf") == "0"


@pytest.mark.dataplane
@pytest.mark.slow
@pytest.mark.xdist_group("bare-plane")
def test_a_machine_has_the_devices_of_a_container_and_places_to_write(shell: Shell) -> None:
    names = "null zero full random urandom tty shm fd stdin stdout stderr"
    assert sorted(shell("i-client", "ls /dev").split()) == sorted(names.split())
    assert shell("i-client", "echo lost >/dev/null; head -c 4 /dev/zero | wc -c") == "4"
    assert shell("i-client", "stat -c %a /tmp /dev/shm").split() == ["1777", "1777"]
    assert shell("i-client", "echo x >/etc/own && echo x >/usr/bin/own && echo written") == "written"
    assert shell("i-server", "ls /etc/own /usr/bin/own 2>/dev/null || echo another") == "another"


@pytest.mark.dataplane
@pytest.mark.slow
@pytest.mark.xdist_group("bare-plane")
def test_what_is_left_over_is_waited_for(shell: Shell) -> None:
    # A process whose parent has ended is the first process's, which never asks how it ended.
    shell("i-client", "(sleep 0.05 & ) ; sleep 0.2")
    states = shell("i-client", "cat /proc/[0-9]*/stat | sed 's/.*) //' | cut -c1")
    assert "Z" not in states


@pytest.mark.dataplane
@pytest.mark.slow
def test_outside_sees_nobodys_files(plane: Sandbox) -> None:
    assert plane.run_outside(["ls", "-A", "/home"]).stdout == ""


@pytest.fixture(scope="module")
def vpc(consumer_lab: Lab) -> Vpc:
    return consumer_lab.account.vpc("10.40.0.0/16")


@pytest.mark.dataplane
@pytest.mark.slow
def test_the_host_does_not_notice(consumer_lab: Lab, vpc: Vpc) -> None:
    machine = consumer_lab.probe(vpc)
    paths = ["/etc/dataplane-test", "/usr/bin/dataplane-test", "/opt/dataplane-test", "/tmp/dataplane-test"]
    for path in paths:
        assert machine.run(f"echo x >{path}; cat {path}") == "x"
        assert not Path(path).exists()
    hostname = Path("/proc/sys/kernel/hostname").read_text().strip()
    assert machine.run("cat /proc/sys/kernel/hostname") != hostname
    # Its own processes alone, and no way to the kernel's settings, devices or mounts.
    assert int(machine.run("ls /proc | grep -c '^[0-9]'")) < 20
    for forbidden in ("echo 1 >/proc/sys/vm/drop_caches", "mount -t tmpfs x /mnt", "mknod /tmp/d b 8 0"):
        assert machine.invocation(forbidden)["Status"] == "Failed", forbidden
    assert machine.invocation("ip link set eth0 down")["Status"] == "Failed"
