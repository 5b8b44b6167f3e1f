"""The exit codes of all commands, and the messages of failed ones.

It imports nothing outside the standard library, because `main.py` imports it first.
"""

import os
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn

from privatelink.errors import UserError

DONE = 0
FINDING = 1
"""The command ran, and the result is negative: a finding blocks, a path is broken, AWS refused."""
BAD_INPUT = 2
"""Bad input or environment; nothing was changed."""
FAULT = 3
"""Internal error of this program."""
INTERRUPTED = 130
BROKEN_PIPE = 141

EXIT_CODES = "Exit codes: 0 done, 1 finding, 2 bad input or environment, 3 internal error, 130 interrupted."


def ended(command: Callable[[], int | None]) -> int:
    """Run a command, print its error if it fails, and return its exit code.

    A `UserError` is printed as a message, without a traceback. An unexpected exception is an internal error:
    it is printed with a traceback, and has its own exit code.
    """
    try:
        return command() or DONE
    except UserError as error:
        say(str(error) if error.is_located else f"error: {error}")
        return error.exit_code
    except BrokenPipeError:
        # Otherwise Python fails again when it flushes standard output at its end:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except OSError as error:
        # A problem of the user's environment (file, disk, network), in the words of the system.
        say(f"error: {_of_system(error)}")
        return BAD_INPUT
    except RecursionError:
        say("error: the input is nested too deeply; check whether the file is damaged")
        return BAD_INPUT
    except Exception:
        traceback.print_exc(file=sys.stderr)
        say("internal error of privatelink, not of your input: please report it with the lines above")
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
