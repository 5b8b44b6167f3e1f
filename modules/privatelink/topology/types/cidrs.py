"""IPv4 CIDRs."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from privatelink.facts import LARGEST_NETWORK, SMALLEST_NETWORK
from privatelink.rule import Rule
from privatelink.topology.broken import Check, refuse

CIDR_PATTERN = r"^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$"
_JSON = WithJsonSchema({"type": "string", "pattern": CIDR_PATTERN})
_CIDR_BLOCKS = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html"
_ALLOWED = "an IPv4 CIDR such as 10.10.0.0/16"

IPV6 = Rule(
    "cidr-ipv6",
    what="IPv6 CIDR",
    allowed=_ALLOWED,
    fix="give the IPv4 CIDR",
    why="The field is for IPv4 addresses; AWS assigns the IPv6 ranges of a VPC and its subnets itself.",
    page=_CIDR_BLOCKS,
)
MALFORMED = Rule(
    "cidr",
    what="malformed CIDR",
    allowed=_ALLOWED,
    fix="write four numbers from 0 to 255, a slash and a prefix length from 0 to 32",
    why="AWS takes address ranges in CIDR notation only.",
    page=_CIDR_BLOCKS,
)
NO_PREFIX = Rule(
    "cidr-prefix-missing",
    what="CIDR without a prefix length",
    allowed=_ALLOWED,
    fix="did you mean {address}/32",
    why="A single address is a CIDR with the prefix length 32; without one it is not clear what is meant.",
    page=_CIDR_BLOCKS,
)
HOST_BITS = Rule(
    "cidr-host-bits",
    what="CIDR with host bits set",
    allowed="the first address of a block",
    fix="did you mean {network}",
    why="AWS would store the block's first address instead, so each later plan would show a difference.",
    page="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html",
)
NETWORK_SIZE = Rule(
    "network-size",
    what="network of the size /{prefix}",
    allowed=f"/{LARGEST_NETWORK} to /{SMALLEST_NETWORK}",
    fix=f"choose a prefix length from {LARGEST_NETWORK} to {SMALLEST_NETWORK}",
    why="AWS refuses a VPC or a subnet that is larger or smaller.",
    page=_CIDR_BLOCKS,
)
RULES = (IPV6, MALFORMED, NO_PREFIX, HOST_BITS, NETWORK_SIZE)


def parse_cidr(given: object) -> object:
    """Turn text into a network; leave a value of another type for the type check to refuse."""
    if not isinstance(given, str):
        return given
    address, slash, prefix = given.partition("/")
    if ":" in address:
        raise refuse(IPV6.broken())
    try:
        IPv4Address(address)
    except AddressValueError:
        raise refuse(MALFORMED.broken()) from None
    if not slash:
        raise refuse(NO_PREFIX.broken(address=address))
    if not re.fullmatch("[0-9]{1,2}", prefix) or int(prefix) > 32:
        raise refuse(MALFORMED.broken())
    network = IPv4Network(given, strict=False)
    if str(network.network_address) != address:
        raise refuse(HOST_BITS.broken(network=network))
    return network


def check_network_size(network: IPv4Network) -> IPv4Network:
    """Refuse a network of a size that AWS refuses for a VPC or a subnet."""
    if not LARGEST_NETWORK <= network.prefixlen <= SMALLEST_NETWORK:
        raise refuse(NETWORK_SIZE.broken(prefix=network.prefixlen))
    return network


Cidr = Annotated[IPv4Network, BeforeValidator(parse_cidr), _JSON]
NetworkCidr = Annotated[
    IPv4Network, Check(check_network_size, (NETWORK_SIZE,)), BeforeValidator(parse_cidr), _JSON
]
