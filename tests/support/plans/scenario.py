"""One plan of tests/data/plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Scenario:
    """One plan.

    Arguments:
        edits: pieces of the configuration and what stands there instead.
        state: attributes that what was applied has, other than applied, by address.
        finds: the ids of the rules that find something, no others do.
        destroy: plan to destroy everything.
        base: the folder of the configuration.
    """

    name: str
    edits: Mapping[str, str] = field(default_factory=dict)
    finds: Sequence[str] = ()
    state: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    destroy: bool = False
    base: str = "base"
