"""How a port is tested follows from its listener, or from what the endpoint allows."""

from ipaddress import IPv4Network

import pytest

from privatelink.verify.attempts import (
    NOTHING_TO_SEND,
    Attempt,
    attempt_of,
    given_attempt,
    port_tests,
    samples,
)
from privatelink.verify.provider_facts import HealthCheck, Listener
from privatelink.verify.rules import Rule
from tests.support.verify_facts import consumer, provider

ALL = (IPv4Network("0.0.0.0/0"),)
HTTP, HTTPS = HealthCheck("HTTP", path="/up"), HealthCheck("HTTPS", path="/up")
ELSEWHERE = HealthCheck("HTTP", of_traffic_port=False, port="8081")


@pytest.mark.parametrize(
    ("listener", "attempt"),
    [
        (Listener(1), Attempt("tcp")),
        (Listener(1, health_check=HTTP), Attempt("http", path="/up", healthy_codes="200-399")),
        (Listener(1, health_check=HTTPS), Attempt("https", path="/up", healthy_codes="200-399")),
        (Listener(1, health_check=ELSEWHERE), Attempt("tcp")),
        (Listener(1, "TLS", alpn=("h2",)), Attempt("tls", alpn=("h2",))),
        (Listener(1, "TLS", health_check=HTTP), Attempt("https", path="/up", healthy_codes="200-399")),
        (Listener(1, "TLS", health_check=ELSEWHERE), Attempt("tls")),
    ],
)
def test_of_other_targets_the_health_check_says_what_they_answer(listener, attempt):
    assert attempt_of(listener, texts=False) == attempt


@pytest.mark.parametrize(
    ("listener", "protocol"), [(Listener(1, health_check=HTTPS), "http"), (Listener(1, "TLS"), "https")]
)
def test_backends_of_the_stack_answer_with_their_texts(listener, protocol):
    assert attempt_of(listener, texts=True) == Attempt(protocol, texts=True)


def test_a_listener_of_both_protocols_is_two_ports_and_udp_needs_to_be_told():
    both, datagrams = Listener(53, "TCP_UDP"), Listener(514, "UDP")
    tests = port_tests(consumer(), provider(listeners=(datagrams, both)))
    assert [(test.title, test.listener) for test in tests] == [
        ("53", both),
        ("53/udp", both),
        ("514/udp", datagrams),
    ]
    assert [test.why_not for test in tests] == ["", NOTHING_TO_SEND, NOTHING_TO_SEND]


def test_of_a_service_by_name_the_ports_are_those_that_the_endpoint_allows():
    rules = (Rule(443, 443, ALL), Rule(53, 53, ALL, ip_protocol="udp"), Rule(9000, 9010, ALL))
    tests = port_tests(consumer(rules=rules), None)
    assert [(test.title, test.sample_of) for test in tests] == [
        ("53/udp", ""),
        ("443", ""),
        ("9000", "9000-9010"),
        ("9005", "9000-9010"),
        ("9010", "9000-9010"),
    ]
    assert {test.attempt for test in tests if test.ip_protocol == "tcp"} == {Attempt("tcp")}


def test_a_rule_for_all_ports_says_nothing_of_the_services():
    assert port_tests(consumer(rules=(Rule(0, 65535, ALL), Rule(1, 65535, ALL))), None) == ()


def test_a_range_of_two_has_two_samples():
    assert samples(80, 81) == (80, 81)


def test_the_probe_is_told_what_differs_from_the_default():
    assert Attempt("tcp", texts=True, min_days=3).as_json() == {"protocol": "tcp"}
    assert Attempt("tls", trust="PEM", alpn=("h2",)).as_json() == {
        "protocol": "tls",
        "alpn": ("h2",),
        "trust": "PEM",
    }
    assert "trust" not in Attempt("tls", trust="system").as_json()


@pytest.mark.parametrize(
    ("attempt", "expected"),
    [
        (Attempt("tcp"), "a connection that stays open"),
        (Attempt("tcp", expect=b"PONG".hex()), "a response with 'PONG'"),
        (Attempt("tls", send="00"), "a response over TLS"),
        (Attempt("https", path="/up", healthy_codes="204"), "status 204 of GET /up over TLS"),
        (Attempt("udp", expect=b"x".hex()), "a response over UDP with 'x'"),
        (Attempt("grpc", service="shop"), "SERVING from the gRPC health service for shop"),
    ],
)
def test_what_is_expected_in_words(attempt, expected):
    assert attempt.expected == expected


@pytest.mark.parametrize(
    ("settings", "attempt"),
    [
        (
            {"protocol": "tcp", "send": "PING", "expect": "PONG"},
            ("tcp", {"send": "50494e47", "expect": "504f4e47"}),
        ),
        ({"protocol": "udp", "send_hex": "00ff"}, ("udp", {"send": "00ff"})),
        (
            {"protocol": "grpcs", "grpc_service": "a.B"},
            ("grpc", {"tls": True, "alpn": ("h2",), "service": "a.B"}),
        ),
        ({"protocol": "grpc"}, ("grpc", {})),
        (
            {
                "protocol": "https",
                "path": "/up",
                "healthy_codes": "204",
                "server_name": "api.example.com",
                "authorities": "any",
                "min_days_left": 9,
                "http2": True,
            },
            (
                "https",
                {
                    "path": "/up",
                    "healthy_codes": "204",
                    "server_name": "api.example.com",
                    "trust": "any",
                    "min_days": 9,
                    "alpn": ("h2",),
                },
            ),
        ),
    ],
)
def test_settings_of_the_topology(settings, attempt):
    protocol, fields = attempt
    assert given_attempt(settings) == Attempt(protocol, **({"trust": "system"} | fields))


def test_settings_take_the_place_of_the_default():
    given = {"80": {"protocol": "tcp"}, "53/udp": {"protocol": "udp", "send": "x"}}
    listeners = (Listener(80), Listener(53, "TCP_UDP"))
    tests = port_tests(consumer(), provider(listeners=listeners, tests=given))
    assert [(test.title, test.attempt.protocol) for test in tests] == [
        ("53", "http"),
        ("53/udp", "udp"),
        ("80", "tcp"),
    ]


def test_settings_of_an_endpoint_name_ports_of_ranges_too():
    rules = (Rule(443, 443, ALL), Rule(9000, 9010, ALL), Rule(50, 60, ALL, ip_protocol="udp"))
    given = {
        "443": {"protocol": "tls"},
        "9000": {"protocol": "grpc"},
        "53/udp": {"protocol": "udp", "send": "x"},
    }
    tests = port_tests(consumer(rules=rules, tests=given), None)
    assert [(test.title, test.attempt.protocol, test.sample_of) for test in tests] == [
        ("53/udp", "udp", ""),
        ("443", "tls", ""),
        ("9000", "grpc", ""),
        ("9005", "tcp", "9000-9010"),
        ("9010", "tcp", "9000-9010"),
    ]
