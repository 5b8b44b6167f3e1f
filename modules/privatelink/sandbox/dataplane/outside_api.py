"""The sandbox's own API, below `/_sandbox/`: the state of the data plane, and commands on a host outside.

GET  /_sandbox/data-plane            {"missing": null | "reason"}
POST /_sandbox/data-plane/settle     waits until the kernel matches the state of the API
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


class OutsideApi:
    """WSGI middleware that handles its own paths, and passes others to moto."""

    def __init__(self, app: WSGIApplication, reconciler: Reconciler | None, missing: str | None) -> None:
        self._app, self._reconciler, self._missing = app, reconciler, missing

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self._app(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        # A web page can send other content types without a preflight request.
        if environ["REQUEST_METHOD"] == "POST" and environ.get("CONTENT_TYPE") != "application/json":
            return _respond(
                start_response, "415 Unsupported Media Type", {"message": "send application/json"}
            )
        status, answer = self._answer(f"{environ['REQUEST_METHOD']} {path}", body)
        return _respond(start_response, status, answer)

    def _answer(self, request: str, body: bytes) -> tuple[str, Mapping[str, object]]:
        if request == f"GET {PREFIX}data-plane":
            return "200 OK", {"missing": self._missing}
        if request not in (f"POST {PREFIX}data-plane/settle", f"POST {PREFIX}outside/run"):
            return "404 Not Found", {"message": f"unknown path: {request}"}
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
            return "400 Bad Request", {"message": f"bad request: {error!r}"}
        except DataPlaneError as error:
            return "503 Service Unavailable", {"message": str(error)}
        if outcome is None:
            return "503 Service Unavailable", {"message": "the host outside does not exist"}
        return "200 OK", asdict(outcome)


def _respond(start_response: StartResponse, status: str, answer: Mapping[str, object]) -> list[bytes]:
    payload = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
    start_response(status, headers)
    return [payload]
