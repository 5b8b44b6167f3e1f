"""Who is answered: clients of this machine, not web pages."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from privatelink.sandbox.guard import Guard
from privatelink.sandbox.process import Sandbox
from tests.support.urls import status

PATHS = ["/", "/moto-api/data.json", "/_sandbox/data-plane", "/_sandbox/outside/run", "/bucket/key"]


def behind(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The application behind it."""
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]


def ask(path: str, **headers: str) -> tuple[int, str]:
    started: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, **headers}
    answer = b"".join(Guard(behind)(environ, lambda status, headers: started.append(status)))
    (said,) = started
    return int(said[:3]), answer.decode()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["127.0.0.1:5566", "127.0.0.1", "localhost:5566", "localhost", "bucket.s3.localhost:5566"]
)
def test_a_local_client_is_answered(path: str, host: str) -> None:
    assert ask(path, HTTP_HOST=host) == (200, path)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    ["example.org", "127.0.0.1.example.org:5566", "localhost.example.org", "evillocalhost", "", "[::1]:5566"],
)
def test_a_name_that_was_pointed_to_this_machine_is_refused(path: str, host: str) -> None:
    status, answer = ask(path, HTTP_HOST=host)

    assert status == 403
    assert "answers only requests to 127.0.0.1 and localhost" in json.loads(answer)["message"]


def test_a_request_without_a_host_is_refused() -> None:
    assert ask("/")[0] == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("origin", ["https://example.org", "http://127.0.0.1:5566", "null", ""])
def test_a_web_page_is_refused(path: str, origin: str) -> None:
    status, answer = ask(path, HTTP_HOST="127.0.0.1:5566", HTTP_ORIGIN=origin)

    assert status == 403
    assert json.loads(answer) == {"message": "the sandbox does not answer requests from web pages"}


def test_without_a_data_plane_too(sandbox: Sandbox) -> None:
    for path in ("/moto-api/", "/_sandbox/data-plane"):
        assert status(sandbox, path) == 200
        assert status(sandbox, path, Origin="https://example.org") == 403
        assert status(sandbox, path, Host="example.org") == 403
