"""IPv4 addresses."""

from ipaddress import IPv4Address

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.addresses import Address, parse_address
from tests.support.topology_cases import accepted, broken_rule


@pytest.mark.parametrize("text", ["10.10.1.5", "0.0.0.0", "255.255.255.255"])
def test_text_becomes_an_address(text):
    assert accepted(Address, text) == IPv4Address(text)


@pytest.mark.parametrize("text", ["", "10.10.1", "10.10.1.256", "10.10.01.5", "2001:db8::1", "10.10.1.5/32"])
def test_what_is_no_address_is_refused(text):
    assert broken_rule(Address, text) == Broken(
        "malformed address", "an IPv4 address such as 10.10.1.5", "write four numbers from 0 to 255"
    )


def test_what_is_not_text_is_left_to_the_type():
    assert parse_address(7) == 7
