"""Ports."""

from typing import Annotated

from privatelink.facts import FIRST_PORT, LAST_PORT
from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse

PORT = Rule(
    "port-range",
    what="port out of range",
    allowed=f"{FIRST_PORT} to {LAST_PORT}",
    fix="use the port that the application listens on",
    why="TCP and UDP have no other ports.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
)
RULES = (PORT,)


def _check_port(number: int) -> int:
    if not FIRST_PORT <= number <= LAST_PORT:
        raise refuse(PORT.broken())
    return number


Port = Annotated[int, Check(_check_port, RULES, {"minimum": FIRST_PORT, "maximum": LAST_PORT})]
