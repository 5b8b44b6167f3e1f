"""The server of the tests with packets: answers with what it sees. Runs as a script on an instance.

Arguments: its name, then a port for each kind of answer, such as `udp:5300 http:8080`.
"""

import http.server
import socket
import socketserver
import sys
import threading


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


class UdpServer(socketserver.ThreadingUDPServer):
    address_family = socket.AF_INET6


class HttpServer(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6


MAKERS = {
    "udp": lambda port: UdpServer(("", port), Datagrams),
    "http": lambda port: HttpServer(("", port), Pages),
}

if __name__ == "__main__":
    NAME, *places = sys.argv[1:]
    for place in places:
        kind, _, number = place.partition(":")
        threading.Thread(target=MAKERS[kind](int(number)).serve_forever).start()
