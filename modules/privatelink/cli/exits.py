"""How every command ends: its exit code, and what is printed when it fails.

Imports nothing outside the standard library, as `main.py` starts with it.
"""

import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from privatelink.errors import UserError

DONE = 0
FINDING = 1
"""The command ran, and the answer is no: a finding that blocks, a path that fails, a refusal by AWS."""
BAD_INPUT = 2
"""Bad input or a bad environment: nothing was done."""
FAULT = 3
"""A fault of this program."""
INTERRUPTED = 130
BROKEN_PIPE = 141

EXIT_CODES = (
    "Exit codes: 0 done, 1 finding, 2 bad input or environment, 3 fault of privatelink, 130 interrupted."
)


def ended(command: Callable[[], int | None]) -> int:
    """Run a command; return its exit code, and print what went wrong.

    A user's mistake is one message without a traceback. Anything unforeseen is a fault of this program: it
    has a traceback, and an exit code that no finding has.
    """
    try:
        return command() or DONE
    except UserError as error:
        say(str(error) if error.is_located else f"error: {error}")
        return error.exit_code
    except BrokenPipeError:
        # Python would fail once more when it flushes standard output at the end:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except OSError as error:
        # A file, a disk or a network: the user's environment, in the system's own words.
        say(f"error: {_of_system(error)}")
        return BAD_INPUT
    except RecursionError:
        say("error: the input is nested too deeply: is the file damaged?")
        return BAD_INPUT
    except Exception:
        traceback.print_exc(file=sys.stderr)
        say("this is a fault of privatelink, not of your input: please report it with the lines above")
        return FAULT


def say(text: str) -> None:
    """Print to standard error."""
    print(text, file=sys.stderr, flush=True)


def leave(command: Callable[[], int | None]) -> NoReturn:
    """Run a command and end the process with its exit code."""
    sys.exit(ended(command))


def _of_system(error: OSError) -> str:
    what = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {what}" if error.filename else what
