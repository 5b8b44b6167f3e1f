"""The command line, run in this process, which is ten times faster than one of its own."""

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from privatelink.cli.app import main


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """Both streams, one after the other."""
        return self.stdout + self.stderr


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(*arguments: str | Path, answers: str = "", terminal: bool = False) -> Ran:
    """Run `privatelink` with these arguments; `answers` is its standard input, on a terminal if asked."""
    stream = _Terminal if terminal else io.StringIO
    stdout, stderr = io.StringIO(), stream()
    with (
        contextlib.redirect_stdout(stdout),
        contextlib.redirect_stderr(stderr),
        mock.patch.object(sys, "stdin", stream(answers)),
    ):
        exit_code = main([*map(str, arguments)])
    return Ran(exit_code, stdout.getvalue(), stderr.getvalue())
