"""Refuses requests that a web page may have sent: with a data plane, a request can run commands.

A page can send requests to 127.0.0.1. If its DNS name leads there (DNS rebinding), it can also read answers.
AWS clients send no `Origin` header, and the host of the endpoint URL.
"""

import json
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HOSTS = ("127.0.0.1", "localhost")


class Guard:
    """WSGI middleware that passes on only requests of local clients, whatever their path."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on a request, or answer 403."""
        if refusal := _refusal(environ):
            payload = json.dumps({"message": refusal}).encode()
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
            start_response("403 Forbidden", headers)
            return [payload]
        return self._app(environ, start_response)


def _refusal(environ: WSGIEnvironment) -> str | None:
    """Return why a request is refused; None if it is not."""
    if "HTTP_ORIGIN" in environ:
        return "the sandbox does not answer requests from web pages"
    host = environ.get("HTTP_HOST", "").partition(":")[0]
    # Names of S3 buckets are below localhost, which no DNS server can point elsewhere (RFC 6761).
    if host not in HOSTS and not host.endswith(".localhost"):
        return f"the sandbox answers only requests to {' and '.join(HOSTS)}, not to {host!r}"
    return None
