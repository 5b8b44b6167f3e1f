"""The host outside: as its users ask for it, and by its command line."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from privatelink.sandbox import outside
from privatelink.sandbox.outside import ADDRESS, Answer, OutsideError, data_plane_missing, run, settle
from privatelink.sandbox.process import Sandbox
from tests.support.project import PROJECT

TOKEN = "s3cret"
DONE = {"code": 0, "stdout": "out\n", "stderr": "err\n", "timed_out": False}


class Asked:
    """A server in the place of the sandbox: keeps what it is asked, and gives one answer."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self.authorized: list[str | None] = []
        self.answer: tuple[int, Any] = (200, DONE)
        asked = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked.requests.append((self.command, self.path, json.loads(body) if body else None))
                asked.authorized.append(self.headers.get("Authorization"))
                status, answer = asked.answer
                payload = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_POST = do_GET  # noqa: N815 - its name in the standard library

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port


@pytest.fixture(scope="module")
def server() -> Iterator[Asked]:
    made = Asked()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def asked(server: Asked) -> Asked:
    server.requests.clear()
    server.authorized.clear()
    server.answer = (200, DONE)
    return server


def test_a_command_is_run_with_its_longest_time(asked: Asked) -> None:
    assert run(asked.port, TOKEN, ("curl", "-s", "http://x"), seconds=5) == Answer(0, "out\n", "err\n")
    assert asked.requests == [
        ("POST", "/_sandbox/outside/run", {"command": ["curl", "-s", "http://x"], "seconds": 5})
    ]
    assert asked.authorized == ["Bearer s3cret"]


def test_what_the_sandbox_refuses_is_told_in_its_words(asked: Asked) -> None:
    asked.answer = (503, {"message": "the host outside does not exist"})
    with pytest.raises(OutsideError, match=r"^the host outside does not exist$"):
        run(asked.port, TOKEN, ["true"])


def test_it_waits_for_the_kernel(asked: Asked) -> None:
    asked.answer = (200, {"settled": True, "error": None})
    settle(asked.port, TOKEN)
    assert asked.requests == [("POST", "/_sandbox/data-plane/settle", {})]


@pytest.mark.parametrize(
    ("settled", "error", "message"),
    [(True, "nft failed", "nft failed"), (False, None, "the data plane does not settle")],
)
def test_a_kernel_that_does_not_have_it_is_an_error(
    asked: Asked, settled: bool, error: str | None, message: str
) -> None:
    asked.answer = (200, {"settled": settled, "error": error})
    with pytest.raises(OutsideError, match=f"^{message}$"):
        settle(asked.port, TOKEN)


@pytest.mark.parametrize("missing", [None, "the program nft is missing"])
def test_it_tells_why_there_is_no_data_plane(asked: Asked, missing: str | None) -> None:
    asked.answer = (200, {"missing": missing})
    assert data_plane_missing(asked.port, TOKEN) == missing
    assert asked.requests == [("GET", "/_sandbox/data-plane", None)]


def test_no_proxy_is_asked(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert run(asked.port, TOKEN, ["true"]).code == 0


def test_without_a_sandbox_it_says_so() -> None:
    with pytest.raises(OutsideError, match=r"no sandbox on 127\.0\.0\.1:1"):
        run(1, TOKEN, ["true"])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (DONE, 0),
        (DONE | {"code": 5}, 5),
        (DONE | {"code": -1, "timed_out": True}, 124),
    ],
)
def test_the_exit_code_and_the_output_are_the_commands(
    asked: Asked,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, object],
    code: int,
) -> None:
    asked.answer = (200, answer)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", TOKEN)
    arguments = ["--port", str(asked.port), "--seconds", "2", "--", "ls", "-l"]
    assert outside.main(arguments) == code
    assert capsys.readouterr() == ("out\n", "err\n")
    assert asked.requests[0][2] == {"command": ["ls", "-l"], "seconds": 2}
    assert asked.authorized == ["Bearer s3cret"]


def test_a_command_that_cannot_be_run_is_one_line_and_exit_code_2(
    asked: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    asked.answer = (503, {"message": "the sandbox has no data plane: not requested"})
    assert outside.main(["--port", str(asked.port), "true"]) == 2
    assert capsys.readouterr() == ("", "sandbox: the sandbox has no data plane: not requested\n")


def test_a_command_has_to_be_given() -> None:
    with pytest.raises(SystemExit) as ended:
        outside.main(["--port", "1"])
    assert ended.value.code == 2


def test_without_a_data_plane_it_says_why(sandbox: Sandbox) -> None:
    assert sandbox.data_plane_missing == "not requested"
    with pytest.raises(OutsideError, match="no data plane: not requested"):
        sandbox.run_outside(["true"])


@pytest.mark.dataplane
@pytest.mark.slow
def test_the_command_line_is_the_command(plane: Sandbox) -> None:
    base = [
        sys.executable,
        "-m",
        "privatelink.sandbox.outside",
        "--port",
        str(plane.port),
        "--seconds",
        "1",
        "--",
    ]
    script = "echo out; echo err >&2; exit 5"
    done = subprocess.run(
        [*base, "sh", "-c", script],
        cwd=PROJECT,
        env=plane.client_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (5, "out\n", "err\n")
    assert subprocess.run([*base, "sleep", "9"], cwd=PROJECT, env=plane.client_environment).returncode == 124
    refused = subprocess.run(
        [*base, "true"], cwd=PROJECT, env=dict(os.environ, AWS_SECRET_ACCESS_KEY="other"), check=False
    )
    assert refused.returncode == 2


@pytest.mark.dataplane
@pytest.mark.slow
def test_it_has_its_own_address_on_the_internet(plane: Sandbox) -> None:
    found = plane.run_outside(["ip", "-o", "-4", "address", "show", "eth0"]).stdout
    assert f" {ADDRESS}/24 " in found
