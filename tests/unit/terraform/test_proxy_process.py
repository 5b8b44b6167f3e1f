"""The proxy's process: who reaches it, how it starts, and that it ends."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from privatelink.terraform.proxy_process import Client, ProxyStartError, running_proxy
from tests.support.fake_provider import binary
from tests.support.project import PROJECT
from tests.support.proxy_client import Terraform, environment, is_running, wait_until


def test_only_its_user_reaches_it_and_nothing_is_left(tmp_path, monkeypatch):
    client = Client(str(tmp_path), environment(), [])
    # Not in tmp_path: the path of a Unix socket is short.
    with tempfile.TemporaryDirectory(prefix="odd 100% ") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        with running_proxy(binary(tmp_path), tmp_path, [client]) as (attach,):
            one = Terraform(attach).configure("x")
            (sockets,) = Path(folder).iterdir()
            pid = one.described()["pid"]

            assert sockets.stat().st_mode & 0o777 == 0o700
            one.close()

        assert list(Path(folder).iterdir()) == []
        wait_until(lambda: not is_running(pid))


@pytest.mark.parametrize(
    ("name", "message"), [("x" * 100, "too long"), ("a,b", "contains a comma")], ids=["long", "comma"]
)
def test_where_no_socket_can_be_it_does_not_start(name, message, tmp_path, monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        odd = Path(folder, name)
        odd.mkdir()
        monkeypatch.setenv("TMPDIR", str(odd))

        with (
            pytest.raises(ProxyStartError, match=message),
            running_proxy(binary(tmp_path), tmp_path, [Client(str(tmp_path), environment(), [])]),
        ):
            pass


OWNER = """
import json, sys, time
from pathlib import Path
from privatelink.terraform.proxy_process import Client, running_proxy
client = Client("/", json.loads(sys.argv[3]), [])
with running_proxy(Path(sys.argv[1]), Path(sys.argv[2]), [client]) as (attach,):
    print(attach, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def sockets():
    """A folder for sockets. Not in tmp_path: the path of a Unix socket is short."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize("killed", ["owner", "proxy", "proxy, politely"])
def test_whoever_is_killed_nothing_is_left(killed, tmp_path, sockets):
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, binary(tmp_path), tmp_path, json.dumps(environment())],
        env=os.environ | {"TMPDIR": str(sockets), "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        attach = owner.stdout.readline()
        one = Terraform(attach).configure("x")
        (how,) = json.loads(attach).values()
        pids = [how["Pid"], one.described()["pid"], Terraform(attach).described()["pid"]]
        assert all(map(is_running, pids))

        if killed == "owner":
            owner.kill()
        else:
            os.kill(how["Pid"], signal.SIGTERM if "politely" in killed else signal.SIGKILL)
            wait_until(lambda: not is_running(how["Pid"]))
            owner.stdin.close()
        owner.wait()

    wait_until(lambda: not any(map(is_running, pids)))
    wait_until(lambda: not list(sockets.iterdir()))
    one.close()


@pytest.mark.parametrize(
    ("argument", "message"),
    [("broken", r"did not start \(exit code 7\)"), ("six", "version 6 of the plugin protocol, not 5")],
)
def test_a_provider_that_does_not_start_is_an_error(argument, message, tmp_path, sockets, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(sockets))
    clients = [Client(str(tmp_path), environment(), [])]

    with (
        pytest.raises(ProxyStartError, match=message),
        running_proxy(binary(tmp_path, argument), tmp_path, clients),
    ):
        pass

    assert list(sockets.iterdir()) == []


def test_a_provider_that_is_not_there_is_an_error(tmp_path):
    clients = [Client(str(tmp_path), environment(), [])]

    with (
        pytest.raises(ProxyStartError, match="No such file"),
        running_proxy(tmp_path / "missing", tmp_path, clients),
    ):
        pass
