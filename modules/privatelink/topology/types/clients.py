"""Clients of an endpoint: a CIDR, a security group or a prefix list."""

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from privatelink.topology.broken import Broken, refuse
from privatelink.topology.types.cidrs import CIDR_PATTERN, parse_cidr
from privatelink.topology.types.ids import PREFIX_LIST_ID_PATTERN, SECURITY_GROUP_ID_PATTERN

_IPV6_CIDR_PATTERN = r"^[0-9a-f:]+(/[0-9]{1,3})$"
_ALLOWED = "a CIDR such as 10.10.0.0/16, a security group (sg-...), or a prefix list (pl-...)"


def parse_client(given: object) -> object:
    """Turn text into a CIDR of either kind; a security group or a prefix list stays text."""
    if not isinstance(given, str):
        raise refuse(Broken("must be text", _ALLOWED, "write it in quotes"))
    for start, pattern in (("sg-", SECURITY_GROUP_ID_PATTERN), ("pl-", PREFIX_LIST_ID_PATTERN)):
        if given.startswith(start):
            if not re.fullmatch(pattern, given):
                fix = f"write {start} and 17 (or, of old, 8) hexadecimal digits"
                raise refuse(Broken("malformed id", _ALLOWED, fix))
            return given
    if ":" not in given:
        return parse_cidr(given)
    try:
        return IPv6Network(given)
    except ValueError:
        fix = "write it like 2001:db8::/56, without host bits"
        raise refuse(Broken("malformed IPv6 CIDR", _ALLOWED, fix)) from None


Client = Annotated[
    IPv4Network | IPv6Network | str,
    PlainValidator(parse_client),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "|".join(
                [CIDR_PATTERN, _IPV6_CIDR_PATTERN, SECURITY_GROUP_ID_PATTERN, PREFIX_LIST_ID_PATTERN]
            ),
        }
    ),
]
