"""Ports."""

import pytest

from privatelink.topology.types.ports import Port
from tests.support.rules import breaks, keeps, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "port 0": (
        ("    port: 80\n", "    port: 0\n", "0\n  load"),
        "service.backends.port",
        "port-range",
        ": 0",
        "1 to 65535",
    ),
    "port 70000": (
        ("- port: 443", "- port: 70000", "70000"),
        "service.listeners[1].port",
        "port-range",
        "70000",
        "1 to 65535",
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


@keeps("port-range")
@pytest.mark.parametrize("number", [1, 80, 65535])
def test_ports(number):
    assert accepted(Port, number) == number


@breaks("port-range")
@pytest.mark.parametrize("number", [-1, 0, 65536])
def test_other_numbers(number):
    check_value_broken(Port, number, "port-range", ["1 to 65535", "the port that the application listens on"])
