"""IPv4 CIDRs."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from privatelink.facts import LARGEST_NETWORK, SMALLEST_NETWORK
from privatelink.topology.broken import Broken, Rule, refuse

CIDR_PATTERN = r"^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$"
_ALLOWED = "an IPv4 CIDR such as 10.10.0.0/16"
_JSON = WithJsonSchema({"type": "string", "pattern": CIDR_PATTERN})


def parse_cidr(given: object) -> object:
    """Turn text into a network; what is not text is left for the type check to refuse."""
    if not isinstance(given, str):
        return given
    address, slash, prefix = given.partition("/")
    if ":" in address:
        raise refuse(Broken("IPv6 CIDR", _ALLOWED, "give the IPv4 CIDR"))
    try:
        IPv4Address(address)
    except AddressValueError:
        fix = "write four numbers from 0 to 255, a slash, a prefix"
        raise refuse(Broken("malformed CIDR", _ALLOWED, fix)) from None
    if not slash:
        raise refuse(Broken("CIDR mask is missing", _ALLOWED, f"did you mean {address}/32"))
    if not re.fullmatch("[0-9]{1,2}", prefix) or int(prefix) > 32:
        raise refuse(Broken("malformed CIDR prefix", "a prefix from /0 to /32", "write it like 10.10.0.0/16"))
    network = IPv4Network(given, strict=False)
    if str(network.network_address) != address:
        raise refuse(
            Broken("CIDR with host bits set", f"the first address of a /{prefix}", f"did you mean {network}")
        )
    return network


def check_network_size(network: IPv4Network) -> IPv4Network:
    """Refuse what AWS refuses as a VPC or a subnet."""
    if not LARGEST_NETWORK <= network.prefixlen <= SMALLEST_NETWORK:
        raise refuse(
            Broken(
                f"network too {'large' if network.prefixlen < LARGEST_NETWORK else 'small'}",
                f"/{LARGEST_NETWORK} to /{SMALLEST_NETWORK}",
                f"choose a prefix from /{LARGEST_NETWORK} to /{SMALLEST_NETWORK}",
            )
        )
    return network


Cidr = Annotated[IPv4Network, BeforeValidator(parse_cidr), _JSON]
NetworkCidr = Annotated[IPv4Network, Rule(check_network_size), BeforeValidator(parse_cidr), _JSON]
