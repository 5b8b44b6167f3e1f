"""How a command in a machine ended."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """Exit code and output; -1 when the time ran out."""

    code: int
    stdout: str
    stderr: str
    timed_out: bool = False
