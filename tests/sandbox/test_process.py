"""The sandbox as a subprocess: it starts, says why it did not, and ends with whoever started it."""

import os
import subprocess
import sys
import time

import pytest

from privatelink.sandbox import outside
from privatelink.sandbox.client import client_environment, environment, shell_lines
from privatelink.sandbox.credentials import AccessKey
from privatelink.sandbox.process import Sandbox, SandboxStartError, read_sandbox, running_sandbox
from tests.support.ports import listens
from tests.support.project import PROJECT

KEY = AccessKey("AKIAEXAMPLE", "s3cret")


@pytest.mark.slow
def test_running_sandbox_stops_its_process() -> None:
    with running_sandbox() as running:
        assert listens(running.port)
        assert running.url == f"http://127.0.0.1:{running.port}" == running.environment["AWS_ENDPOINT_URL"]
        assert os.getpgid(running.pid) == running.pid
    assert not listens(running.port)
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


def test_running_sandbox_says_why_it_did_not_start(sandbox: Sandbox) -> None:
    with (
        pytest.raises(SandboxStartError, match=f"port {sandbox.port} on 127.0.0.1 is in use"),
        running_sandbox(sandbox.port),
    ):
        pass


@pytest.mark.slow
def test_it_does_not_outlive_its_parent() -> None:
    script = (
        "from privatelink.sandbox.process import running_sandbox\n"
        "with running_sandbox() as running:\n"
        "    print(running.port, flush=True)\n"
        "    input()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    port = int(parent.stdout.readline())
    assert listens(port)
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 10
    while listens(port) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not listens(port)


def test_a_client_is_given_the_variables_of_this_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "production")
    running = Sandbox(1234, 1, KEY)
    assert running.environment == environment(1234, key=KEY)
    assert running.client_environment == client_environment(1234, key=KEY)
    assert running.environment["AWS_ACCESS_KEY_ID"] == KEY.id
    assert "AWS_PROFILE" not in running.client_environment


def test_the_data_plane_is_asked_at_the_port_of_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    answer = outside.Answer(0, "out", "")
    monkeypatch.setattr(outside, "data_plane_missing", lambda *given: asked.append(given) or "no kernel")
    monkeypatch.setattr(outside, "settle", lambda *given: asked.append(given))
    monkeypatch.setattr(outside, "run", lambda *given: asked.append(given) or answer)
    running = Sandbox(1234, 1, KEY)
    assert running.data_plane_missing == "no kernel"
    running.settle()
    assert running.run_outside(["true"], seconds=5) is answer
    assert asked == [(1234, "s3cret"), (1234, "s3cret"), (1234, "s3cret", ["true"], 5)]


class Started:
    """What a sandbox that is started answers with, in place of a process: says `lines`, then ends."""

    def __init__(self, *lines: str) -> None:
        self.lines, self.commands = lines, []

    def popen(self, command: list[str], **arguments: object) -> subprocess.Popen[str]:
        self.commands.append(command)
        script = "import sys; print(sys.argv[1], flush=True); sys.stderr.write('said why'); sys.exit(3)"
        return self.real([sys.executable, "-I", "-S", "-c", script, "\n".join(self.lines)], **arguments)

    real = staticmethod(subprocess.Popen)


@pytest.mark.parametrize(
    ("data_plane", "said"), [(True, ["--data-plane"]), (False, ["--no-data-plane"]), (None, [])]
)
def test_the_data_plane_that_is_wanted_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, data_plane: bool | None, said: list[str]
) -> None:
    started = Started(*shell_lines(4321, key=KEY))
    monkeypatch.setattr(subprocess, "Popen", started.popen)
    with running_sandbox(data_plane=data_plane) as running:
        assert (running.port, running.key) == (4321, KEY)
    (command,) = started.commands
    assert command[:4] == [sys.executable, "-m", "privatelink", "sandbox"]
    assert command[4:] == ["--port", "0", "--exit-with-parent", str(os.getpid()), *said]


def test_one_that_ends_before_it_is_ready_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    started = Started("unset AWS_PROFILE")
    monkeypatch.setattr(subprocess, "Popen", started.popen)
    with (
        pytest.raises(SandboxStartError, match=r"did not start \(exit code 3\):\nsaid why$"),
        running_sandbox(),
    ):
        pass


def test_it_is_ready_when_it_has_printed_all_variables() -> None:
    lines = shell_lines(4321, key=KEY)
    read = iter([*lines, "more"])
    assert read_sandbox(read, 7) == Sandbox(4321, 7, KEY)
    assert next(read) == "more"
    assert read_sandbox(lines[:-1], 7) is None
