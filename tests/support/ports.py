"""Ports on loopback."""

import contextlib
import socket


def listens(port: int) -> bool:
    """Whether something listens on a port."""
    with contextlib.closing(socket.socket()) as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
