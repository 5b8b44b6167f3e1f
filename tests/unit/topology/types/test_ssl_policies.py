"""Security policies of TLS listeners."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.ssl_policies import SslPolicy
from tests.support.topology_cases import accepted, broken_rule

ACCEPTED = {
    "policy": (SslPolicy, "ELBSecurityPolicy-TLS13-1-2-2021-06"),
    "policy of 80": (SslPolicy, "ELBSecurityPolicy-" + "a" * 80),
}
WRONG_POLICY = Broken(
    "malformed security policy",
    "ELBSecurityPolicy-<name>",
    "take it from `aws elbv2 describe-ssl-policies --load-balancer-type network`",
)
BROKEN_VALUES = {
    "name alone": (SslPolicy, "TLS13-1-2-2021-06", WRONG_POLICY),
    "no name": (SslPolicy, "ELBSecurityPolicy-", WRONG_POLICY),
    "policy of 81": (SslPolicy, "ELBSecurityPolicy-" + "a" * 81, WRONG_POLICY),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken
