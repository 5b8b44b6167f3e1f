"""The result of a command on a machine."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """Exit code and output of a command; the exit code is -1 after a timeout."""

    code: int
    stdout: str
    stderr: str
    timed_out: bool = False
