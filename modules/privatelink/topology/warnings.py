"""What is allowed but seldom wanted."""

from dataclasses import dataclass
from typing import Literal, get_args

WarningId = Literal[
    "endpoint-quota",
    "idle-timeout",
    "name-not-verified",
    "no-one-admitted",
    "nothing-silenced",
    "nothing-to-log",
    "one-zone",
    "state-not-encrypted",
    "unknown-clients",
    "unknown-targets",
    "zone-names-across-accounts",
]
IDS: tuple[str, ...] = get_args(WarningId)


@dataclass(frozen=True, slots=True)
class TopologyWarning:
    """Something allowed that is seldom wanted."""

    id: WarningId
    field: str
    text: str
