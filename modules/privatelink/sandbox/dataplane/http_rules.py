"""The rules of Application Load Balancers, applied to HTTP requests.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html
"""

import fnmatch
from dataclasses import dataclass
from http import HTTPStatus

from privatelink.sandbox.dataplane.world import HttpAction, HttpListener


@dataclass(frozen=True)
class Request:
    """The start of an HTTP request, without its body."""

    method: str
    target: str
    version: str
    headers: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, head: bytes) -> "Request":
        """Read the start of a request.

        Raises:
            ValueError: it is not HTTP.
        """
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, version = first.split(" ")
        pairs = (line.partition(":") for line in lines)
        return cls(method, target, version, tuple((name, value.strip()) for name, _, value in pairs))

    def header(self, name: str) -> str:
        """Return the value of a header; empty if it is missing."""
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def host(self) -> str:
        """The host, without a port."""
        return self.header("host").partition(":")[0]

    @property
    def path(self) -> str:
        """The path, without a query."""
        return self.target.partition("?")[0]

    def forwarded(self, client: str, port: int, scheme: str, *, host: str = "") -> bytes:
        """Return it for a target: with the client in its headers, and a connection of its own.

        Arguments:
            client: the address of the client.
            port: the port of the listener.
            scheme: http or https.
            host: another host for the target; default: the same.
        """
        before = self.header("x-forwarded-for")
        added = {
            "X-Forwarded-For": f"{before}, {client}" if before else client,
            "X-Forwarded-Proto": scheme,
            "X-Forwarded-Port": str(port),
            "Connection": "close",
        } | ({"Host": host} if host else {})
        replaced = {name.lower() for name in added}
        kept = [(name, value) for name, value in self.headers if name.lower() not in replaced]
        lines = [f"{name}: {value}" for name, value in [*kept, *added.items()]]
        first = f"{self.method} {self.target} {self.version}"
        return "\r\n".join([first, *lines, "", ""]).encode("latin-1")


def action_of(listener: HttpListener, request: Request) -> HttpAction:
    """Return the action of the first rule that matches a request; the last one is the default rule."""
    for rule in listener.rules[:-1]:
        hosts = [host.lower() for host in rule.hosts]
        if (not hosts or any(fnmatch.fnmatchcase(request.host.lower(), host) for host in hosts)) and (
            not rule.paths or any(fnmatch.fnmatchcase(request.path, path) for path in rule.paths)
        ):
            return rule.action
    return listener.rules[-1].action


def response(action: HttpAction, request: Request, port: int, scheme: str) -> bytes:
    """Return the response of an action that needs no target; 503 if it would need one."""
    if action.kind == "redirect":
        location = action.location
        query = request.target.partition("?")[2]
        for name, value in (
            ("protocol", scheme),
            ("host", request.host),
            ("port", str(port)),
            ("path", request.path.removeprefix("/")),
            ("query", query),
        ):
            location = location.replace(f"#{{{name}}}", value)
        return written(action.status, "", {"Location": location.rstrip("?")})
    if action.kind == "fixed-response":
        return written(action.status, action.body, {"Content-Type": action.content_type})
    return written(HTTPStatus.SERVICE_UNAVAILABLE, "", {})


def written(status: int, body: str, headers: dict[str, str]) -> bytes:
    """Return an HTTP response that ends its connection."""
    content = body.encode()
    every = headers | {"Server": "awselb/2.0", "Content-Length": str(len(content)), "Connection": "close"}
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
    lines = [f"HTTP/1.1 {int(status)} {phrase}", *(f"{name}: {value}" for name, value in every.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content
