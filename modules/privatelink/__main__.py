"""`python -m privatelink` is the `privatelink` command."""

import gc
import io
import os
import sys
from typing import NoReturn

# A run is short and keeps what it makes: collecting garbage would only read it again and again.
gc.disable()
# pydantic looks for plugins in every package installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from privatelink.cli.app import main  # noqa: E402


def run() -> NoReturn:
    """Run the command line, and end the process with its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Not every terminal and log has the arrows that are printed: better a code than no output.
        sys.stdout.reconfigure(errors="backslashreplace")
    code = main()
    # Python collects garbage once more as it ends, whatever is disabled: that would read all of a large plan.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    run()
