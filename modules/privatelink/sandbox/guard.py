"""Decides who may use the sandbox: with a data plane, a request can run commands.

A page can send requests to 127.0.0.1. If its DNS name leads there (DNS rebinding), it can also read answers.
AWS clients send the host of the endpoint URL, and none of the headers that browsers add: `Origin`, and with
images and links `Sec-Fetch-Site`.
https://www.w3.org/TR/fetch-metadata/

Other users of the machine can send requests as well, so AWS's API wants an access key that the sandbox has
issued, and the sandbox's own paths want the secret access key as a bearer token. Signatures are not checked:
who knows the ID of a key has read what the sandbox printed.
"""

import json
import re
import secrets
from collections.abc import Iterable
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from privatelink.sandbox.credentials import AccessKey

HOSTS = ("127.0.0.1", "localhost")
OWN_SITES = ("none", "same-origin")
"""Values of `Sec-Fetch-Site` if the user has entered the address, and on moto's own page."""
OWN_PATHS = ("/_sandbox", "/moto-api")
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
_SCOPE = re.compile(r"Credential=([A-Z0-9]+)/\d{8}/[^/]*/([^/]+)/aws4_request")
_ISSUED = re.compile(rb"<AccessKeyId>([A-Z0-9]+)</AccessKeyId>")
_ISSUERS = ("sts", "iam")
_UNKNOWN = "the sandbox did not issue this access key; run the export commands that it printed at its start"


class Guard:
    """WSGI middleware that passes on only requests of clients that may use the sandbox.

    Arguments:
        app: the application behind it.
        key: the access key that the sandbox has printed; None: AWS's API accepts any.
    """

    def __init__(self, app: WSGIApplication, key: AccessKey | None) -> None:
        self._app = app
        self._key = key
        self._known = {key.id} if key else set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass on a request, or answer 403."""
        if refusal := _from_a_page(environ):
            return _respond(start_response, "403 Forbidden", *_as_json({"message": refusal}))
        if self._key is None:
            return self._app(environ, start_response)
        if environ.get("PATH_INFO", "").startswith(OWN_PATHS):
            if not _has_token(environ, self._key.secret):
                message = "send the secret access key that the sandbox printed as a bearer token"
                return _respond(start_response, "401 Unauthorized", *_as_json({"message": message}))
            return self._app(environ, start_response)
        key_id, service = _signed_by(environ)
        if key_id not in self._known:
            return _respond(start_response, "403 Forbidden", *_error(environ, service))
        answer = self._app(environ, start_response)
        return self._learn(answer) if service in _ISSUERS else answer

    def _learn(self, answer: Iterable[bytes]) -> Iterable[bytes]:
        """Keep the access keys in an answer of STS or IAM: the caller may use them as well."""
        content = b"".join(answer)
        self._known |= {found.decode() for found in _ISSUED.findall(content)}
        return [content]


def _from_a_page(environ: WSGIEnvironment) -> str | None:
    """Return why a request is refused that a web page may have sent; None if none has."""
    if "HTTP_ORIGIN" in environ or environ.get("HTTP_SEC_FETCH_SITE", "none") not in OWN_SITES:
        return "the sandbox does not answer requests from web pages"
    host = environ.get("HTTP_HOST", "").partition(":")[0]
    # Names of S3 buckets are below localhost, which no DNS server can point elsewhere (RFC 6761).
    if host not in HOSTS and not host.endswith(".localhost"):
        return f"the sandbox answers only requests to {' and '.join(HOSTS)}, not to {host!r}"
    return None


def _has_token(environ: WSGIEnvironment, token: str) -> bool:
    scheme, _, given = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme == "Bearer" and secrets.compare_digest(given.encode(), token.encode())


def _signed_by(environ: WSGIEnvironment) -> tuple[str, str]:
    """The ID of the key that signed a request, and the service; empty if it is not signed."""
    if found := _SCOPE.search(environ.get("HTTP_AUTHORIZATION", "")):
        return found[1], found[2]
    # A presigned URL has the same text in its query.
    credential = parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
    found = _SCOPE.fullmatch(f"Credential={credential}")
    return (found[1], found[2]) if found else ("", "")


def _error(environ: WSGIEnvironment, service: str) -> tuple[bytes, str]:
    """AWS's error for an unknown access key, in the format of the service."""
    kind = environ.get("CONTENT_TYPE", "")
    if kind.startswith("application/x-amz-json"):
        return _as_json({"__type": "UnrecognizedClientException", "message": _UNKNOWN})
    code = {"ec2": "AuthFailure", "s3": "InvalidAccessKeyId"}.get(service, "InvalidClientTokenId")
    error = f"<Error><Code>{code}</Code><Message>{_UNKNOWN}</Message></Error>"
    if service == "ec2":
        error = f"<Response><Errors>{error}</Errors></Response>"
    elif service != "s3":
        error = f"<ErrorResponse>{error}</ErrorResponse>"
    return error.encode(), "text/xml"


def _as_json(answer: object) -> tuple[bytes, str]:
    return json.dumps(answer).encode(), "application/json"


def _respond(start_response: StartResponse, status: str, payload: bytes, kind: str) -> list[bytes]:
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(payload)))])
    return [payload]
