"""Listener and HealthCheck: protocols, certificates, time-outs."""

import pytest

from tests.support.provider_side import ADDRESSES, CERTIFICATE, IAM_CERTIFICATE, listener, targets
from tests.support.topology_cases import check_right, problem_at

LISTENER = "service.listeners[0]"

RIGHT = {
    "TLS": listener(protocol="TLS", certificate_arn=CERTIFICATE),
    "TLS, certificate in IAM": listener(protocol="TLS", certificate_arn=IAM_CERTIFICATE),
    "TLS anew to the targets": targets(
        addresses=ADDRESSES,
        listeners=[{"port": 1, "protocol": "TLS", "certificate_arn": CERTIFICATE, "target_protocol": "TLS"}],
    ),
    "UDP": targets(addresses=ADDRESSES, listeners=[{"port": 53, "protocol": "UDP"}]),
    "proxy protocol": targets(addresses=ADDRESSES, listeners=[{"port": 53, "proxy_protocol_v2": True}]),
    "health check more often than its usual time-out": listener(health_check={"interval_seconds": 5}),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, words of the message.
WRONG = {
    "TLS without a certificate": (
        listener(protocol="TLS"),
        f"{LISTENER}.certificate_arn",
        "TLS without a certificate",
    ),
    "certificate of TCP": (
        listener(certificate_arn=CERTIFICATE),
        f"{LISTENER}.certificate_arn",
        "only with protocol: TLS",
    ),
    "policy of TCP": (
        listener(ssl_policy="ELBSecurityPolicy-2016-08"),
        f"{LISTENER}.ssl_policy",
        "only with protocol: TLS",
    ),
    "ALPN of TCP": (listener(alpn_policy="None"), f"{LISTENER}.alpn_policy", "only with protocol: TLS"),
    "idle time-out of TLS": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE, idle_timeout_seconds=60),
        f"{LISTENER}.idle_timeout_seconds",
        "only with protocol: TCP",
    ),
    "idle time-out too short": (
        listener(idle_timeout_seconds=59),
        f"{LISTENER}.idle_timeout_seconds",
        "60 to 6000",
    ),
    "delay too long": (
        listener(deregistration_delay_seconds=3601),
        f"{LISTENER}.deregistration_delay_seconds",
        "3600",
    ),
    "path of a TCP check": (
        listener(health_check={"path": "/"}),
        f"{LISTENER}.health_check.path",
        "path of a TCP health check",
    ),
    "time-out over the interval": (
        listener(health_check={"interval_seconds": 5, "timeout_seconds": 6}),
        f"{LISTENER}.health_check.timeout_seconds",
        "longer than the interval",
    ),
}


@pytest.mark.parametrize(("topology", "field", "words"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, words):
    assert words in str(problem_at(topology, field))
