"""Listener and HealthCheck: protocols, certificates, time-outs."""

import pytest

from tests.support.provider_side import ADDRESSES, CERTIFICATE, IAM_CERTIFICATE, listener, targets
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

LISTENER = "service.listeners[0]"

RIGHT = {
    "TLS": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE),
        "tls-certificate-missing",
        "tls-listener-only",
    ),
    "TLS, certificate in IAM": (listener(protocol="TLS", certificate_arn=IAM_CERTIFICATE),),
    "TLS anew to the targets": (
        targets(
            addresses=ADDRESSES,
            listeners=[
                {"port": 1, "protocol": "TLS", "certificate_arn": CERTIFICATE, "target_protocol": "TLS"}
            ],
        ),
    ),
    "UDP": (targets(addresses=ADDRESSES, listeners=[{"port": 53, "protocol": "UDP"}]),),
    "proxy protocol": (targets(addresses=ADDRESSES, listeners=[{"port": 53, "proxy_protocol_v2": True}]),),
    "health check more often than its usual timeout": (
        listener(health_check={"interval_seconds": 5}),
        "health-check-timeout",
    ),
    "path of an HTTP check": (
        listener(health_check={"protocol": "HTTP", "path": "/health"}),
        "health-check-http-only",
    ),
    "idle timeout of TCP": (listener(idle_timeout_seconds=60), "idle-timeout-tcp-only"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name.
WRONG = {
    "TLS without a certificate": (
        listener(protocol="TLS"),
        f"{LISTENER}.certificate_arn",
        "tls-certificate-missing",
        "set `protocol: TCP`",
    ),
    "certificate of TCP": (
        listener(certificate_arn=CERTIFICATE),
        f"{LISTENER}.certificate_arn",
        "tls-listener-only",
        "of a TCP listener",
        "set `protocol: TLS`",
    ),
    "policy of TCP": (
        listener(ssl_policy="ELBSecurityPolicy-2016-08"),
        f"{LISTENER}.ssl_policy",
        "tls-listener-only",
        "`ssl_policy`",
    ),
    "ALPN of TCP": (listener(alpn_policy="None"), f"{LISTENER}.alpn_policy", "tls-listener-only"),
    "idle timeout of TLS": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE, idle_timeout_seconds=60),
        f"{LISTENER}.idle_timeout_seconds",
        "idle-timeout-tcp-only",
        "of a TLS listener",
    ),
    "idle timeout too short": (
        listener(idle_timeout_seconds=59),
        f"{LISTENER}.idle_timeout_seconds",
        "number-range",
        "60 to 6000 seconds",
    ),
    "delay too long": (
        listener(deregistration_delay_seconds=3601),
        f"{LISTENER}.deregistration_delay_seconds",
        "number-range",
        "3600",
    ),
    "path of a TCP check": (
        listener(health_check={"path": "/"}),
        f"{LISTENER}.health_check.path",
        "health-check-http-only",
        "`path` of a TCP health check",
    ),
    "timeout over the interval": (
        listener(health_check={"interval_seconds": 5, "timeout_seconds": 6}),
        f"{LISTENER}.health_check.timeout_seconds",
        "health-check-timeout",
        "at most the interval, 5 seconds",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)
