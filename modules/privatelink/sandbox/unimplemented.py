"""Answer requests that the sandbox does not support with an HTTP 4xx error.

moto answers them with HTTP 500, which AWS clients treat as transient: Terraform would retry for minutes.
"""

import importlib
import json
import re
import sys
import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.moto_server import werkzeug_app

from privatelink.sandbox.changes import LOCK, changed
from privatelink.sandbox.untyped import Moto

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

CODE = "UnsupportedOperation"
READING = re.compile(r"Describe|Get|List|Head|Search|Lookup|AssumeRole|SendCommand")

EXTENDED_ON_USE = {"elasticache": "cache_subnet_groups", "vpclattice": "service_networks"}
"""Extensions that are imported when their service is first used: few configurations need them."""


class Refusal(ServiceException):  # type: ignore[misc]
    """An error of the sandbox. It has its own class: moto derives the service of an error from its module."""


def install() -> None:
    """Make moto handle one request at a time, and never answer with HTTP 500."""
    dispatch = BaseResponse._dispatch

    def _dispatch(self: Moto, *args: Moto, **kwargs: Moto) -> Moto:
        with LOCK:
            try:
                answer = dispatch(self, *args, **kwargs)
                if not READING.match(_action(self)):
                    changed()
                return answer
            except NotImplementedError as error:
                return _refusal(self, _message(self.service_name, _action(self), str(error)))
            except Exception as error:
                traceback.print_exc(file=sys.stderr)
                text = f"the sandbox failed on {self.service_name}:{_action(self)}: {error!r}"
                return _refusal(self, text, "SandboxFailure")

    BaseResponse._dispatch = _dispatch


def create_backend_app(service: str | None) -> Moto:
    """Return moto's application for a service, or one that rejects all requests if moto has none."""
    if service is None:
        return _unknown_service
    if module := EXTENDED_ON_USE.get(service):
        importlib.import_module(f"privatelink.sandbox.{module}").install()
    return werkzeug_app.create_backend_app(service)


def _message(service: str | None, action: str, detail: str = "") -> str:
    message = f"the sandbox does not implement {service}:{action}"
    # moto names a missing filter; for a missing action its text only repeats the name.
    return message if not detail or "action has not been implemented" in detail else f"{message}: {detail}"


def _action(response: Moto) -> str:
    try:
        return str(response._get_action())
    except Exception:
        return "(unknown action)"


def _refusal(response: Moto, message: str, code: str = CODE) -> tuple[int, dict[str, object], str]:
    try:
        # In the wire format of the service.
        status, headers, body = response.serialized(ActionResult(Refusal(code, message)))
    except Exception:
        # botocore does not know the action or the service either.
        headers, body = _error(code, message, response.headers.get("Content-Type", ""))
        status = 400
    return status, {**headers, "status": status}, body


def _unknown_service(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    # Authorization: AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …
    scope = environ.get("HTTP_AUTHORIZATION", "").split(",")[0].split("/")
    service = scope[3] if len(scope) > 3 else "this service"
    target = environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1]
    message = _message(service, target or f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '/')}")
    headers, body = _error(CODE, message, environ.get("CONTENT_TYPE", ""))
    payload = body.encode()
    # The body must be read: otherwise the next request on this connection would start within it.
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("400 Bad Request", [*headers.items(), ("Content-Length", str(len(payload)))])
    return [payload]


def _error(code: str, message: str, content_type: str) -> tuple[dict[str, str], str]:
    """Return the headers and body of an error, in one of the two formats of AWS's protocols."""
    if "x-www-form-urlencoded" in content_type:
        error = f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>sandbox</RequestID></Response>"
        return {"Content-Type": "text/xml"}, body
    body = json.dumps({"__type": code, "message": message})
    return {"Content-Type": "application/x-amz-json-1.1", "X-Amzn-ErrorType": code}, body
