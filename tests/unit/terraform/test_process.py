"""Commands end when they are told to, whatever moment that is."""

import contextlib
import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from privatelink.terraform.process import Interruption, NotStartedError, run
from tests.support.fake_terraform import ANSWERS_VERSION, fake_terraform
from tests.support.project import PROJECT

STARTS = 150
ENVIRONMENT = {"PATH": "/bin:/usr/bin"}


def sh(script: str) -> list[str]:
    return ["/bin/sh", "-c", script]


def running(mark: str) -> list[str]:
    """The processes that have `mark` among their arguments."""
    listed = subprocess.run(["ps", "-A", "-o", "stat=,args="], capture_output=True, text=True, check=True)
    rows = [line.split() for line in listed.stdout.splitlines()]
    return [" ".join(words) for stat, *words in rows if mark in words and not stat.startswith("Z")]


def ignore(_line: str) -> None:
    pass


def test_lines_are_whole_whatever_the_chunks_and_bytes(tmp_path: Path) -> None:
    lines: list[str] = []
    # The two bytes of the letter come apart, and the last one is no letter.
    script = r"printf 'one\ntw'; sleep 0.2; printf 'o\303'; sleep 0.2; printf '\244\n\377'"
    finished = run(sh(f"{script}; echo said >&2; exit 3"), tmp_path, ENVIRONMENT, lines.append)
    assert lines == ["one", "two\u00e4", "\ufffd"]
    assert (finished.exit_code, finished.stderr) == (3, "said\n")


def test_more_than_a_pipe_holds_on_both_streams(tmp_path: Path) -> None:
    lines: list[str] = []
    loop = "i=0; while [ $i -lt 3000 ]; do echo $i; echo $i............ >&2; i=$((i+1)); done"
    finished = run(sh(loop), tmp_path, ENVIRONMENT, lines.append)
    assert lines == [str(number) for number in range(3000)]
    assert len(finished.stderr.splitlines()) == 3000


def test_a_command_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    mark = f"61.{os.getpid()}"
    finished = run(sh(f"sleep {mark}; :"), tmp_path, ENVIRONMENT, ignore, seconds=0.1)
    assert finished.exit_code == -signal.SIGKILL
    assert running(mark) == []


def test_what_the_listener_raises_follows_when_the_command_has_ended(tmp_path: Path) -> None:
    def fail(_line: str) -> None:
        raise ZeroDivisionError

    mark = f"62.{os.getpid()}"
    with pytest.raises(ZeroDivisionError):
        run(sh(f"echo go; exec sleep {mark}"), tmp_path, ENVIRONMENT, fail)
    assert running(mark) == []


class TestShared:
    def test_what_threads_run_is_interrupted_together_and_nothing_more_starts(self, tmp_path: Path) -> None:
        interruption = Interruption()
        begun = threading.Barrier(4)
        ended: list[int] = []
        told: list[int] = []

        def work() -> None:
            finished = run(
                sh("echo go; exec sleep 60"),
                tmp_path,
                ENVIRONMENT,
                lambda _line: begun.wait(10) and None,
                on_interrupt=lambda: told.append(1),
                interruption=interruption,
            )
            ended.append(finished.exit_code)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        begun.wait(10)
        interruption.request()
        for thread in threads:
            thread.join(10)
        assert ended == [-signal.SIGINT] * 3
        with pytest.raises(NotStartedError, match="interrupted before the start of `/bin/sh -c true`"):
            run(sh("true"), tmp_path, ENVIRONMENT, ignore, interruption=interruption)

    def test_a_second_interrupt_kills_what_takes_no_notice_of_the_first(self, tmp_path: Path) -> None:
        interruption = Interruption()
        mark = f"63.{os.getpid()}"

        def on_line(_line: str) -> None:
            interruption.request()
            interruption.request()

        script = f"trap '' INT; echo ready; sleep {mark}; :"
        finished = run(sh(script), tmp_path, ENVIRONMENT, on_line, interruption=interruption)
        assert finished.exit_code == -signal.SIGKILL
        assert running(mark) == []


@pytest.fixture
def own_handler() -> Iterator[list[int]]:
    """A handler of the program's own for SIGHUP, which goes on."""
    seen: list[int] = []
    before = signal.signal(signal.SIGHUP, lambda number, _frame: seen.append(number))
    yield seen
    signal.signal(signal.SIGHUP, before)


def test_a_handler_that_goes_on_lets_the_command_go_on(tmp_path: Path, own_handler: list[int]) -> None:
    finished = run(sh(f"kill -HUP {os.getpid()}; sleep 0.2"), tmp_path, ENVIRONMENT, ignore)
    assert finished.exit_code == 0
    assert own_handler == [signal.SIGHUP]


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        finished = run(sh(f"kill -HUP {os.getpid()}; sleep 0.2"), tmp_path, ENVIRONMENT, ignore)
        assert finished.exit_code == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_an_interrupted_command_leaves_nothing_to_a_garbage_collection(tmp_path: Path) -> None:
    """Python loses an interrupt that comes while an object ends, so none may end at some later moment."""

    def commands() -> int:
        return sum(isinstance(thing, subprocess.Popen) for thing in gc.get_objects())

    def fail(_line: str) -> None:
        raise ZeroDivisionError

    gc.collect()
    before, own = commands(), signal.signal(signal.SIGHUP, signal.default_int_handler)
    gc.disable()
    try:
        with pytest.raises(KeyboardInterrupt):
            run(
                sh(f"kill -HUP {os.getpid()}; kill -HUP {os.getpid()}; exec sleep 5"),
                tmp_path,
                ENVIRONMENT,
                ignore,
            )
        assert commands() == before
        with pytest.raises(ZeroDivisionError):
            run(sh("echo go"), tmp_path, ENVIRONMENT, fail)
        assert commands() == before
    finally:
        gc.enable()
        signal.signal(signal.SIGHUP, own)


# Starts Terraform again and again, interrupted at a random moment of each start.
STARTER = """
import random, signal, subprocess, sys
from pathlib import Path
from privatelink.terraform.root import TerraformRoot
signal.signal(signal.SIGINT, signal.default_int_handler)
folder, starts, sender = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
root = TerraformRoot(folder, {"PATH": f"{folder}:/bin:/usr/bin"})
root.binary
sending = subprocess.Popen(
    [sys.executable, "-S", "-c", sender], stdin=subprocess.PIPE, text=True, bufsize=1, start_new_session=True
)
interrupted = 0
for _ in range(starts):
    try:
        # Inside `try`, as the signal may come before anything is started.
        sending.stdin.write(f"{random.uniform(0, 0.01)}\\n")
        root.apply()
    except KeyboardInterrupt:
        interrupted += 1
sending.stdin.close()
sending.wait()
print(interrupted)
"""
# A process of its own: a thread would have to wait for the interpreter that it is to interrupt.
SENDER = """
import os, signal, sys, time
for line in sys.stdin:
    until = time.perf_counter() + float(line)
    while time.perf_counter() < until:
        pass
    os.kill(os.getppid(), signal.SIGINT)
"""


def test_an_interrupt_at_any_moment_of_a_start_leaves_nothing_running(tmp_path: Path) -> None:
    mark, pids = f"64.{os.getpid()}", tmp_path / "pids"
    fake_terraform(tmp_path, f"{ANSWERS_VERSION}\necho $$ >>{pids}\nexec sleep {mark}")
    try:
        ran = subprocess.run(
            [sys.executable, "-c", STARTER, str(tmp_path), str(STARTS), SENDER],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (ran.stdout.strip(), ran.stderr) == (str(STARTS), "")
        assert len(pids.read_text().split()) > STARTS / 10, "hardly one was started before its interrupt"
        time.sleep(0.3)  # a script that has just begun becomes `sleep` now
        assert running(mark) == []
    finally:
        for pid in pids.read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


# In its own process, as a signal would hit the test runner too.
APPLY = """
import os, signal, sys
from pathlib import Path
# Whoever runs the tests may have had these ignored: in the background, or with nohup.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
import privatelink.terraform.process
from privatelink.terraform.root import TerraformRoot
from tests.support.project import PROJECT
privatelink.terraform.process.STOP_SECONDS = float(sys.argv[2])
root = TerraformRoot(Path(sys.argv[1]), os.environ)
root.init()
try:
    root.apply(on_event=lambda event: print(event.kind, event.message, flush=True))
finally:
    print("cleaned up", flush=True)
"""


def start_apply(
    tmp_path: Path, environment: Mapping[str, str], stop_seconds: float = 60
) -> tuple[subprocess.Popen[str], int]:
    """Start an apply in its own process; return it and the pid its command writes, once that runs."""
    process = subprocess.Popen(
        [sys.executable, "-c", APPLY, str(tmp_path), str(stop_seconds)],
        cwd=PROJECT,
        env={**environment, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    written = tmp_path / "pid"
    deadline = time.monotonic() + 30
    while not (written.exists() and written.read_text().strip()):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process, int(written.read_text())


def processes_in_group(group: int) -> list[str]:
    run = subprocess.run(["ps", "-A", "-o", "pgid=,stat=,comm="], capture_output=True, text=True, check=True)
    rows = [line.split(None, 2) for line in run.stdout.splitlines()]
    return [name for pgid, stat, name in rows if int(pgid) == group and not stat.startswith("Z")]


@pytest.mark.terraform
@pytest.mark.parametrize(
    ("number", "exit_code"),
    [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_interrupt_leaves_nothing_running(tmp_path: Path, number: signal.Signals, exit_code: int) -> None:
    # The shell's `; :` makes it the parent of `sleep`: Terraform kills the shell only.
    provisioner = {"local-exec": {"command": "echo $$ > pid; sleep 60; :"}}
    resources = {"a": {"provisioner": provisioner}, "b": {"input": "${terraform_data.a.id}"}}
    configuration = {"resource": {"terraform_data": resources}}
    (tmp_path / "main.tf.json").write_text(json.dumps(configuration))
    process, shell = start_apply(tmp_path, os.environ)
    group = os.getpgid(shell)
    assert group != os.getpgid(process.pid)
    assert {"terraform", "sleep"} <= set(processes_in_group(group))

    process.send_signal(number)
    output, _ = process.communicate(timeout=20)

    assert process.returncode == exit_code
    assert "interrupted: Terraform finishes its running requests" in output
    assert "Gracefully shutting down" in output
    assert "Two interrupts received" not in output
    assert "cleaned up" in output
    assert processes_in_group(group) == []
    # Terraform had the time to write down what exists, and to give back its lock.
    state = json.loads((tmp_path / "terraform.tfstate").read_text())
    assert [resource["name"] for resource in state["resources"]] == ["a"]
    assert not (tmp_path / ".terraform.tfstate.lock.info").exists()


@pytest.fixture
def stubborn(tmp_path: Path) -> dict[str, str]:
    """A Terraform that takes no notice of interrupts."""
    directory = tmp_path / "bin"
    directory.mkdir()
    answer = f"""{ANSWERS_VERSION}
[ "$1" = apply ] || exit 0
trap '' INT; echo $$ > '{tmp_path}/pid'; sleep 60; :"""
    return fake_terraform(directory, answer)


def test_terraform_that_does_not_stop_is_killed(tmp_path: Path, stubborn: dict[str, str]) -> None:
    process, group = start_apply(tmp_path, stubborn, stop_seconds=0.5)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert "cleaned up" in output
    assert processes_in_group(group) == []


def test_second_interrupt_kills_at_once(tmp_path: Path, stubborn: dict[str, str]) -> None:
    process, group = start_apply(tmp_path, stubborn, stop_seconds=60)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None
    assert processes_in_group(group)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert processes_in_group(group) == []
