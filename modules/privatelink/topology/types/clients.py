"""Clients that a security group allows: a CIDR, another security group or a prefix list."""

import re
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from privatelink.rule import Rule
from privatelink.topology.broken import refuse
from privatelink.topology.types.cidrs import CIDR_PATTERN, parse_cidr
from privatelink.topology.types.ids import (
    PREFIX_LIST_ID,
    PREFIX_LIST_ID_PATTERN,
    SECURITY_GROUP_ID,
    SECURITY_GROUP_ID_PATTERN,
)
from privatelink.topology.types.values import wrong_type

_IPV6_CIDR_PATTERN = r"^[0-9a-f:]+(/[0-9]{1,3})$"
IPV6_CIDR = Rule(
    "ipv6-cidr",
    what="malformed IPv6 CIDR",
    allowed="an IPv6 CIDR such as 2001:db8::/56",
    fix="write the first address of the block, a slash and a prefix length from 0 to 128",
    why="EC2 refuses a security group rule whose IPv6 range is not a CIDR.",
    page="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
)
RULES = (IPV6_CIDR,)


def parse_client(given: object) -> object:
    """Turn text into a CIDR, IPv4 or IPv6; return a security group ID or prefix list ID as it is."""
    if not isinstance(given, str):
        raise refuse(wrong_type("text", given))
    for start, pattern, rule in (
        ("sg-", SECURITY_GROUP_ID_PATTERN, SECURITY_GROUP_ID),
        ("pl-", PREFIX_LIST_ID_PATTERN, PREFIX_LIST_ID),
    ):
        if given.startswith(start):
            if not re.fullmatch(pattern, given):
                raise refuse(rule.broken())
            return given
    if ":" not in given:
        return parse_cidr(given)
    try:
        return IPv6Network(given)
    except ValueError:
        raise refuse(IPV6_CIDR.broken()) from None


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
