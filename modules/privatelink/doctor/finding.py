"""The result of a check of this machine."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "missing"]


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Arguments:
        name: what was checked.
        state: `missing`: a command cannot run; `warning`: it can, with restrictions.
        found: what was found, for example a version and a path.
        fix: what to do; empty if nothing.
        needed_for: subcommands that need it; empty: all.
    """

    name: str
    state: State
    found: str
    fix: str = ""
    needed_for: tuple[str, ...] = ()
