"""Ports."""

from typing import Annotated

from privatelink.facts import FIRST_PORT, LAST_PORT
from privatelink.topology.broken import Broken, Rule, refuse


def _check_port(number: int) -> int:
    if not FIRST_PORT <= number <= LAST_PORT:
        raise refuse(
            Broken("port out of range", f"{FIRST_PORT} to {LAST_PORT}", "give the port that is listened on")
        )
    return number


Port = Annotated[int, Rule(_check_port, {"minimum": FIRST_PORT, "maximum": LAST_PORT})]
