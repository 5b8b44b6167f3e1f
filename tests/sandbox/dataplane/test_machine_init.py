"""First process of an instance: the machine's own view of the disk, of devices and of processes."""

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from privatelink.sandbox.dataplane import machine_init
from privatelink.sandbox.dataplane.control import OUTSIDE_ID, DataPlane
from privatelink.sandbox.dataplane.world import World
from privatelink.sandbox.process import Sandbox
from tests.support.dataplane_fixtures import Lab, eventually
from tests.support.sandbox_fixtures import Vpc
from tests.support.small_world import small_world


def test_an_error_of_the_c_library_is_raised() -> None:
    machine_init.check(0)
    ctypes.set_errno(13)
    with pytest.raises(PermissionError, match="Permission denied"):
        machine_init.check(-1)


def test_what_is_taken_from_the_host(tmp_path: Path) -> None:
    host, machine = tmp_path / "host", tmp_path / "machine"
    host.mkdir()
    (host / "file").write_text("text")
    (host / "dangling").symlink_to("nowhere")
    os.mkfifo(host / "pipe")
    for name in ("file", "dangling", "pipe", "missing"):
        machine_init.take(host / name, machine / "deep" / name)
    assert (machine / "deep/file").read_text() == "text"
    assert (machine / "deep/dangling").readlink() == Path("nowhere")
    assert sorted(path.name for path in (machine / "deep").iterdir()) == ["dangling", "file"]


def test_a_file_that_may_not_be_read_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shadow").touch()
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    for name in ("shadow", "folder"):
        machine_init.take(tmp_path / name, tmp_path / "machine" / name)
    assert list((tmp_path / "machine").iterdir()) == []


def test_the_directories_in_a_directory(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "one")
    assert machine_init.directories(tmp_path) == [tmp_path / "one"]


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
    ("mapping", "expected"),
    [
        ("0 0 4294967295", (524288, 65536)),  # root: IDs that no user has
        ("0 1000 1", (0, 1)),  # another user has one
        ("0 100000 65536", (32768, 32768)),  # root of a container
        ("0 1000 1\n 1 100000 65536", (32769, 32768)),
    ],
)
def test_root_of_a_machine_is_another_user_outside_if_there_are_several(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mapping: str, expected: tuple[int, int]
) -> None:
    (tmp_path / "gid_map").write_text(f"         {mapping}\n")
    monkeypatch.setattr(machine_init, "Path", lambda path: tmp_path / Path(path).name)
    assert machine_init.ids("gid") == expected


class Serving:
    """A process that starts commands, as the first of a machine does; without its namespaces."""

    def __init__(self) -> None:
        self.requests, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = "import socket, machine_init; machine_init.serve(socket.socket(fileno=0))"
        with there:
            self.process = subprocess.Popen(
                [sys.executable, "-S", "-c", program], stdin=there, cwd=Path(machine_init.__file__).parent
            )

    def ask(self, *command: str, output: int) -> socket.socket:
        caller, there = socket.socketpair()
        with there:
            words = "\0".join(command).encode()
            socket.send_fds(self.requests, [words], [output, output, output, there.fileno()])
        return caller


@pytest.fixture
def serving() -> Iterator[Serving]:
    made = Serving()
    yield made
    made.requests.close()
    assert made.process.wait(10) == 0


class TestServe:
    """Its commands."""

    @pytest.mark.parametrize(
        ("command", "code", "printed"),
        [
            (("sh", "-c", "echo $HOME $USER; exit 3"), "3", "/root root\n"),
            (("sh", "-c", "kill -TERM $$"), "-15", ""),
            (("no-such-program",), "127", "no-such-program: No such file or directory\n"),
            (("sh", "-c", "ls /proc/self/fd | wc -l"), "0", "4\n"),
            (("sh", "-c", "yes | head -1"), "0", "y\n"),  # ends by SIGPIPE, which Python ignores
        ],
    )
    def test_output_and_exit_code(
        self, serving: Serving, tmp_path: Path, command: tuple[str, ...], code: str, printed: str
    ) -> None:
        with (tmp_path / "output").open("wb") as output:
            caller = serving.ask(*command, output=output.fileno())
            assert caller.recv(10).decode() == code
            assert caller.recv(10) == b""
        assert (tmp_path / "output").read_text() == printed

    def test_several_at_once(self, serving: Serving, tmp_path: Path) -> None:
        with (tmp_path / "output").open("wb") as output:
            slow = serving.ask("sleep", "60", output=output.fileno())
            quick = [
                serving.ask("sh", "-c", f"exit {number}", output=output.fileno()) for number in range(20)
            ]
            assert [caller.recv(10).decode() for caller in quick] == [str(number) for number in range(20)]
            slow.close()

    def test_a_command_whose_caller_has_gone_is_killed_with_its_children(
        self, serving: Serving, tmp_path: Path
    ) -> None:
        with (tmp_path / "output").open("wb") as output:
            command = ["sh", "-c", "sleep 60 & echo $!; echo $$; sleep 60"]
            caller = serving.ask(*command, output=output.fileno())
            processes = eventually(
                lambda: len(found := (tmp_path / "output").read_text().split()) == 2 and found
            )
            caller.close()
            assert eventually(
                lambda: not any(Path("/proc", process, "exe").exists() for process in processes)
            )
            # The others are not.
            assert serving.ask("true", output=output.fileno()).recv(10) == b"0"


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
