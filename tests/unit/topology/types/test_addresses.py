"""IPv4 addresses."""

from ipaddress import IPv4Address

import pytest

from privatelink.topology.types.addresses import Address, parse_address
from tests.support.rules import breaks, keeps
from tests.support.topology_cases import accepted, check_value_broken


@keeps("ipv4-address")
@pytest.mark.parametrize("text", ["10.10.1.5", "0.0.0.0", "255.255.255.255"])
def test_text_becomes_an_address(text):
    assert accepted(Address, text) == IPv4Address(text)


@breaks("ipv4-address")
@pytest.mark.parametrize("text", ["", "10.10.1", "10.10.1.256", "10.10.01.5", "2001:db8::1", "10.10.1.5/32"])
def test_other_text_is_refused(text):
    check_value_broken(Address, text, "ipv4-address", ["10.10.1.5", "four numbers from 0 to 255"])


def test_a_value_of_another_type_is_left_to_the_type_check():
    assert parse_address(7) == 7
