"""What the sandbox answers beside AWS's API; and who is not answered."""

import importlib
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from privatelink.sandbox.dataplane.control import OUTSIDE_ID, DataPlaneError
from privatelink.sandbox.dataplane.outcome import Outcome
from privatelink.sandbox.process import Sandbox
from tests.support.urls import status

JSON = "application/json"
RUN, SETTLE = "/_sandbox/outside/run", "/_sandbox/data-plane/settle"


class FakePlane:
    """A data plane that keeps what it is to run."""

    def __init__(self) -> None:
        self.last_error: str | None = None
        self.outcome: Outcome | None = Outcome(3, "out", "err")
        self.gone = False
        self.ran: list[tuple[str, list[str], float]] = []

    def run(self, machine_id: str, command: list[str], seconds: float) -> Outcome | None:
        if self.gone:
            raise DataPlaneError("the data plane has ended")
        self.ran.append((machine_id, command, seconds))
        return self.outcome


class FakeReconciler:
    """A reconciler without a thread."""

    def __init__(self) -> None:
        self.data_plane = FakePlane()
        self.error: str | None = None
        self.settled = True
        self.waited = 0

    def settle(self) -> bool:
        self.waited += 1
        return self.settled


@pytest.fixture
def reconciler() -> FakeReconciler:
    return FakeReconciler()


def behind(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The application behind it: says what it was asked."""
    start_response("200 OK", [])
    return [f"moto: {environ['REQUEST_METHOD']} {environ['PATH_INFO']}".encode()]


def ask(
    reconciler: FakeReconciler | None,
    path: str,
    body: Any = None,
    *,
    method: str | None = None,
    content_type: str = JSON,
) -> tuple[int, Any]:
    """Status and answer; what is behind it answers with text."""
    api = importlib.import_module("privatelink.sandbox.dataplane.outside_api").OutsideApi(
        behind, reconciler, None if reconciler else "not requested"
    )
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": method or ("GET" if body is None else "POST"),
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(sent)),
        "CONTENT_TYPE": content_type,
        "wsgi.input": io.BytesIO(sent),
    }
    started: list[tuple[str, list[tuple[str, str]]]] = []
    answer = b"".join(api(environ, lambda status, headers: started.append((status, headers))))
    ((status, answered),) = started
    if path.startswith("/_sandbox/"):
        assert dict(answered) == {"Content-Type": JSON, "Content-Length": str(len(answer))}
        return int(status[:3]), json.loads(answer)
    return int(status[:3]), answer.decode()


@pytest.mark.slow
@pytest.mark.xdist_group("moto")
class TestAlone:
    """Without a server. It imports moto, which takes seconds."""

    def test_what_is_not_its_own_is_left_to_moto(self, reconciler: FakeReconciler) -> None:
        for other in (reconciler, None):
            assert ask(other, "/moto-api/data.json") == (200, "moto: GET /moto-api/data.json")
            assert ask(other, "/", b"Action=X", content_type="text/plain") == (200, "moto: POST /")

    def test_it_tells_whether_there_is_a_data_plane(self, reconciler: FakeReconciler) -> None:
        assert ask(reconciler, "/_sandbox/data-plane") == (200, {"missing": None})
        assert ask(None, "/_sandbox/data-plane") == (200, {"missing": "not requested"})

    @pytest.mark.parametrize("path", [RUN, SETTLE])
    def test_without_a_data_plane_nothing_is_run(self, path: str) -> None:
        status, answer = ask(None, path, {"command": ["true"]})
        assert (status, answer["message"]) == (503, "the sandbox has no data plane: not requested")

    def test_a_command_is_run_outside_once_the_kernel_is_ready(self, reconciler: FakeReconciler) -> None:
        status, answer = ask(reconciler, RUN, {"command": ["echo", 7], "seconds": 5})
        assert (status, answer) == (200, {"code": 3, "stdout": "out", "stderr": "err", "timed_out": False})
        assert reconciler.data_plane.ran == [(OUTSIDE_ID, ["echo", "7"], 5.0)]
        assert reconciler.waited == 1

    @pytest.mark.parametrize(("asked", "given"), [({}, 30.0), ({"seconds": 10**6}, 600.0)])
    def test_a_command_has_a_longest_time(
        self, reconciler: FakeReconciler, asked: dict[str, object], given: float
    ) -> None:
        ask(reconciler, RUN, {"command": ["true"], **asked})
        assert reconciler.data_plane.ran == [(OUTSIDE_ID, ["true"], given)]

    @pytest.mark.parametrize(
        "body", [b"rubbish", b"", {}, {"command": 7}, {"command": ["true"], "seconds": "soon"}, [1]]
    )
    def test_what_is_not_understood_is_refused(self, reconciler: FakeReconciler, body: object) -> None:
        status, answer = ask(reconciler, RUN, body)
        assert status == 400
        assert answer["message"].startswith("bad request: ")
        assert reconciler.data_plane.ran == []

    def test_a_host_that_is_not_there(self, reconciler: FakeReconciler) -> None:
        reconciler.data_plane.outcome = None
        assert ask(reconciler, RUN, {"command": ["true"]}) == (
            503,
            {"message": "the host outside does not exist"},
        )
        reconciler.data_plane.gone = True
        assert ask(reconciler, RUN, {"command": ["true"]}) == (503, {"message": "the data plane has ended"})

    @pytest.mark.parametrize(
        ("settled", "reading", "applying", "expected"),
        [
            (True, None, None, None),
            (False, None, None, None),
            (True, "reading failed", "nft failed", "reading failed"),
            (True, None, "nft failed", "nft failed"),
        ],
    )
    def test_it_tells_whether_the_kernel_has_what_the_api_says(
        self,
        reconciler: FakeReconciler,
        settled: bool,
        reading: str | None,
        applying: str | None,
        expected: str | None,
    ) -> None:
        reconciler.settled, reconciler.error, reconciler.data_plane.last_error = settled, reading, applying
        assert ask(reconciler, SETTLE, {}) == (200, {"settled": settled, "error": expected})

    @pytest.mark.parametrize(
        ("path", "method"),
        [("/_sandbox/nothing", "GET"), (RUN, "GET"), (SETTLE, "GET"), ("/_sandbox/data-plane", "POST")],
    )
    def test_no_other_path_or_method(self, reconciler: FakeReconciler, path: str, method: str) -> None:
        assert ask(reconciler, path, {}, method=method) == (
            404,
            {"message": f"unknown path: {method} {path}"},
        )

    @pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
    def test_what_a_web_page_may_send_unasked_is_refused(
        self, reconciler: FakeReconciler, content_type: str
    ) -> None:
        status, _ = ask(reconciler, RUN, {"command": ["true"]}, content_type=content_type)
        assert status == 415
        assert reconciler.data_plane.ran == []


@pytest.mark.dataplane
@pytest.mark.slow
def test_web_pages_are_not_answered(plane: Sandbox) -> None:
    path, body, kind = "/_sandbox/outside/run", {"command": ["true"]}, "application/json"
    token = f"Bearer {plane.key.secret}"
    assert status(plane, path, body, Authorization=token, Content_Type=kind) == 200
    assert status(plane, path, body, Authorization="Bearer other", Content_Type=kind) == 401
    assert status(plane, path, body, Authorization=token, Content_Type="text/plain") == 415
    assert status(plane, path, body, Authorization=token, Content_Type=kind, Origin="https://x.org") == 403
    assert status(plane, path, body, Authorization=token, Content_Type=kind, Host="example.org") == 403
    assert status(plane, path, {}, Authorization=token, Content_Type=kind) == 400
    assert status(plane, "/_sandbox/nothing", Authorization=token) == 404
