"""IPv4 CIDRs, and those that a VPC or a subnet may have."""

from ipaddress import IPv4Network

import pytest

from privatelink.topology.types.cidrs import Cidr, NetworkCidr, parse_cidr
from tests.support.rules import keeps, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "bad CIDR": (
        ("10.10.0.0/16", "10.10.0/16", "10.10.0/16"),
        "service.network.cidr",
        "cidr",
        '"10.10.0/16"',
    ),
    "bad prefix": (
        ("10.10.0.0/16", "10.10.0.0/33", "10.10.0.0/33"),
        "service.network.cidr",
        "cidr",
        "a prefix length from 0 to 32",
    ),
    "no prefix": (
        ("10.10.0.0/16", "10.10.0.0", "10.10.0.0"),
        "service.network.cidr",
        "cidr-prefix-missing",
        "did you mean 10.10.0.0/32",
    ),
    "IPv6": (("10.10.0.0/16", "2001:db8::/56", "2001"), "service.network.cidr", "cidr-ipv6", "IPv6", "IPv4"),
    "host bits": (
        ("10.10.0.0/16", "10.10.5.0/16", "10.10.5.0/16"),
        "service.network.cidr",
        "cidr-host-bits",
        '"10.10.5.0/16"',
        "did you mean 10.10.0.0/16",
    ),
    "network too small": (
        ("10.10.0.0/16", "10.10.0.0/29", "10.10.0.0/29"),
        "service.network.cidr",
        "network-size",
        "the size /29",
        "/16 to /28",
    ),
    "network too large": (
        ("10.10.0.0/16", "10.0.0.0/8", "10.0.0.0/8"),
        "service.network.cidr",
        "network-size",
        "the size /8",
        "/16 to /28",
    ),
    "subnet too small": (
        (
            "zones: [ap-northeast-2a, ap-northeast-2c]\n  back",
            "zones: {ap-northeast-2a: 10.10.0.0/30}\n  back",
            "10.10.0.0/30",
        ),
        "service.network.zones.ap-northeast-2a",
        "network-size",
        "the size /30",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


@keeps("cidr", "cidr-ipv6", "cidr-prefix-missing", "cidr-host-bits")
@pytest.mark.parametrize("text", ["0.0.0.0/0", "10.10.0.0/16", "192.0.2.1/32"])
def test_text_becomes_a_network(text):
    assert accepted(Cidr, text) == IPv4Network(text)


@keeps("network-size")
@pytest.mark.parametrize("prefix", [16, 28])
def test_the_largest_and_the_smallest_network_of_aws(prefix):
    assert accepted(NetworkCidr, f"10.0.0.0/{prefix}") == IPv4Network(f"10.0.0.0/{prefix}")


ALLOWED = "an IPv4 CIDR such as 10.10.0.0/16"
FORM = "write four numbers from 0 to 255, a slash and a prefix length from 0 to 32"
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "IPv6": ("2001:db8::/56", Cidr, "cidr-ipv6", ALLOWED, "give the IPv4 CIDR"),
    "three numbers": ("10.10.0/16", Cidr, "cidr", ALLOWED, FORM),
    "no prefix": ("10.0.0.0", Cidr, "cidr-prefix-missing", ALLOWED, "did you mean 10.0.0.0/32"),
    "prefix of 33": ("10.0.0.0/33", Cidr, "cidr", ALLOWED, FORM),
    "netmask": ("10.0.0.0/255.0.0.0", Cidr, "cidr", ALLOWED, FORM),
    "host bits": ("10.10.5.0/16", Cidr, "cidr-host-bits", "the first address", "did you mean 10.10.0.0/16"),
    "too large": ("10.0.0.0/15", NetworkCidr, "network-size", "the size /15", "/16 to /28", "from 16 to 28"),
    "too small": ("10.0.0.0/29", NetworkCidr, "network-size", "the size /29", "/16 to /28", "from 16 to 28"),
}


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)


def test_a_value_of_another_type_is_left_to_the_type_check():
    assert parse_cidr(7) == 7
