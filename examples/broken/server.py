"""The servers of `ports.yaml`: HTTP over TCP 8080, and over UDP 5353 each datagram comes back.

Runs as a script on an instance, with only the standard library.
"""

import http.server
import socketserver
import threading

HTTP_PORT, UDP_PORT = 8080, 5353


class Pages(http.server.BaseHTTPRequestHandler):
    """Answers each request with one line."""

    def do_GET(self) -> None:
        """Answer a GET request."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"at your service\n")


class Echo(socketserver.BaseRequestHandler):
    """Sends each datagram back."""

    def handle(self) -> None:
        """Answer a datagram."""
        text, sock = self.request
        sock.sendto(text, self.client_address)


if __name__ == "__main__":
    echo = socketserver.ThreadingUDPServer(("", UDP_PORT), Echo)
    threading.Thread(target=echo.serve_forever).start()
    http.server.ThreadingHTTPServer(("", HTTP_PORT), Pages).serve_forever()
