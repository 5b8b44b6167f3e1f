"""A web page that a user opens while a sandbox runs, in a real browser: Chromium, if it is installed."""

import contextlib
import http.client
import http.server
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HOST = "rebind.example"
"""A name that the browser resolves to 127.0.0.1, as after DNS rebinding."""
PAGE = Path(__file__).with_name("hostile_page.html")
HOP_BY_HOP = ("connection", "transfer-encoding", "content-length")


@dataclass(frozen=True)
class Passed:
    """A request of the page that was passed to the sandbox, and the status of the answer."""

    method: str
    path: str
    host: str
    status: int


@dataclass
class Site:
    """A web server on 127.0.0.1 that serves the page, and passes all other requests to a sandbox.

    The page and the sandbox have one origin, as if the page's DNS name led to another address now.
    """

    sandbox_port: int
    requests: list[tuple[str, str, str]]
    passed: list[Passed] = field(default_factory=list)
    reports: queue.SimpleQueue[list[list[str]]] = field(default_factory=queue.SimpleQueue)
    targets: list[str] = field(default_factory=list)
    port: int = 0

    @contextlib.contextmanager
    def running(self) -> Iterator["Site"]:
        """Serve during the block."""
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            """Answers one request."""

            def _handle(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path == "/page":
                    plan = json.dumps({"targets": site.targets, "requests": site.requests})
                    self._respond(200, PAGE.read_text().replace("{{plan}}", plan).encode(), "text/html")
                elif self.path == "/report":
                    site.reports.put(json.loads(body))
                    self._respond(204, b"", "text/plain")
                else:
                    self._pass(body)

            do_GET = do_POST = do_OPTIONS = do_PUT = _handle  # noqa: N815 - names of the base class

            def _pass(self, body: bytes) -> None:
                """Pass the request on, with all of its headers."""
                connection = http.client.HTTPConnection("127.0.0.1", site.sandbox_port, timeout=60)
                connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                for name, value in self.headers.items():
                    connection.putheader(name, value)
                connection.endheaders(body)
                answer = connection.getresponse()
                host = self.headers["Host"].partition(":")[0]
                site.passed.append(Passed(self.command, self.path, host, answer.status))
                headers = {k: v for k, v in answer.getheaders() if k.lower() not in HOP_BY_HOP}
                self._respond(answer.status, answer.read(), **headers)

            def _respond(self, status: int, body: bytes, kind: str = "", **headers: str) -> None:
                self.send_response(status)
                for name, value in {**headers, **({"Content-Type": kind} if kind else {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextlib.contextmanager
def browser(url: str) -> Iterator[None]:
    """Open a page in Chromium during the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            *(str(CHROMIUM), "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
            *(f"--user-data-dir={profile}", f"--host-resolver-rules=MAP {HOST} 127.0.0.1"),
            "--proxy-server=direct://",
            # Its own sandbox does not run as root.
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ]
        process = subprocess.Popen(
            [*command, url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()
