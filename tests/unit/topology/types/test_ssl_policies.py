"""Security policies of TLS listeners."""

import pytest

from privatelink.topology.types.ssl_policies import SslPolicy
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_value_broken

ACCEPTED = {
    "policy": ((SslPolicy, "ELBSecurityPolicy-TLS13-1-2-2021-06"), "tls-security-policy"),
    "policy of 80": ((SslPolicy, "ELBSecurityPolicy-" + "a" * 80), "tls-security-policy"),
}
FORM = ("ELBSecurityPolicy-<name>", "`aws elbv2 describe-ssl-policies --load-balancer-type network`")
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "name alone": ("TLS13-1-2-2021-06", SslPolicy, "tls-security-policy", *FORM),
    "no name": ("ELBSecurityPolicy-", SslPolicy, "tls-security-policy", *FORM),
    "policy of 81": ("ELBSecurityPolicy-" + "a" * 81, SslPolicy, "tls-security-policy", *FORM),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
