"""What the sandbox answers beside AWS's API, below `/_sandbox/`: is there a data plane, and a host outside.

GET  /_sandbox/data-plane            {"missing": null | "why"}
POST /_sandbox/data-plane/settle     waits until the kernel has what the API says
POST /_sandbox/outside/run           {"command": ["curl", …], "seconds": 30} → code, stdout, stderr, timed_out
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from privatelink.sandbox.dataplane.control import OUTSIDE_ID, DataPlaneError
from privatelink.sandbox.dataplane.reconciler import Reconciler

PREFIX = "/_sandbox/"
LONGEST_SECONDS = 600.0
LOCAL_HOSTS = ("127.0.0.1", "localhost")


class OutsideApi:
    """WSGI middleware: answers its own paths, and leaves the others to moto."""

    def __init__(self, app: WSGIApplication, reconciler: Reconciler | None, missing: str | None) -> None:
        self._app, self._reconciler, self._missing = app, reconciler, missing

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "")
        if refusal := self._from_a_browser(environ, own=path.startswith(PREFIX)):
            return _respond(start_response, "403 Forbidden", {"message": refusal})
        if not path.startswith(PREFIX):
            return self._app(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        # Another content type is what a web page could send here without being asked.
        if environ["REQUEST_METHOD"] == "POST" and environ.get("CONTENT_TYPE") != "application/json":
            return _respond(
                start_response, "415 Unsupported Media Type", {"message": "send application/json"}
            )
        status, answer = self._answer(f"{environ['REQUEST_METHOD']} {path}", body)
        return _respond(start_response, status, answer)

    def _from_a_browser(self, environ: WSGIEnvironment, *, own: bool) -> str | None:
        """Why a request is refused: the API runs commands now, and moto lets every web page ask.

        No AWS client sends an origin. A name made to lead here is caught by the host it names.
        """
        if self._reconciler is None:
            return None
        if "HTTP_ORIGIN" in environ:
            return "the sandbox does not answer web pages"
        if own and environ.get("HTTP_HOST", "").partition(":")[0] not in LOCAL_HOSTS:
            return f"ask for it at {LOCAL_HOSTS[0]}"
        return None

    def _answer(self, request: str, body: bytes) -> tuple[str, Mapping[str, object]]:
        if request == f"GET {PREFIX}data-plane":
            return "200 OK", {"missing": self._missing}
        if request not in (f"POST {PREFIX}data-plane/settle", f"POST {PREFIX}outside/run"):
            return "404 Not Found", {"message": f"no such path: {request}"}
        if self._reconciler is None:
            return "503 Service Unavailable", {"message": f"the sandbox has no data plane: {self._missing}"}
        try:
            settled = self._reconciler.settle()
            if request.endswith("settle"):
                return "200 OK", {
                    "settled": settled,
                    "error": self._reconciler.error or self._reconciler.data_plane.last_error,
                }
            wanted = json.loads(body)
            command = [str(word) for word in wanted["command"]]
            seconds = min(float(wanted.get("seconds", 30)), LONGEST_SECONDS)
            outcome = self._reconciler.data_plane.run(OUTSIDE_ID, command, seconds)
        except (ValueError, KeyError, TypeError) as error:
            return "400 Bad Request", {"message": f"not understood: {error!r}"}
        except DataPlaneError as error:
            return "503 Service Unavailable", {"message": str(error)}
        if outcome is None:
            return "503 Service Unavailable", {"message": "the host outside is not there"}
        return "200 OK", asdict(outcome)


def _respond(start_response: StartResponse, status: str, answer: Mapping[str, object]) -> list[bytes]:
    payload = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
    start_response(status, headers)
    return [payload]
