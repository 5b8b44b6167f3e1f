"""What a check of this machine found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "missing"]


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Arguments:
        name: what was looked at.
        state: `missing` where a command cannot run, `warning` where it can, but not as well.
        found: what is there.
        fix: what to do about it; empty where nothing is to be done.
        needed_for: the subcommands that need it; empty for all.
    """

    name: str
    state: State
    found: str
    fix: str = ""
    needed_for: tuple[str, ...] = ()
