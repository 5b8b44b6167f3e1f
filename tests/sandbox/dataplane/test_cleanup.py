"""Nothing is left, however the sandbox ends; and nothing of it is visible while it runs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from privatelink.sandbox.dataplane import why_not
from privatelink.sandbox.process import Sandbox, running_sandbox
from tests.support.dataplane_fixtures import Lab, accept, build_consumer, build_service, eventually
from tests.support.host import host
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import Account

pytestmark = [
    pytest.mark.dataplane,
    pytest.mark.slow,
    pytest.mark.skipif(why_not() is not None, reason=f"no data plane here: {why_not()}"),
]


def descendants(pid: int) -> set[int]:
    """The processes below a process."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(status.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


def build(sandbox: Sandbox) -> None:
    """Some of everything."""
    lab = Lab(Account(sandbox, "111111111111"))
    service = build_service(lab)
    client = build_consumer(lab, service, internet=True)
    accept(service, client)
    service.wait_healthy()
    assert client.probe.curl(client.names[1]) == "ZIGISPACE - SVR#1"


def test_nothing_is_visible_and_nothing_is_left() -> None:
    before = host()
    with running_sandbox(data_plane=True) as sandbox:
        build(sandbox)
        assert host() == before
        processes = descendants(sandbox.pid)
        assert len(processes) > 4
    assert eventually(lambda: not alive(processes), 5), alive(processes)
    assert host() == before


@pytest.mark.parametrize("victim", ["sandbox", "data plane"])
def test_nothing_is_left_after_a_kill(victim: str) -> None:
    before = host()
    with running_sandbox(data_plane=True) as sandbox:
        build(sandbox)
        processes = descendants(sandbox.pid)
        killed = sandbox.pid
        if victim == "data plane":
            killed = next(pid for pid in processes if b"unshare" in Path(f"/proc/{pid}/cmdline").read_bytes())
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: not alive(processes - {killed}), 5), alive(processes)
        assert host() == before


def test_a_kill_of_the_user_of_the_sandbox_ends_it_all() -> None:
    script = (
        "import time\n"
        "from privatelink.sandbox.process import running_sandbox\n"
        "with running_sandbox(data_plane=True) as running:\n"
        "    running.settle()\n"
        "    print(running.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    user = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    sandbox = int(user.stdout.readline())
    processes = descendants(sandbox) | {sandbox}
    assert len(processes) > 3
    user.kill()
    user.wait()
    assert eventually(lambda: not alive(processes), 10), alive(processes)


def test_without_a_data_plane_it_says_so() -> None:
    started = time.monotonic()
    with running_sandbox() as sandbox:
        assert time.monotonic() - started < 20
        assert sandbox.data_plane_missing == "not requested"
