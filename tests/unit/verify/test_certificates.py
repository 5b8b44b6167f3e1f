"""The certificates that the probe received: name, time, chain and ALPN."""

from dataclasses import replace

import pytest

from privatelink.verify.attempts import Attempt, PortTest
from privatelink.verify.certificates import certificate_checks, matches
from privatelink.verify.provider_facts import Listener
from privatelink.verify.sight import Certificate
from tests.support.verify_facts import ADDRESSES, REGIONAL, sight

GOOD = Certificate(("api.example.com",), "Amazon", -1, 200.4, "", "TLSv1.3", "h2")
PRIVATE = "api.example.com"


TLS, LISTENER = Attempt("tls"), Listener(443, "TLS")


def check(certificate=GOOD, attempt=TLS, names=(REGIONAL,), private=(), listener=LISTENER):
    seen = replace(
        sight(dict.fromkeys(ADDRESSES, "x")), certificates=dict.fromkeys(ADDRESSES, (certificate,))
    )
    test = PortTest(443, "tcp", attempt, listener=listener)
    (found,) = certificate_checks("W11", test, [(name, seen) for name in names], private)
    return found


def test_a_valid_certificate():
    found = check()
    assert (found.id, found.step, found.outcome, found.hop) == ("certificate-443", "W11", "holds", "listener")
    assert found.expected == "a certificate that is valid"
    assert found.observed == "api.example.com, 200 days left, of Amazon, TLSv1.3, ALPN h2"


def test_without_tls_there_is_no_check():
    assert list(certificate_checks("W11", PortTest(80, "tcp", Attempt("tcp")), [("x", sight({}))], ())) == []


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"days_left": -3.2}, "the certificate expired 3 days ago"),
        ({"days_until_start": 2.1}, "the certificate is valid only in 2 days"),
    ],
)
@pytest.mark.parametrize(
    ("listener", "hop", "fix"),
    [
        (Listener(443, "TLS"), "listener", "replace the listener's certificate (certificate_arn)"),
        (Listener(443), "backend", "replace the certificate of the targets"),
        (None, "backend", "ask the service provider to replace the certificate"),
    ],
)
def test_a_certificate_that_is_not_valid_now(changes, cause, listener, hop, fix):
    found = check(replace(GOOD, **changes), listener=listener)
    assert (found.outcome, found.hop) == ("fails", hop)
    assert found.cause.startswith(f"port 443: {cause}: {fix}")


def test_the_name_is_that_of_the_private_name_or_the_one_to_send():
    other = replace(GOOD, names=("web.example.com",))
    assert check(other).outcome == "holds"  # no certificate has the names that AWS gives endpoints
    found = check(other, names=(REGIONAL, PRIVATE), private=(PRIVATE,))
    assert "the certificate is for web.example.com, not for api.example.com" in found.cause
    assert found.expected == "a certificate that is valid, has the name api.example.com"
    assert check(other, Attempt("tls", server_name=PRIVATE)).outcome == "fails"
    sent = Attempt("tls", server_name="web.example.com")
    assert check(other, sent, names=(REGIONAL, PRIVATE), private=(PRIVATE,)).outcome == "holds"
    assert "is for no name" in check(replace(GOOD, names=()), sent).cause


def test_the_chain_is_told_and_demanded_only_where_asked():
    own = replace(GOOD, issuer="Own CA", untrusted="self-signed certificate")
    assert check(own).outcome == "holds"
    assert check(own).observed.endswith("; the probe does not trust it: self-signed certificate")
    found = check(own, Attempt("tls", trust="system"))
    assert found.outcome == "fails"
    assert "of Own CA, which the probe does not trust (self-signed certificate)" in found.cause
    assert check(GOOD, Attempt("tls", trust="system")).outcome == "holds"


@pytest.mark.parametrize(("days", "outcome"), [(200, "holds"), (201, "fails")])
def test_days_that_must_be_left(days, outcome):
    found = check(attempt=Attempt("tls", min_days=days))
    assert found.outcome == outcome
    assert f"for {days} days or more" in found.expected


def test_the_only_protocol_offered_must_be_negotiated():
    none = replace(GOOD, alpn="")
    assert check(none, Attempt("tls", alpn=("h2", "http/1.1"))).outcome == "holds"
    found = check(none, Attempt("tls", alpn=("h2",)))
    assert (found.outcome, "does not negotiate h2 by ALPN" in found.cause) == ("fails", True)
    assert check(GOOD, Attempt("tls", alpn=("h2",))).outcome == "holds"


@pytest.mark.parametrize(
    ("pattern", "name", "same"),
    [
        ("a.example.com", "A.example.com.", True),
        ("a.example.com", "b.example.com", False),
        ("*.example.com", "b.example.com", True),
        ("*.example.com", "c.b.example.com", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", ".example.com", False),
    ],
)
def test_names_match_as_in_clients(pattern, name, same):
    assert matches(pattern, name) is same
