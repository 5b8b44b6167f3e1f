"""Ports, and ranges of ports."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from privatelink.facts import FIRST_PORT, LAST_PORT
from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse, refuse_any
from privatelink.topology.types.values import wrong_type

_RULES_PAGE = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
PORT = Rule(
    "port-range",
    what="port out of range",
    allowed=f"{FIRST_PORT} to {LAST_PORT}",
    fix="use the port that the application listens on",
    why="TCP and UDP have no other ports.",
    page="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html",
)
RANGE_FORMAT = Rule(
    "port-range-format",
    what="malformed range of ports",
    allowed="a port such as 443, or a range such as 1024-65535",
    fix="write the first port, a hyphen and the last port, without spaces",
    why="A security group rule has the first and the last port of its range.",
    page=_RULES_PAGE,
)
RANGE_ORDER = Rule(
    "port-range-order",
    what="range of ports whose last port is not above the first",
    allowed="the lower port first, or a single port as a number",
    fix="write {corrected}",
    why="AWS refuses a security group rule whose first port is above the last one.",
    page="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html",
)
OVERLAP = Rule(
    "port-overlap",
    what="ports that {other} has already",
    allowed="each port once",
    fix="join the two into {joined}",
    why="A second security group rule for the same ports has no effect, and counts towards the quota.",
    page=_RULES_PAGE,
)
RULES = (PORT, RANGE_FORMAT, RANGE_ORDER, OVERLAP)
RANGE_PATTERN = "^[0-9]{1,5}-[0-9]{1,5}$"


@dataclass(frozen=True, order=True, slots=True)
class PortRange:
    """Consecutive ports.

    Arguments:
        first: the first port.
        last: the last port, included.
    """

    first: int
    last: int

    @classmethod
    def of(cls, port: "int | PortRange") -> "PortRange":
        """Return a range as it is, and a port as the range of this port alone."""
        return port if isinstance(port, PortRange) else cls(port, port)

    def __str__(self) -> str:
        """The port, or the first and the last one, as a topology file has them."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def _check_port(number: int) -> int:
    if not FIRST_PORT <= number <= LAST_PORT:
        raise refuse(PORT.broken())
    return number


def parse_ports(given: object) -> object:
    """Return a port as it is, and text as a range of ports."""
    if isinstance(given, PortRange):
        return given
    if isinstance(given, int) and not isinstance(given, bool):
        return _check_port(given)
    # A quoted port, too, is a number with quotes and not a range.
    if not isinstance(given, str) or given.isdecimal():
        raise refuse(wrong_type("a whole number", given, str(given)))
    if not re.fullmatch(RANGE_PATTERN, given):
        raise refuse(RANGE_FORMAT.broken())
    first, last = map(int, given.split("-"))
    _check_port(first)
    _check_port(last)
    if first >= last:
        corrected = str(first) if first == last else f'"{last}-{first}"'
        raise refuse(RANGE_ORDER.broken(corrected=corrected))
    return PortRange(first, last)


def _check_apart(ports: tuple[int | PortRange, ...]) -> tuple[int | PortRange, ...]:
    """Refuse ports that overlap; `each_once` refuses those that are equal."""
    ranges = [PortRange.of(port) for port in ports]
    refuse_any(
        OVERLAP.broken(
            at=(place,),
            other=other,
            joined=PortRange(min(other.first, found.first), max(other.last, found.last)),
        )
        for place, found in enumerate(ranges)
        for other in ranges[:place]
        if found != other and found.first <= other.last and other.first <= found.last
    )
    return ports


_RANGE_JSON = {"type": "string", "pattern": RANGE_PATTERN}
_PORT_JSON = {"minimum": FIRST_PORT, "maximum": LAST_PORT}
Port = Annotated[int, Check(_check_port, (PORT,), _PORT_JSON)]
# For the page of fields, which names the two types of a port separately.
RangeOfPorts = Annotated[str, WithJsonSchema(_RANGE_JSON)]
PortOrRange = Annotated[
    int | PortRange,
    PlainValidator(parse_ports),
    WithJsonSchema({"anyOf": [{"type": "integer", **_PORT_JSON}, _RANGE_JSON]}),
]
PORTS_APART = Check(_check_apart, (OVERLAP,))
