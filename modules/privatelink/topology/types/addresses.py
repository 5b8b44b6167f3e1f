"""IPv4 addresses."""

from ipaddress import AddressValueError, IPv4Address
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from privatelink.rule import Rule
from privatelink.topology.broken import refuse

IPV4_ADDRESS = Rule(
    "ipv4-address",
    what="malformed address",
    allowed="an IPv4 address such as 10.10.1.5",
    fix="write four numbers from 0 to 255, separated by dots",
    why="AWS refuses an address in any other notation.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html",
)
RULES = (IPV4_ADDRESS,)


def parse_address(given: object) -> object:
    """Turn text into an address; leave a value of another type for the type check to refuse."""
    if not isinstance(given, str):
        return given
    try:
        return IPv4Address(given)
    except AddressValueError:
        raise refuse(IPV4_ADDRESS.broken()) from None


Address = Annotated[
    IPv4Address,
    BeforeValidator(parse_address),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]{1,3}\.){3}[0-9]{1,3}$"}),
]
