"""A lock that serializes requests, and notifications after changes."""

import threading
from collections.abc import Callable

LOCK = threading.RLock()
"""Held during each request.

moto's server has one thread per request, and Terraform sends ten requests in parallel; moto's state and the
choice of a free address are not thread-safe. Other threads that read moto's state must hold it as well.
"""

_listeners: list[Callable[[], None]] = []


def after_change(listener: Callable[[], None]) -> None:
    """Register a function to call after each request that may change state, in the request's thread."""
    _listeners.append(listener)


def changed() -> None:
    """Call all registered functions."""
    for listener in _listeners:
        listener()
