"""What root of an instance cannot see, change or use up. docs/data-plane.md has a line for each test."""

import errno
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from privatelink.sandbox.dataplane import machine_init, machines, why_not
from privatelink.sandbox.dataplane.availability import system_path, unshare_command
from privatelink.sandbox.dataplane.control import OUTSIDE_ID, DataPlane
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.dataplane.world import World
from tests.support.project import PROJECT
from tests.support.small_world import small_world

pytestmark = [
    pytest.mark.dataplane,
    pytest.mark.slow,
    pytest.mark.xdist_group("bare-plane"),
    pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}"),
]
MACHINES = ["i-client", OUTSIDE_ID]
PAGE = PROJECT / "docs" / "data-plane.md"
PROCESSES = machine_init.LIMITS[machine_init.resource.RLIMIT_NPROC]
several_users = pytest.mark.skipif(os.geteuid() != 0, reason="without root, a machine has one user")

Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def run(bare_plane: DataPlane) -> Iterator[Run]:
    """Run a script in a machine: of an instance, or outside."""
    assert bare_plane.wait_applied(bare_plane.apply(small_world()), 60.0)

    def ran(script: str, machine: str = "i-client", seconds: float = 60.0) -> Outcome:
        outcome = bare_plane.run(machine, ["sh", "-c", script], seconds)
        assert outcome, f"{machine} is not there"
        return outcome

    yield ran
    assert bare_plane.wait_applied(bare_plane.apply(World()), 60.0)


@pytest.fixture
def refused(run: Run) -> Callable[[str], None]:
    """Check that a script fails, and does not just lack its program."""

    def checked(script: str) -> None:
        outcome = run(script)
        assert outcome.code not in (0, 126, 127), (script, outcome)

    return checked


def python(program: str) -> str:
    return shlex.join(["python3", "-c", program])


def lines(outcome: Outcome) -> list[str]:
    assert outcome.code == 0, outcome
    return outcome.stdout.split()


@pytest.mark.parametrize("machine", MACHINES)
def test_files_of_the_host(run: Run, machine: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("of the host")
    programs = {name for name in machine_init.PROGRAMS if Path("/", name).exists()}
    assert set(lines(run("ls -A /", machine))) == programs | {
        name.partition("/")[0] for name in machine_init.EMPTY
    }
    directories = "boot home media mnt opt root srv sys var/cache var/lib var/spool var/tmp"
    assert lines(run(f"cd / && ls -A {directories} | grep -v :$ || true", machine)) == []
    # Made for the machine, or without secrets: programs do not work without these.
    etc = {name.partition("/")[0] for name in (*machine_init.CONFIGURATION, *machine_init.MADE)}
    etc |= {"hostname", "hosts", "resolv.conf", "os-release", "mtab"}
    assert set(lines(run("ls -A /etc", machine))) <= etc
    for path in ("/etc/shadow", "/etc/ssl/private", tmp_path, PROJECT, "/proc/1/root/etc", Path.home()):
        assert run(f'test ! -e {path} || test -z "$(ls -A {path})"', machine).code == 0, path


WITHOUT_SYSTEM_PYTHON = """
import sys
from pathlib import Path
from privatelink.sandbox.dataplane import machines
from privatelink.sandbox.dataplane.namespaces import Namespace
machines.INIT = Path(sys.argv[1])
machine = machines.Machine(Namespace(), hostname="host", nameserver="10.0.0.2", address="10.0.0.4")
python = Path(sys.base_prefix, "bin", "python3")
for command in (
    [str(python), "-c", "import ssl, sys; print(sys.base_prefix)"],
    ["ls", "-A", str(python.parents[2])],
    ["touch", f"{python}-other"],
):
    print(machine.run(command, 30))
machine.stop()
"""


@pytest.mark.skipif(
    Path(sys.base_prefix).parts[1] in machine_init.PROGRAMS, reason="this Python is among the programs"
)
def test_the_only_python_of_the_host(tmp_path: Path) -> None:
    init = tmp_path / "init.py"
    init.write_text(machines.INIT.read_text().replace(str(machine_init.SYSTEM_PYTHON), "/nowhere"))
    done = subprocess.run(
        [*unshare_command(), sys.executable, "-c", WITHOUT_SYSTEM_PYTHON, init],
        env=os.environ | {"PATH": system_path(), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    runs, beside, writes = done.stdout.splitlines()
    assert f"code=0, stdout='{sys.base_prefix}\\n'" in runs
    assert f"stdout='{Path(sys.base_prefix).name}\\n'" in beside
    assert "Read-only file system" in writes


def test_programs_of_the_host(run: Run, refused: Callable[[str], None]) -> None:
    assert run("echo x >/usr/bin/isolation-test && rm /usr/bin/tac && ! command -v tac").code == 0
    assert not Path("/usr/bin/isolation-test").exists()
    assert Path("/usr/bin/tac").exists()
    assert run("ls /usr/bin/isolation-test", "i-server").code == 2
    # They belong to a user of the host that the machine does not have.
    refused("echo x >>/usr/bin/env")
    refused("chmod u+s /usr/bin/env")


def test_environment_of_the_host(run: Run, refused: Callable[[str], None]) -> None:
    names = {line.partition("=")[0] for line in lines(run("env"))}
    assert names <= {*machine_init.ENVIRONMENT, "PWD", "OLDPWD", "SHLVL", "_"}
    refused("cat /proc/1/environ")
    refused("readlink /proc/1/fd/0")


def test_processes_of_the_host(run: Run, refused: Callable[[str], None]) -> None:
    assert len(lines(run("ls /proc | grep '^[0-9]'"))) < 10
    assert run(f"test ! -e /proc/{os.getpid()}/status").code == 0
    refused(f"kill -0 {2**22 - 1}")
    # Nor can the first process be controlled, which started outside.
    for name in ("mem", "root", "cwd", "exe", "maps"):
        refused(f"head -c 1 /proc/1/{name}/")


def user_outside(marker: str) -> int:
    """The user on this host of a process that runs in a machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().split(b"\0")[:2] == [b"sleep", marker.encode()]:
                return int(re.search(r"^Uid:\t(\d+)", path.with_name("status").read_text(), re.M)[1])
        except OSError:
            continue
    raise AssertionError("it does not run")


def test_root_is_an_unprivileged_user_outside(run: Run) -> None:
    assert lines(run("sleep 57.25 >/dev/null 2>&1 & id -u")) == ["0"]
    expected = machine_init.FIRST_ID if os.geteuid() == 0 else os.geteuid()
    assert user_outside("57.25") == expected


def test_sockets_of_the_host(run: Run) -> None:
    name = f"isolation-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as abstract, socket.create_server(("127.0.0.1", 0)) as listener:
        abstract.bind(f"\0{name}")
        abstract.listen()
        port = listener.getsockname()[1]
        program = f"""
import socket
for family, address in ((socket.AF_UNIX, "\\0{name}"), (socket.AF_INET, ("127.0.0.1", {port}))):
    print(socket.socket(family).connect_ex(address))
for family, kind in ((40, socket.SOCK_STREAM), (38, socket.SOCK_SEQPACKET), (17, socket.SOCK_RAW)):
    try:
        socket.socket(family, kind)
    except OSError as error:
        print(error.errno)
"""
        found = list(map(int, lines(run(python(program)))))
        # A virtual machine's host is behind vsock, the kernel's algorithms behind the next.
        assert found == [errno.ECONNREFUSED] * 2 + [errno.EAFNOSUPPORT] * 2 + [errno.EPERM]


def test_settings_of_the_kernel(refused: Callable[[str], None]) -> None:
    for name in ("kernel/core_pattern", "vm/drop_caches", "kernel/hostname", "net/ipv4/ip_forward"):
        refused(f"echo 1 >/proc/sys/{name}")
    refused("echo h >/proc/sysrq-trigger")
    refused("hostname other")
    refused("ip link set eth0 down")
    refused("ip route add 10.99.0.0/16 dev eth0")
    refused("date -s 2020-01-01")


def test_log_of_the_kernel_and_hardware(run: Run, refused: Callable[[str], None]) -> None:
    refused("dmesg")
    shown = run(f"cd /proc && cat {' '.join(machine_init.MASKED)} 2>/dev/null; ls -A acpi bus fs irq scsi")
    assert [line for line in shown.stdout.split() if not line.endswith(":")] == []


def test_mounts(run: Run, refused: Callable[[str], None]) -> None:
    for command in (
        "mount -t tmpfs x /mnt",
        "mount --bind / /mnt",
        "mount -o remount,rw /proc/sys",
        "umount /proc/sys",
        "umount /usr",
        "pivot_root / /mnt",
    ):
        refused(command)
    # Only its memory, the programs, certificates and devices.
    sources = set(lines(run("cut -d' ' -f1 /proc/mounts")))
    assert sources <= {"machine", "overlay", "proc", "empty", "devtmpfs", "udev", "tmpfs"}


def test_devices(run: Run, refused: Callable[[str], None]) -> None:
    listed = lines(run("for path in /dev/*; do test -L $path || test ! -c $path || echo $path; done"))
    assert set(listed) == {f"/dev/{name}" for name in machine_init.DEVICES}
    assert lines(run("find / -xdev -type b")) == []
    refused("mknod /tmp/disk b 8 0")
    refused("mknod /tmp/memory c 1 1")
    refused("chmod 600 /dev/null")


def test_new_namespaces(refused: Callable[[str], None]) -> None:
    for kind in ("user", "mount", "net", "pid", "uts", "ipc", "cgroup"):
        refused(f"unshare --{kind} true")
    refused("nsenter --target 1 --user true")
    # Not by way of the other system call.
    clone = "import ctypes, os; number = ctypes.CDLL(None).syscall({}, 0x10000000 | 17, 0, 0, 0, 0)"
    number = {"x86_64": 56, "aarch64": 220}.get(os.uname().machine)
    if number:
        refused(python(f"{clone.format(number)}; os._exit(0 if number >= 0 else 1)"))


def test_rights_do_not_grow(run: Run) -> None:
    status = dict(line.split(":\t") for line in run("cat /proc/self/status").stdout.splitlines())
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    expected = sum(1 << number for number in machine_init.CAPABILITIES)
    assert {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")} == {expected}


@several_users
def test_setuid_programs(run: Run) -> None:
    other = "setpriv --reuid 33 --regid 33 --clear-groups"
    script = f"cp /usr/bin/id /tmp/id && chmod 6755 /tmp/id && {other} /tmp/id -u && {other} /tmp/id -g"
    assert lines(run(script)) == ["33", "33"]


FORKS = """
import os, sys, time
count = 0
try:
    while count < 700:
        if os.fork() == 0:
            time.sleep(2)
            os._exit(0)
        count += 1
except OSError as error:
    print(error.errno, count)
"""


def test_a_machine_that_forks_without_end(run: Run) -> None:
    with ThreadPoolExecutor(1) as pool:
        bomb = pool.submit(run, python(FORKS))
        for _ in range(10):
            assert lines(run("echo works", "i-server")) == ["works"]
        number, count = map(int, lines(bomb.result()))
    assert number == errno.EAGAIN
    assert 400 < count < PROCESSES
    assert lines(run("sleep 2; echo works")) == ["works"]


@several_users
def test_processes_of_all_users_of_a_machine_count(run: Run) -> None:
    each = " ".join(f"setpriv --reuid {user} --clear-groups {python(FORKS)} &" for user in (0, 33, 1000))
    counts = lines(run(f"{each} wait"))[1::2]
    assert 400 < sum(map(int, counts)) < PROCESSES


def test_a_process_that_uses_memory_without_end(run: Run) -> None:
    program = "import os, sys\ntry:\n    x = bytearray(700 << 20)\nexcept MemoryError:\n    print('refused')"
    assert lines(run(python(program))) == ["refused"]
    # Files in memory are limited as well.
    program = "import os\nos.truncate(os.memfd_create('x'), 700 << 20)"
    assert "File too large" in run(python(program)).stderr
    assert lines(run("echo works", "i-server")) == ["works"]


def test_a_machine_that_writes_without_end(run: Run) -> None:
    write = "dd if=/dev/zero bs=1M 2>&1"
    outcome = run(f"{write} count=300 of=/one && {write} count=300 of=/dev/shm/two")
    assert "No space left on device" in outcome.stdout
    assert run(f"{write} count=64 of=/other && rm /other", "i-server").code == 0
    assert lines(run("rm /one /dev/shm/two && echo works >/file && cat /file")) == ["works"]


def test_a_machine_that_prints_without_end(run: Run) -> None:
    outcome = run("yes", seconds=0.5)
    assert outcome.timed_out
    assert lines(run("echo works")) == ["works"]


def test_the_page_has_a_line_for_each_test() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))
    here = {name for name in globals() if name.startswith("test_")}
    assert here - named == {"test_the_page_has_a_line_for_each_test"}
