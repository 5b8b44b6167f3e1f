"""Fixtures for every test."""

import signal

import pytest
from hypothesis import settings

pytest_plugins = ["tests.support.sandbox_fixtures", "tests.support.dataplane_fixtures"]

# A shell that runs tests in the background has them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# The same inputs in each run, so that no change fails by chance. New inputs: --hypothesis-profile=default
settings.register_profile("repeatable", derandomize=True, database=None)
settings.load_profile("repeatable")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what talks to a running sandbox as slow: it waits for a server, and keeps both cores busy."""
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
