"""The host outside: by its command line and over HTTP; and who is not answered."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from privatelink.sandbox.outside import OutsideError, run
from privatelink.sandbox.process import Sandbox
from tests.support.project import PROJECT


def status(sandbox: Sandbox, path: str, body: object = None, **headers: str) -> int:
    request = urllib.request.Request(
        sandbox.url + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_without_a_data_plane_it_says_why(sandbox: Sandbox) -> None:
    assert sandbox.data_plane_missing == "it was not asked for"
    with pytest.raises(OutsideError, match="no data plane: it was not asked for"):
        sandbox.run_outside(["true"])


def test_without_a_sandbox_it_says_so() -> None:
    with pytest.raises(OutsideError, match=r"no sandbox answers on 127\.0\.0\.1:1"):
        run(1, ["true"])


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
        [*base, "sh", "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (5, "out\n", "err\n")
    assert subprocess.run([*base, "sleep", "9"], cwd=PROJECT, check=False).returncode == 124


@pytest.mark.dataplane
@pytest.mark.slow
def test_web_pages_are_not_answered(plane: Sandbox) -> None:
    path, body, kind = "/_sandbox/outside/run", {"command": ["true"]}, "application/json"
    assert status(plane, path, body, Content_Type=kind) == 200
    assert status(plane, path, body, Content_Type="text/plain") == 415
    assert status(plane, path, body, Content_Type=kind, Origin="https://example.org") == 403
    assert status(plane, path, body, Content_Type=kind, Host="example.org") == 403
    assert status(plane, path, {}, Content_Type=kind) == 400
    assert status(plane, "/_sandbox/nothing") == 404
    # Nor through AWS's API, which moto opens to all of them.
    assert status(plane, "/moto-api/data.json") == 200
    assert status(plane, "/moto-api/data.json", Origin="https://example.org") == 403


@pytest.mark.dataplane
@pytest.mark.slow
def test_outside_sees_nobodys_files(plane: Sandbox) -> None:
    assert plane.run_outside(["ls", "-A", "/home"]).stdout == ""
