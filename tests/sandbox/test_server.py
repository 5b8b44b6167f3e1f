"""The server: its command line, its port, moto's version and settings, and how it answers and ends."""

import contextlib
import importlib.metadata
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

import privatelink.sandbox as package
from privatelink.sandbox import server
from privatelink.sandbox.credentials import AccessKey
from privatelink.sandbox.dataplane import availability
from privatelink.sandbox.process import Sandbox
from privatelink.sandbox.server import MOTO_VERSION, SandboxError, check_moto_version, serve
from tests.support.ports import listens
from tests.support.project import PROJECT
from tests.support.sandbox_fixtures import Account, refused


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
        key = AccessKey(exported["AWS_ACCESS_KEY_ID"], exported["AWS_SECRET_ACCESS_KEY"])
        assert exported == package.environment(port, key=key)
        assert re.fullmatch("AKIA[A-Z2-7]{16}", key.id)
        assert len(key.secret) == 40
        assert listens(port)

        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
        assert process.returncode == 0
        assert errors.startswith("sandbox: local AWS on http://127.0.0.1:")
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


def test_a_busy_port_is_told_before_anything_is_started() -> None:
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        message = rf"^port {port} on 127\.0\.0\.1 is in use: .*--port \(--port 0 selects a free one\)$"
        with pytest.raises(SandboxError, match=message):
            serve(port, data_plane=False, app=object())


def test_another_reason_for_no_port_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HOST", "192.0.2.1")  # of documentation, so no address of this machine
    with pytest.raises(SandboxError, match=r"^cannot listen on 192\.0\.2\.1:8080: Cannot assign"):
        serve(8080, data_plane=False, app=object())


def test_packets_that_cannot_flow_are_an_error_where_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(availability, "why_not", lambda: "the program nft is missing")
    with pytest.raises(SandboxError, match=r"^no data plane: the program nft is missing$"):
        serve(0, data_plane=True, app=object())


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {"127.0.0.1"}:
        with contextlib.closing(socket.socket()) as client:
            client.settimeout(2)
            assert client.connect_ex((address, sandbox.port)) != 0
    assert listens(sandbox.port)


def read_data(exported: dict[str, str]) -> None:
    request = urllib.request.Request(
        exported["AWS_ENDPOINT_URL"] + "/moto-api/data.json",
        headers={"Authorization": f"Bearer {exported['AWS_SECRET_ACCESS_KEY']}"},
    )
    urllib.request.urlopen(request).read()


@pytest.mark.slow
def test_it_is_quiet_unless_asked() -> None:
    with started("--verbose") as (process, exported):
        read_data(exported)
        process.terminate()
        assert "GET /moto-api/data.json" in process.communicate(timeout=10)[1]
    with started() as (process, exported):
        read_data(exported)
        process.terminate()
        assert process.communicate(timeout=10)[1].count("\n") == 1


def test_another_moto_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    check_moto_version()
    monkeypatch.setattr("importlib.metadata.version", lambda _: "6.0.0")
    with pytest.raises(SandboxError, match=rf"moto 6\.0\.0 is installed.*moto\[server\]=={MOTO_VERSION}"):
        check_moto_version()


def test_no_moto_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", version)
    with pytest.raises(SandboxError, match=r"^no moto is installed, .*: pip install 'moto\[server\]=="):
        check_moto_version()


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_wrong_port_is_refused_before_the_slow_start(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    process = start(f"--port={port}")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    imported = {line.rpartition("|")[2].strip() for line in errors.splitlines() if "|" in line}
    assert "privatelink.sandbox.client" in imported
    assert not {"moto", "privatelink.sandbox.server"} & imported
    assert "--port" in "".join(line for line in errors.splitlines() if "import time" not in line)


def described_vpcs(sandbox: Sandbox, *headers: str) -> bytes:
    """The first piece of the answer to a request."""
    body = b"Action=DescribeVpcs&Version=2016-11-15"
    scope = f"{sandbox.key.id}/20260101/us-east-1/ec2/aws4_request"
    lines = (
        "POST / HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/x-www-form-urlencoded",
        f"Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        f"Content-Length: {len(body)}",
        *headers,
        "\r\n",
    )
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall("\r\n".join(lines).encode() + body)
        return connection.recv(1 << 16)


def test_an_answer_comes_in_one_piece(sandbox: Sandbox) -> None:
    """A client that sees the headers alone, and that the connection will be closed, may close it first."""
    for _ in range(20):
        answer = described_vpcs(sandbox)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert answer.endswith(b"</DescribeVpcsResponse>")


def test_no_web_page_is_told_that_it_may_read_an_answer(sandbox: Sandbox) -> None:
    answer = described_vpcs(sandbox, "Origin: https://example.org").lower()
    assert answer.startswith(b"http/1.1 403 forbidden\r\n")
    assert b"access-control-" not in answer


def test_an_assumed_role_acts_in_its_account(provider: Account, consumer: Account) -> None:
    network = provider.vpc("10.40.0.0/16")
    identity = consumer.client("sts").get_caller_identity()
    assert identity["Account"] == consumer.number
    assert identity["Arn"] == f"arn:aws:sts::{consumer.number}:assumed-role/test/test"
    with refused("InvalidVpcID.NotFound", network.id):
        consumer.ec2.describe_vpcs(VpcIds=[network.id])
    policy = provider.client("iam").get_policy(
        PolicyArn="arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    )
    assert policy["Policy"]["PolicyName"] == "AmazonSSMManagedInstanceCore"


@pytest.mark.slow
def test_its_commands_are_in_a_file_of_this_user(tmp_path: Path) -> None:
    exports = tmp_path / "sandbox.sh"
    exports.write_text("of before")
    exports.chmod(0o644)
    with started("--no-data-plane", "--exports", str(exports)) as (process, exported):
        assert exports.stat().st_mode & 0o777 == 0o600
        assert f"export AWS_SECRET_ACCESS_KEY={exported['AWS_SECRET_ACCESS_KEY']}\n" in exports.read_text()
        process.terminate()
        process.communicate(timeout=10)
    assert not exports.exists()


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    process = start("--port", "0", "--no-data-plane", "--exports", str(tmp_path / "missing" / "file"))
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, "")
    assert errors.endswith("file: cannot be written: No such file or directory\n")


@pytest.mark.slow
def test_any_access_key_is_accepted_if_asked_for() -> None:
    with started("--no-data-plane", "--any-credentials") as (_, exported):
        port = int(exported["AWS_ENDPOINT_URL"].rsplit(":", 1)[1])
        assert exported == package.environment(port)
        for number in ("AKIAOTHER", exported["AWS_ACCESS_KEY_ID"]):
            client = boto3.client(
                "ec2",
                endpoint_url=exported["AWS_ENDPOINT_URL"],
                region_name="us-east-1",
                aws_access_key_id=number,
                aws_secret_access_key="x",
            )
            assert client.describe_vpcs()["Vpcs"]


@pytest.mark.parametrize("data_plane", [True, None])
def test_any_access_key_is_refused_with_a_data_plane(data_plane: bool | None) -> None:
    with pytest.raises(SandboxError, match="add --no-data-plane to --any-credentials"):
        serve(0, data_plane=data_plane, any_credentials=True, app=object())
