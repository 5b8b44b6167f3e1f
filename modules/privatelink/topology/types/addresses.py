"""IPv4 addresses."""

from ipaddress import AddressValueError, IPv4Address
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from privatelink.topology.broken import Broken, refuse


def parse_address(given: object) -> object:
    """Turn text into an address; what is not text is left for the type check to refuse."""
    if not isinstance(given, str):
        return given
    try:
        return IPv4Address(given)
    except AddressValueError:
        allowed, fix = "an IPv4 address such as 10.10.1.5", "write four numbers from 0 to 255"
        raise refuse(Broken("malformed address", allowed, fix)) from None


Address = Annotated[
    IPv4Address,
    BeforeValidator(parse_address),
    WithJsonSchema({"type": "string", "pattern": r"^([0-9]{1,3}\.){3}[0-9]{1,3}$"}),
]
