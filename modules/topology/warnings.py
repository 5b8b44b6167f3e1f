"""What is allowed but seldom wanted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopologyWarning:
    """Something allowed that is seldom wanted."""

    id: str
    field: str
    text: str
