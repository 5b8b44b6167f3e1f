"""The program for the probe, run here: against servers on this machine's own loopback."""

import ast
import http.server
import json
import shutil
import socket
import subprocess
import sys
import threading

import pytest

from privatelink.verify import probe
from privatelink.verify.sight import PROGRAM

LOOPBACK = "127.0.0.1"


@pytest.fixture
def serve():
    """Start a server that answers with a status and a text; its port."""
    servers = []

    def start(text="hello", status=200):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = f"{text} to {self.headers['Host']}\n".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        server = http.server.ThreadingHTTPServer((LOOPBACK, 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server.server_address[1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def shut_port():
    """A port that refuses."""
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        yield one.getsockname()[1]


@pytest.fixture
def silent_port():
    """A port that takes connections and never answers."""
    with socket.socket() as one:
        one.bind((LOOPBACK, 0))
        one.listen()
        yield one.getsockname()[1]


def look(port, **job):
    return probe.look({"name": "localhost", "port": port, "requests": 4} | job)


def test_texts_are_counted_by_address(serve):
    seen = look(serve())
    assert seen["addresses"] == [LOOPBACK]
    assert seen["answers"] == {LOOPBACK: {"hello to localhost": 4}}
    assert seen["failures"] == {LOOPBACK: {}}
    assert seen["traces"] == {}


def test_every_address_is_asked_its_share(serve, monkeypatch):
    port = serve()
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{last}", port)) for last in (1, 2, 3, 2)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
    asked = []
    monkeypatch.setattr(
        probe, "ask", lambda address, name, port, times: (asked.append((address, times)), ({}, {}))[1]
    )
    seen = look(port, requests=7)
    assert seen["addresses"] == ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
    assert sorted(asked) == [(address, 3) for address in seen["addresses"]]


def test_a_status_that_is_no_success_is_a_failure(serve):
    seen = look(serve(status=503), requests=9)
    assert seen["answers"] == {LOOPBACK: {}}
    assert seen["failures"] == {LOOPBACK: {"HTTP 503": probe.GIVE_UP}}


def test_a_refusal_is_a_failure(shut_port):
    assert look(shut_port)["failures"] == {LOOPBACK: {"refused": probe.GIVE_UP}}


def test_silence_is_a_time_out(silent_port, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS", 0.2)
    assert look(silent_port)["failures"] == {LOOPBACK: {"timed out": probe.GIVE_UP}}


def test_what_is_no_http_is_a_failure():
    with socket.create_server((LOOPBACK, 0)) as server:

        def answer():
            for _ in range(probe.GIVE_UP):
                with server.accept()[0] as one:
                    one.recv(1000)
                    one.sendall(b"SSH-2.0-OpenSSH\r\n")

        threading.Thread(target=answer, daemon=True).start()
        assert look(server.getsockname()[1])["failures"] == {LOOPBACK: {"BadStatusLine": probe.GIVE_UP}}


def test_a_long_text_is_cut(serve):
    (text,) = look(serve("x" * 5000))["answers"][LOOPBACK]
    assert text == "x" * probe.TEXT_CHARACTERS


def test_a_name_that_does_not_resolve_says_so():
    seen = look(80, name="verify.invalid")
    assert seen["addresses"] == []
    assert seen["error"]


def test_a_trace_to_this_machine_has_no_hops(serve):
    assert look(serve(), trace=True)["traces"] == {LOOPBACK: {"hops": [], "reached": True}}


def test_a_refusal_is_an_end_that_was_reached(shut_port):
    assert probe.trace(LOOPBACK, shut_port) == {"hops": [], "reached": True}


def test_output_is_compressed_when_it_is_long():
    short, long = [{"a": "b"}], [{"a": "b" * 100} for _ in range(500)]
    assert probe.encode(short) == json.dumps(short)
    assert probe.encode(long).startswith(probe.COMPRESSED)
    assert len(probe.encode(long)) < probe.LONGEST_PLAIN
    for value in (short, long):
        assert probe.decode(probe.encode(value) + "\n") == value


@pytest.mark.parametrize("text", ["", "sh: python3: not found", "zlib:####", "zlib:AAAA"])
def test_what_the_program_did_not_write_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds
        probe.decode(text)


def test_the_program_is_of_python_3_9_and_holds_nothing_that_run_command_would_replace():
    ast.parse(PROGRAM, feature_version=(3, 9))
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-param-runcommand.html
    assert "{{" not in PROGRAM
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(PROGRAM))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.mark.parametrize("python", ["python3.9", "python3"])
def test_the_program_runs_on_its_own(python, serve):
    binary = sys.executable if python == "python3" else shutil.which(python)
    if binary is None or subprocess.run([binary, "-V"], capture_output=True, check=False).returncode:
        pytest.skip(f"no {python} here")
    jobs = json.dumps([{"name": "localhost", "port": serve(), "requests": 2, "trace": True}])
    ran = subprocess.run([binary, "-", jobs], input=PROGRAM, capture_output=True, text=True, check=True)
    (seen,) = probe.decode(ran.stdout)
    assert seen["answers"] == {LOOPBACK: {"hello to localhost": 2}}
    assert seen["traces"][LOOPBACK]["reached"] is True
