"""Ports, and ranges of ports."""

import pytest

from privatelink.topology.model import Topology
from privatelink.topology.types.ports import Port, PortOrRange, PortRange
from tests.support.rules import breaks, keeps, wrong
from tests.support.topology_cases import (
    FILE,
    accepted,
    check_change,
    check_right,
    check_value_broken,
    only,
)
from tests.support.written import written

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


@keeps("port-range", "port-range-format", "port-range-order")
@pytest.mark.parametrize(
    ("given", "found", "text"),
    [
        (1, 1, "1"),
        ("1-65535", PortRange(1, 65535), "1-65535"),
        ("1024-1025", PortRange(1024, 1025), "1024-1025"),
        ("00080-00081", PortRange(80, 81), "80-81"),
        (PortRange(8, 9), PortRange(8, 9), "8-9"),
    ],
)
def test_ranges(given, found, text):
    assert accepted(PortOrRange, given) == found
    assert str(PortRange.of(found)) == text


@pytest.mark.parametrize(
    ("given", "rule", "words"),
    [
        pytest.param(given, rule, words, id=str(given) or "empty", marks=breaks(rule))
        for given, rule, *words in (
            (0, "port-range", "1 to 65535"),
            ("0-80", "port-range", "1 to 65535"),
            ("80-65536", "port-range", "1 to 65535"),
            ("1024 - 65535", "port-range-format", "1024-65535", "without spaces"),
            ("1024:65535", "port-range-format", "1024-65535"),
            ("1024-", "port-range-format", "1024-65535"),
            ("-80", "port-range-format", "1024-65535"),
            ("80-81-82", "port-range-format", "1024-65535"),
            ("80-800000", "port-range-format", "1024-65535"),
            ("http", "port-range-format", "443"),
            ("", "port-range-format", "443"),
            ("\u0661-\u0662", "port-range-format", "443"),
            ("90-80", "port-range-order", 'write "80-90"'),
            ("80-80", "port-range-order", "write 80"),
            ("443", "value-type", "remove the quotes: 443"),
            (True, "value-type", "a whole number"),
            (80.5, "value-type", "a whole number"),
            ([80], "value-type", "a whole number"),
        )
    ],
)
def test_other_ranges(given, rule, words):
    check_value_broken(PortOrRange, given, rule, words)


def consumer(**ports):
    return {
        "name": "shop",
        "consumers": {
            "client": {
                "service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
                "network": {"cidr": "10.20.0.0/16", "zones": ["us-east-1a"]},
                "endpoint": ports,
            }
        },
    }


@keeps("port-overlap")
@pytest.mark.parametrize(
    "ports",
    [["1024-65535"], [80, "81-90", "91-92", 93], [443, 80]],
    ids=["one", "adjacent", "single ones"],
)
def test_ports_apart(ports):
    check_right(consumer(ports=ports, udp_ports=list(ports)))
    settings = Topology.model_validate(consumer(ports=ports)).consumers["client"].endpoint
    assert {str(port) for port in settings.ports} == set(map(str, ports))


@pytest.mark.parametrize(
    ("ports", "place", "joined"),
    [
        pytest.param(*case, marks=breaks("port-overlap"))
        for case in (
            ([80, "80-90"], 1, "80-90"),
            (["80-90", 85], 1, "80-90"),
            (["80-90", "90-100"], 1, "80-100"),
            ([1, "200-300", "100-250"], 2, "100-300"),
        )
    ],
)
def test_ports_that_overlap(ports, place, joined):
    for field in ("ports", "udp_ports"):
        text = written(consumer(**{"ports": [7], field: ports}))
        problem = only(text)
        assert problem.field == f"consumers.client.endpoint.{field}[{place}]"
        assert problem.rule == "port-overlap"
        assert f"join the two into {joined}" in problem.fix


@breaks("list-duplicate")
def test_a_range_listed_twice():
    assert only(written(consumer(ports=["80-90", "80-90"]))).rule == "list-duplicate"
