"""The responses of a port: which hop is broken, and why."""

from dataclasses import replace

import pytest

from privatelink.verify import probe
from privatelink.verify.answers import Blame, answers, kept_id
from privatelink.verify.attempts import Attempt, PortTest
from privatelink.verify.check import Check
from privatelink.verify.provider_facts import Listener
from tests.support.verify_facts import ADDRESSES, UNRESOLVED, sight, unanswered

ZONES = {ADDRESSES[0]: "zone-a (az1)", ADDRESSES[1]: "zone-c (az3)"}
NOTHING = Blame(None, ("backend", "the API shows no fault"), ZONES)
DOWN = Check("backends", "W2", "", "", "fails", "backend", "backend down: i-c")
GROUP = Check("endpoint-group", "", "", "", "fails", "endpoint security group", "does not allow the probe")
OPEN = sight(dict.fromkeys(ADDRESSES, probe.CONNECTED))


LISTENER, TCP = Listener(5432), Attempt("tcp")


def port_test(listener=LISTENER, attempt=TCP, ip_protocol="tcp"):
    return PortTest(5432, ip_protocol, attempt, listener=listener)


def check(seen, test=None, blame=NOTHING):
    return answers("tcp-regional-5432", "W11", "the regional name", test or port_test(), seen, 0, blame)


def failing_with(*kinds):
    """Every address fails in these ways."""
    return replace(unanswered(ADDRESSES), failures={each: dict.fromkeys(kinds, 2) for each in ADDRESSES})


def test_a_port_that_connects():
    found = check(OPEN)
    assert (found.outcome, found.observed) == ("holds", "connected")
    assert found.expected == (
        "a connection that stays open through the regional name, port 5432, at each address"
    )


def test_every_address_must_answer():
    found = check(replace(OPEN, answers={ADDRESSES[0]: {"connected": 1}, ADDRESSES[1]: {}}))
    assert found.outcome == "fails"


def test_only_one_zone_answers():
    one = replace(
        OPEN,
        answers={ADDRESSES[0]: {"connected": 2}, ADDRESSES[1]: {}},
        failures={ADDRESSES[0]: {}, ADDRESSES[1]: {"timed out": 2}},
    )
    found = check(one)
    assert found.observed == "connected; 10.20.32.4 timed out (2 times) (10.20.32.4 is in zone-c (az3))"
    assert found.cause.startswith(
        "only zone-a (az1) responds, and zone-c (az3) does not: check the network ACLs"
    )
    assert check(one, blame=replace(NOTHING, known=DOWN)).cause == DOWN.cause


@pytest.mark.parametrize("kind", [probe.CLOSED, "ECONNRESET"])
def test_closed_at_once(kind):
    found = check(failing_with(kind))
    assert found.hop == "backend"
    assert "close them at once: the server may expect a Proxy Protocol header" in found.cause


@pytest.mark.parametrize(
    ("kind", "attempt"),
    [(probe.CLOSED, Attempt("tcp")), ("HTTP 400", Attempt("http")), (probe.CLOSED, Attempt("tls"))],
)
def test_a_header_that_the_targets_do_not_expect(kind, attempt):
    found = check(failing_with(kind), port_test(Listener(5432, proxy_protocol=True), attempt))
    assert found.hop == "backend"
    assert "the target group sends a Proxy Protocol v2 header first" in found.cause
    assert (
        "sends a Proxy"
        not in check(failing_with("HTTP 503"), port_test(Listener(1, proxy_protocol=True))).cause
    )


@pytest.mark.parametrize("kind", [probe.NO_TLS, f"{probe.HANDSHAKE}: no shared cipher"])
def test_a_handshake_that_the_server_refuses(kind):
    terminated = check(failing_with(kind), port_test(Listener(5432, "TLS"), Attempt("tls")))
    assert (terminated.hop, "check the listener's certificate" in terminated.cause) == ("listener", True)
    passed_on = check(failing_with(kind), port_test(Listener(5432), Attempt("tls")))
    assert (passed_on.hop, "does not speak TLS" in passed_on.cause) == ("backend", True)
    # A listener that refuses is not explained by a backend that is down; a target's refusal is.
    down = replace(NOTHING, known=DOWN)
    assert check(failing_with(kind), port_test(Listener(1, "TLS"), Attempt("tls")), down).hop == "listener"
    assert check(failing_with(kind), port_test(Listener(1), Attempt("tls")), down).cause == DOWN.cause


def test_a_handshake_that_times_out_may_be_lost_on_the_way():
    silent = failing_with(f"{probe.HANDSHAKE}: timed out")
    found = check(silent, port_test(Listener(1, "TLS"), Attempt("tls")), replace(NOTHING, known=GROUP))
    assert (found.hop, found.cause) == (GROUP.hop, GROUP.cause)


def test_what_the_api_knows_explains_what_does_not_arrive():
    found = check(failing_with("timed out"), blame=replace(NOTHING, known=GROUP))
    assert (found.hop, found.cause) == (GROUP.hop, GROUP.cause)
    assert check(failing_with("timed out")).cause == "the API shows no fault"


@pytest.mark.parametrize(
    "kind", [f"{probe.UNEXPECTED}: -ERR", f"{probe.UNHEALTHY}: NOT_SERVING", probe.NO_HTTP2, "HTTP 404"]
)
def test_another_answer_is_told_with_what_is_expected(kind):
    found = check(failing_with(kind))
    assert found.cause == (
        f"the server responds otherwise: {kind}: check the server, and what is expected of it "
        "(a connection that stays open)"
    )


def test_a_refusal_is_a_target_port_without_a_server():
    assert "nothing listens on the target port" in check(failing_with("refused")).cause


def test_udp_without_an_answer():
    found = check(failing_with(probe.NO_ANSWER), port_test(Listener(53, "UDP"), Attempt("udp"), "udp"))
    assert (found.hop, "the targets' security group allows UDP" in found.cause) == ("backend", True)
    assert "port 5432/udp" in found.expected


def test_a_name_that_does_not_resolve():
    assert check(UNRESOLVED).outcome == "fails"
    assert check(UNRESOLVED).observed == "Name or service not known"


def test_ids_are_texts_of_http_or_the_protocol():
    assert [kept_id(port_test(attempt=Attempt(one))) for one in ("http", "https", "tls", "grpc")] == [
        "texts",
        "texts",
        "tls",
        "grpc",
    ]
    assert kept_id(port_test(attempt=None, ip_protocol="udp")) == "udp"


def test_a_server_that_takes_a_connection_and_says_nothing_may_not_speak_tls():
    silent = failing_with(f"{probe.HANDSHAKE}: timed out")
    assert "does not speak TLS" in check(silent, port_test(Listener(1), Attempt("tls"))).cause
