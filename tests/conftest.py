"""Fixtures for every test."""

import signal

pytest_plugins = ["tests.sandbox_fixtures", "tests.dataplane_fixtures"]

# A shell that runs tests in the background has them ignore Ctrl-C, and what they start would inherit that.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
