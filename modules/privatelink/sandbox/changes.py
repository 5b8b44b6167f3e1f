"""One request at a time, and word of what may have changed."""

import threading
from collections.abc import Callable

LOCK = threading.RLock()
"""Held while a request is answered.

moto's server has a thread for each request and Terraform sends ten at a time; moto's own structures and the
choice of a free address are not safe for that. Whoever reads moto's state from another thread takes it too.
"""

_listeners: list[Callable[[], None]] = []


def after_change(listener: Callable[[], None]) -> None:
    """Call `listener` after each request that may have changed something, in the request's thread."""
    _listeners.append(listener)


def changed() -> None:
    """Tell the listeners."""
    for listener in _listeners:
        listener()
