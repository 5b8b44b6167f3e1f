"""Starting and stopping: the command line, the subprocess, the environment."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import pytest

import privatelink.sandbox as package
from privatelink.sandbox.process import Sandbox, SandboxStartError, running_sandbox
from privatelink.sandbox.server import MOTO_VERSION, SandboxError, check_moto_version
from tests.support.project import PROJECT


def listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "privatelink", "sandbox", *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextlib.contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A sandbox in the foreground, and the variables it printed."""
    process = start("--port", "0", *arguments)
    exported: dict[str, str] = {}
    try:
        while "AWS_SHARED_CREDENTIALS_FILE" not in exported:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            if match := re.fullmatch(r"export (\w+)=(\S+)\n", line):
                exported[match.group(1)] = match.group(2)
            else:
                assert line.startswith("unset ")
                assert {"AWS_PROFILE", "AWS_SESSION_TOKEN"} <= set(line.split())
        yield process, exported
    finally:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_variables_and_stops_cleanly(number: int) -> None:
    with started() as (process, exported):
        port = int(exported["AWS_ENDPOINT_URL"].rsplit(":", 1)[1])
        assert exported == package.environment(port)
        assert listens(port)

        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert errors.startswith("sandbox: a local AWS listens on http://127.0.0.1:")
        assert "Traceback" not in errors
        assert not listens(port)


def test_a_busy_port_is_one_line_and_exit_code_2(sandbox: Sandbox) -> None:
    process = start("--port", str(sandbox.port))
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert output == ""
    assert errors.count("\n") == 1
    assert f"port {sandbox.port} on 127.0.0.1 is in use" in errors
    assert "--port 0" in errors


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1"}:
        with contextlib.closing(socket.socket()) as client:
            client.settimeout(2)
            assert client.connect_ex((address, sandbox.port)) != 0
    assert listens(sandbox.port)


@pytest.mark.slow
def test_it_is_quiet_unless_asked() -> None:
    with started("--verbose") as (process, exported):
        urllib.request.urlopen(exported["AWS_ENDPOINT_URL"] + "/moto-api/data.json").read()
        process.terminate()
        assert "GET /moto-api/data.json" in process.communicate(timeout=10)[1]
    with started() as (process, exported):
        urllib.request.urlopen(exported["AWS_ENDPOINT_URL"] + "/moto-api/data.json").read()
        process.terminate()
        assert process.communicate(timeout=10)[1].count("\n") == 1


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


def test_a_subprocess_cannot_reach_the_real_aws() -> None:
    base = {
        "PATH": "/bin",
        "NO_PROXY": "intranet",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_EC2": "https://ec2.amazonaws.com",
        "AWS_ACCESS_KEY_ID": "real",
        "AWS_CONFIG_FILE": "/home/me/.aws/config",
    }
    made_safe = package.client_environment(1234, base=base)
    direct = "intranet,127.0.0.1"
    assert made_safe == {"PATH": "/bin", "NO_PROXY": direct, "no_proxy": direct} | package.environment(1234)
    assert made_safe["AWS_ACCESS_KEY_ID"] != "real"


def test_another_moto_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_moto_version()
    monkeypatch.setattr("importlib.metadata.version", lambda _: "6.0.0")
    with pytest.raises(SandboxError, match=rf"moto 6\.0\.0 is installed.*moto\[server\]=={MOTO_VERSION}"):
        check_moto_version()


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_wrong_port_is_refused_before_the_slow_start(port: str) -> None:
    process = start(f"--port={port}")
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "--port" in errors


def test_an_answer_comes_in_one_piece(sandbox: Sandbox) -> None:
    """A client that sees the headers alone, and that the connection will be closed, may close it first."""
    body = b"Action=DescribeVpcs&Version=2016-11-15"
    scope = "AKIA/20260101/us-east-1/ec2/aws4_request"
    head = (
        "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
            connection.sendall(head.encode() + body)
            answer = connection.recv(1 << 16)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"</DescribeVpcsResponse>")
