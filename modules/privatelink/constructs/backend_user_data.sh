#!/bin/sh
# Serves one text over HTTP with what the image brings: nothing is downloaded.
set -eu
mkdir -p /opt/backend
cat >/opt/backend/server.py <<'PYTHON'
"""Answer every request with this server's text."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = (@TEXT@ + "\n").encode()


class Handler(BaseHTTPRequestHandler):
    timeout = 60

    def do_GET(self):
        self.do_HEAD()
        self.wfile.write(BODY)

    def do_HEAD(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    # Of connections that wait to be taken; the library's default of 5 refuses a burst of clients.
    request_queue_size = 128


Server(("", @PORT@), Handler).serve_forever()
PYTHON
if [ -d /run/systemd/system ]; then
  cat >/etc/systemd/system/backend.service <<'UNIT'
[Unit]
Description=HTTP server of one text
After=network.target

[Service]
ExecStart=/usr/bin/python3 /opt/backend/server.py
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
Restart=always

[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable --now backend.service
else
  nohup python3 /opt/backend/server.py >/dev/null 2>&1 &
fi
