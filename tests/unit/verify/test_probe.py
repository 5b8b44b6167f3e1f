"""The program for the probe, run here: against servers on this machine's own loopback."""

import ast
import http.server
import json
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from privatelink.verify import probe
from privatelink.verify.sight import PROGRAM
from tests.support.packets import new_certificate

LOOPBACK = "127.0.0.1"
NOTHING = {"texts": {}, "failures": {}, "certificates": []}


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
        probe, "ask", lambda address, _job, times: (asked.append((address, times)), NOTHING)[1]
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


# ---- other protocols


@pytest.fixture
def answer_once(tmp_path):
    """Start a server that handles each connection with a function; its port."""
    stopping = []

    def start(handle, certificate=None, alpn=()):
        server = socket.create_server((LOOPBACK, 0))
        context = None
        if certificate:
            text, key = certificate
            file = tmp_path / "server.pem"
            file.write_text(key + text)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(file)
            if alpn:
                context.set_alpn_protocols(list(alpn))

        def serve_one(one):
            try:
                one = context.wrap_socket(one, server_side=True) if context else one
                handle(one)
            except OSError:
                pass
            finally:
                one.close()

        def serve():
            while True:
                try:
                    one = server.accept()[0]
                except OSError:
                    return
                threading.Thread(target=serve_one, args=(one,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        stopping.append(server)
        return server.getsockname()[1]

    yield start
    for server in stopping:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def seen_by(port, protocol, **how):
    seen = look(port, requests=1, attempt={"protocol": protocol} | how)
    (certificates,) = seen["certificates"].values() or ([],)
    return seen["answers"][LOOPBACK], seen["failures"][LOOPBACK], certificates


def hexed(text):
    return text.encode().hex()


def wait_for_the_end(one):
    one.recv(1000)


@pytest.fixture
def quick(monkeypatch):
    """A connection is known to be silent, and so open, sooner."""
    monkeypatch.setattr(probe, "QUIET_SECONDS", 0.3)


@pytest.fixture
def impatient(monkeypatch):
    """The time for an answer is over sooner: for servers that give none."""
    monkeypatch.setattr(probe, "SECONDS", 0.3)


def test_a_connection_that_stays_open(silent_port, quick):
    assert seen_by(silent_port, "tcp") == ({probe.CONNECTED: 1}, {}, [])


def test_a_banner(answer_once):
    assert seen_by(answer_once(lambda one: one.sendall(b"220 ready\r\n")), "tcp")[0] == {"220 ready": 1}


def test_a_connection_that_is_closed_at_once(answer_once):
    port = answer_once(lambda _one: None)
    assert seen_by(port, "tcp")[:2] == ({}, {probe.CLOSED: 1})
    assert seen_by(port, "tcp", expect=hexed("x"))[1] == {probe.CLOSED: 1}


def test_bytes_are_sent_and_expected(answer_once):
    def redis(one):
        one.sendall(b"+PONG\r\n" if one.recv(100) == b"PING\r\n" else b"-ERR\r\n")

    port = answer_once(redis)
    assert seen_by(port, "tcp", send=hexed("PING\r\n"), expect=hexed("PONG"))[0] == {"+PONG": 1}
    assert seen_by(port, "tcp", send=hexed("?"), expect=hexed("PONG"))[1] == {f"{probe.UNEXPECTED}: -ERR": 1}


def test_a_server_that_says_nothing_does_not_answer(silent_port, impatient):
    assert seen_by(silent_port, "tcp", send=hexed("PING"))[1] == {probe.NO_ANSWER: 1}


@pytest.fixture
def datagrams(monkeypatch):
    """A UDP server that answers every second datagram; its port."""
    monkeypatch.setattr(probe, "DATAGRAM_SECONDS", (0.2, 5.0))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((LOOPBACK, 0))

        def serve():
            while True:
                _, _ = server.recvfrom(100)
                text, client = server.recvfrom(100)
                if text == b"end":
                    return
                server.sendto(b"re: " + text, client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            for _ in range(2):
                one.sendto(b"end", server.getsockname())
        thread.join()


def test_a_lost_datagram_is_sent_again(datagrams):
    assert seen_by(datagrams, "udp", send=hexed("hi"), expect=hexed("hi"))[0] == {"re: hi": 1}
    assert seen_by(datagrams, "udp", send=hexed("hi"), expect=hexed("ho"))[1] == {
        f"{probe.UNEXPECTED}: re: hi": 1
    }


def test_udp_without_an_answer(monkeypatch):
    monkeypatch.setattr(probe, "DATAGRAM_SECONDS", (0.1, 0.1))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((LOOPBACK, 0))
        assert seen_by(silent.getsockname()[1], "udp")[1] == {probe.NO_ANSWER: 1}


def test_a_udp_port_that_nobody_has(shut_port):
    assert seen_by(shut_port, "udp")[1] == {"refused": 1}


NAMES = ("api.example.com", "*.example.org")


@pytest.fixture(scope="module")
def certificate():
    return new_certificate(*NAMES)


def test_a_certificate_is_read_without_trust(answer_once, certificate, quick):
    text, _ = certificate
    port = answer_once(wait_for_the_end, certificate)

    texts, failures, (found,) = seen_by(port, "tls")

    assert (texts, failures) == ({probe.CONNECTED: 1}, {})
    assert (found["names"], found["issuer"]) == (list(NAMES), NAMES[0])
    assert 29.9 < found["ends"] / 86400 < 30
    assert -1.1 < found["starts"] / 86400 < -0.9
    assert (found["version"], found["alpn"]) == ("TLSv1.3", "")
    assert "self" in found["untrusted"]
    ((trusted,),) = [seen_by(port, "tls", trust=text)[2]]
    assert trusted["untrusted"] == ""


def test_an_expired_certificate(answer_once, quick):
    port = answer_once(wait_for_the_end, new_certificate(NAMES[0], days=(-30, -3)))
    _, failures, (found,) = seen_by(port, "tls")
    assert failures == {}
    assert -3.1 < found["ends"] / 86400 < -2.9


def test_years_before_2050_have_two_digits_and_later_ones_four():
    text, _ = new_certificate("a.example", days=(-1, 40 * 365))
    found = probe.read_certificate(ssl.PEM_cert_to_DER_cert(text))
    assert abs(found["ends"] / 86400 - 40 * 365) < 1


def test_tls_that_is_closed_after_the_handshake(answer_once, certificate):
    _, failures, certificates = seen_by(answer_once(lambda _one: None, certificate), "tls")
    assert failures == {probe.CLOSED: 1}
    assert len(certificates) == 1


def test_a_server_without_tls(answer_once):
    port = answer_once(lambda one: (one.recv(1000), one.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")))
    assert seen_by(port, "tls")[1] == {probe.NO_TLS: 1}


def test_a_handshake_that_is_refused(answer_once, certificate):
    port = answer_once(lambda one: one.recv(1000))
    assert seen_by(port, "tls")[1] == {f"{probe.HANDSHAKE}: the connection was closed": 1}
    port = answer_once(wait_for_the_end, certificate, alpn=["http/1.1"])
    assert seen_by(port, "tls", alpn=["h2"])[0:2] != ({}, {})  # without a protocol in common


def test_a_handshake_without_an_answer(silent_port, impatient):
    assert seen_by(silent_port, "tls")[1] == {f"{probe.HANDSHAKE}: timed out": 1}


def hello(one):
    one.recv(1000)
    one.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")


def test_https(answer_once, certificate):
    port = answer_once(hello, certificate)
    assert seen_by(port, "https", healthy_codes="200-299")[0] == {"HTTP 204": 1}
    assert seen_by(port, "https")[1] == {"HTTP 204": 1}


def test_the_path_and_the_text_of_http(serve):
    port = serve("all is well")
    assert seen_by(port, "http", path="/health", expect=hexed("well"))[1] == {}
    assert seen_by(port, "http", expect=hexed("ill"))[1] == {
        f"{probe.UNEXPECTED}: all is well to localhost": 1
    }


@pytest.mark.parametrize(
    ("codes", "status", "among"),
    [("200", 200, True), ("200", 201, False), ("200,301-302", 302, True), ("200-299,404", 303, False)],
)
def test_codes_are_single_ones_and_ranges(codes, status, among):
    assert probe.is_among(status, codes) is among


# ---- HTTP/2 and gRPC, against a server of others


@pytest.fixture
def grpc_port():
    """A gRPC server whose health service knows `shop`, which is well, and `old`, which is not."""

    def check(request, context):
        states = {b"": 1, b"\x0a\x04shop": 1, b"\x0a\x03old": 2}
        if request not in states:
            context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
        return b"\x08" + bytes([states[request]])

    handler = grpc.method_handlers_generic_handler(
        "grpc.health.v1.Health", {"Check": grpc.unary_unary_rpc_method_handler(check)}
    )
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port(f"{LOOPBACK}:0")
    server.start()
    yield port
    server.stop(None).wait()


def test_the_state_of_a_grpc_server_and_of_its_services(grpc_port):
    assert seen_by(grpc_port, "grpc")[0] == {"SERVING": 1}
    assert seen_by(grpc_port, "grpc", service="shop")[0] == {"SERVING": 1}
    assert seen_by(grpc_port, "grpc", service="old")[1] == {f"{probe.UNHEALTHY}: NOT_SERVING": 1}
    (kind,) = seen_by(grpc_port, "grpc", service="new")[1]
    assert "does not know 'new'" in kind


def test_what_is_no_http2_is_said_so(serve, answer_once):
    assert seen_by(serve(), "grpc")[1] == {probe.NO_HTTP2: 1}
    (kind,) = seen_by(answer_once(lambda _one: None), "grpc")[1]
    assert kind in (probe.CLOSED, "ECONNRESET")


def frame_of(type_, flags, payload, stream=1):
    return len(payload).to_bytes(3, "big") + bytes([type_, flags]) + stream.to_bytes(4, "big") + payload


def test_a_page_over_http2(answer_once, certificate):
    """A server that pads its frames, pings, and answers with a literal status."""

    def serve(one):
        one.recv(10000)
        one.sendall(frame_of(4, 0, b"", 0) + frame_of(6, 0, b"12345678", 0))
        one.sendall(frame_of(1, 4 | 8, b"\x02\x20\x08\x03200\0\0") + frame_of(0, 1 | 8, b"\x01hello\0"))
        wait_for_the_end(one)

    port = answer_once(serve, certificate, alpn=["h2"])
    texts, failures, (found,) = seen_by(port, "https", alpn=["h2", "http/1.1"])
    assert (texts, failures, found["alpn"]) == ({"hello": 1}, {}, "h2")


@pytest.mark.parametrize(
    ("frames", "code"),
    [(frame_of(3, 0, (7).to_bytes(4, "big")), 7), (frame_of(7, 0, bytes(7) + b"\x02", 0), 2)],
)
def test_a_request_that_the_server_ends(answer_once, frames, code):
    def serve(one):
        one.recv(10000)
        one.sendall(frame_of(4, 0, b"", 0) + frames)
        wait_for_the_end(one)

    (kind,) = seen_by(answer_once(serve), "grpc")[1]
    assert kind.endswith(f"with code {code}")


@pytest.mark.parametrize(
    ("block", "status"),
    [
        (b"\x88", 200),
        (b"\x8d", 404),
        (b"\x3f\xe1\x1f\x88", 200),  # after a new size of the table
        (b"\x48\x03503", 503),
        # Huffman code of 302: https://www.rfc-editor.org/rfc/rfc7541.html#appendix-C.6
        (b"\x48\x82\x64\x02", 302),
        (b"\x48\x83\x64\x0e\xff", 307),
    ],
)
def test_the_status_of_http2(block, status):
    assert probe.status_of(block) == status


@pytest.mark.parametrize(("number", "written"), [(10, "0a"), (126, "7e"), (127, "7f00"), (1337, "7fba09")])
def test_integers_of_hpack(number, written):
    assert probe.integer(number, 0, 7).hex() == written
