"""IPv4 CIDRs, and those that a VPC or a subnet may have."""

from ipaddress import IPv4Network

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.cidrs import Cidr, NetworkCidr, parse_cidr
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "bad CIDR": (
        "10.10.0.0/16",
        "10.10.0/16",
        "10.10.0/16",
        "service.network.cidr",
        ["malformed CIDR", '"10.10.0/16"'],
    ),
    "bad prefix": (
        "10.10.0.0/16",
        "10.10.0.0/33",
        "10.10.0.0/33",
        "service.network.cidr",
        ["malformed CIDR prefix", "/0 to /32"],
    ),
    "no mask": (
        "10.10.0.0/16",
        "10.10.0.0",
        "10.10.0.0",
        "service.network.cidr",
        ["mask is missing", "did you mean 10.10.0.0/32"],
    ),
    "IPv6": ("10.10.0.0/16", "2001:db8::/56", "2001", "service.network.cidr", ["IPv6", "IPv4"]),
    "host bits": (
        "10.10.0.0/16",
        "10.10.5.0/16",
        "10.10.5.0/16",
        "service.network.cidr",
        ["host bits set", '"10.10.5.0/16"', "did you mean 10.10.0.0/16"],
    ),
    "network too small": (
        "10.10.0.0/16",
        "10.10.0.0/29",
        "10.10.0.0/29",
        "service.network.cidr",
        ["too small", "/16 to /28"],
    ),
    "network too large": (
        "10.10.0.0/16",
        "10.0.0.0/8",
        "10.0.0.0/8",
        "service.network.cidr",
        ["too large", "/16 to /28"],
    ),
    "subnet too small": (
        "zones: [ap-northeast-2a, ap-northeast-2c]\n  back",
        "zones: {ap-northeast-2a: 10.10.0.0/30}\n  back",
        "10.10.0.0/30",
        "service.network.zones.ap-northeast-2a",
        ["too small"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


@pytest.mark.parametrize("text", ["0.0.0.0/0", "10.10.0.0/16", "192.0.2.1/32"])
def test_text_becomes_a_network(text):
    assert accepted(Cidr, text) == IPv4Network(text)


@pytest.mark.parametrize("prefix", [16, 28])
def test_the_largest_and_the_smallest_network_of_aws(prefix):
    assert accepted(NetworkCidr, f"10.0.0.0/{prefix}") == IPv4Network(f"10.0.0.0/{prefix}")


ALLOWED = "an IPv4 CIDR such as 10.10.0.0/16"
BROKEN_VALUES = {
    "IPv6": (Cidr, "2001:db8::/56", Broken("IPv6 CIDR", ALLOWED, "give the IPv4 CIDR")),
    "three numbers": (
        Cidr,
        "10.10.0/16",
        Broken("malformed CIDR", ALLOWED, "write four numbers from 0 to 255, a slash, a prefix"),
    ),
    "no mask": (Cidr, "10.0.0.0", Broken("CIDR mask is missing", ALLOWED, "did you mean 10.0.0.0/32")),
    "mask of 33": (
        Cidr,
        "10.0.0.0/33",
        Broken("malformed CIDR prefix", "a prefix from /0 to /32", "write it like 10.10.0.0/16"),
    ),
    "netmask": (
        Cidr,
        "10.0.0.0/255.0.0.0",
        Broken("malformed CIDR prefix", "a prefix from /0 to /32", "write it like 10.10.0.0/16"),
    ),
    "host bits": (
        Cidr,
        "10.10.5.0/16",
        Broken("CIDR with host bits set", "the first address of a /16", "did you mean 10.10.0.0/16"),
    ),
    "too large": (
        NetworkCidr,
        "10.0.0.0/15",
        Broken("network too large", "/16 to /28", "choose a prefix from /16 to /28"),
    ),
    "too small": (
        NetworkCidr,
        "10.0.0.0/29",
        Broken("network too small", "/16 to /28", "choose a prefix from /16 to /28"),
    ),
}


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken


def test_what_is_not_text_is_left_to_the_type():
    assert parse_cidr(7) == 7
