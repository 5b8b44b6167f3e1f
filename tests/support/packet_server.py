"""The server of the tests with packets: answers with what it sees. Runs as a script on an instance.

Arguments: its name, then a port for each kind of answer, such as `udp:5300 http:8080`.
"""

import http.server
import socket
import socketserver
import ssl
import sys
import threading

CERTIFICATE = "/opt/server.pem"


def plain(address: str) -> str:
    """Return an IPv4 address as such, also where an IPv6 socket has seen it."""
    return address.removeprefix("::ffff:")


class Datagrams(socketserver.BaseRequestHandler):
    """Answers a datagram with the sender's address, the server's name and the text."""

    def handle(self) -> None:
        text, sock = self.request
        sock.sendto(f"{plain(self.client_address[0])} {NAME} {text.decode()}".encode(), self.client_address)


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers a request with the client's address, the server's name and the path."""

    def do_GET(self) -> None:
        body = f"{plain(self.client_address[0])} {NAME} {self.path}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Be silent."""


class Headers(socketserver.BaseRequestHandler):
    """Answers a line after a header of Proxy Protocol v2 with the peer's address and the header in hex."""

    def handle(self) -> None:
        start = self.request.recv(16, socket.MSG_WAITALL)
        rest = (
            self.request.recv(int.from_bytes(start[14:16]), socket.MSG_WAITALL) if len(start) == 16 else b""
        )
        if start[12:13] == b"\x21" and self.request.recv(1000):
            self.request.sendall(f"{plain(self.client_address[0])} {(start + rest).hex()}\n".encode())


class Lines(socketserver.StreamRequestHandler):
    """Answers each line with the same line."""

    def handle(self) -> None:
        for line in self.rfile:
            self.wfile.write(line)


class TcpServer(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6


class UdpServer(socketserver.ThreadingUDPServer):
    address_family = socket.AF_INET6


class HttpServer(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


def secure(server: HttpServer) -> HttpServer:
    """Return a server whose clients use TLS, with the certificate of the machine."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


MAKERS = {
    "https": lambda port: secure(HttpServer(("", port), Pages)),
    "lines": lambda port: TcpServer(("", port), Lines),
    "proxy": lambda port: TcpServer(("", port), Headers),
    "udp": lambda port: UdpServer(("", port), Datagrams),
    "http": lambda port: HttpServer(("", port), Pages),
}

if __name__ == "__main__":
    NAME, *places = sys.argv[1:]
    for place in places:
        kind, _, number = place.partition(":")
        threading.Thread(target=MAKERS[kind](int(number)).serve_forever).start()
