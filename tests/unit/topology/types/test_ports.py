"""Ports."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.ports import Port
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "port 0": (
        "    port: 80\n",
        "    port: 0\n",
        "0\n  load",
        "service.backends.port",
        ["out of range", ": 0", "1 to 65535"],
    ),
    "port 70000": (
        "- port: 443",
        "- port: 70000",
        "70000",
        "service.listeners[1].port",
        ["out of range", "70000", "1 to 65535"],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


@pytest.mark.parametrize("number", [1, 80, 65535])
def test_ports(number):
    assert accepted(Port, number) == number


@pytest.mark.parametrize("number", [-1, 0, 65536])
def test_no_ports(number):
    assert broken_rule(Port, number) == Broken(
        "port out of range", "1 to 65535", "give the port that is listened on"
    )
