"""Fixtures for every test."""

import signal

import pytest

pytest_plugins = ["tests.support.sandbox_fixtures", "tests.support.dataplane_fixtures"]

# A shell that runs tests in the background has them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what talks to a running sandbox as slow: it waits for a server, and keeps both cores busy."""
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
