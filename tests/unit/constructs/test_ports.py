"""Ports: their arguments of a rule, and their key."""

import pytest

from privatelink.constructs.ports import Ports


@pytest.mark.parametrize(
    ("ports", "arguments", "key", "text"),
    [
        (Ports.tcp(443), ("tcp", 443, 443), "tcp-443", "443"),
        (Ports.udp(53), ("udp", 53, 53), "udp-53", "53"),
        (Ports.of("udp", 53), ("udp", 53, 53), "udp-53", "53"),
        (Ports.tcp(1024, 65535), ("tcp", 1024, 65535), "tcp-1024-65535", "1024-65535"),
        (Ports.udp(5, 6), ("udp", 5, 6), "udp-5-6", "5-6"),
        (Ports.tcp(443, 443), ("tcp", 443, 443), "tcp-443", "443"),
        (Ports("udp", 33434, 33534, "udp-trace"), ("udp", 33434, 33534), "udp-trace", "33434-33534"),
    ],
)
def test_ports_are_three_arguments_of_a_rule_and_have_a_key(ports, arguments, key, text):
    assert tuple(ports.rule_arguments.values()) == arguments
    assert list(ports.rule_arguments) == ["ip_protocol", "from_port", "to_port"]
    assert (ports.key, str(ports)) == (key, text)


def test_a_range_contains_the_ports_of_its_protocol():
    assert Ports.tcp(80, 90).contains(Ports.tcp(80, 90))
    assert Ports.tcp(80, 90).contains(Ports.tcp(85))
    assert not Ports.tcp(80, 90).contains(Ports.udp(85))
    assert not Ports.tcp(80, 90).contains(Ports.tcp(90, 91))
    assert not Ports.tcp(80, 90).contains(Ports.tcp(79))
