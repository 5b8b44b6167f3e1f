"""Backends and AutoScaling, and what a listener in front of them cannot be."""

import pytest

from tests.support.provider_side import CERTIFICATE, listener, with_service
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

LISTENER = "service.listeners[0]"

RIGHT = {
    "auto scaling": (
        with_service(backends={"text": "x", "auto_scaling": {"min": 1, "max": 1}}),
        "auto-scaling-size",
        "number-range",
    ),
    "TLS": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE),
        "backend-protocol",
        "backend-encryption",
        "backend-proxy-protocol",
    ),
    "health check on the port of the backends": (
        listener(health_check={"protocol": "HTTP", "port": 8080}),
        "backend-port",
        "backend-encryption",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field at fault, the rule, what the message has to name.
WRONG = {
    "min above max": (
        with_service(backends={"text": "x", "auto_scaling": {"min": 3, "max": 2}}),
        "service.backends.auto_scaling.min",
        "auto-scaling-size",
        ": 3",
        "at most the maximum size, 2",
    ),
    "no instance in a zone": (
        with_service(backends={"text": "x", "auto_scaling": {"min": 0, "max": 2}}),
        "service.backends.auto_scaling.min",
        "number-range",
        "1 to 500 instances",
    ),
    "UDP": (
        listener(protocol="UDP"),
        f"{LISTENER}.protocol",
        "backend-protocol",
        "UDP listener",
        "set `protocol: TCP`",
    ),
    "TCP and UDP": (
        listener(protocol="TCP_UDP"),
        f"{LISTENER}.protocol",
        "backend-protocol",
        "TCP_UDP listener",
    ),
    "target port": (
        listener(target_port=8080),
        f"{LISTENER}.target_port",
        "backend-port",
        "`target_port`",
        "`backends.port`",
    ),
    "port of the health check": (
        listener(health_check={"port": 9090}),
        f"{LISTENER}.health_check.port",
        "backend-port",
        "`health_check.port`",
    ),
    "TLS to the targets": (
        listener(protocol="TLS", certificate_arn=CERTIFICATE, target_protocol="TLS"),
        f"{LISTENER}.target_protocol",
        "backend-encryption",
        "set `target_protocol: TCP`",
    ),
    "HTTPS health check": (
        listener(health_check={"protocol": "HTTPS"}),
        f"{LISTENER}.health_check.protocol",
        "backend-encryption",
        "set `health_check.protocol: HTTP`",
    ),
    "proxy protocol": (
        listener(proxy_protocol_v2=True),
        f"{LISTENER}.proxy_protocol_v2",
        "backend-proxy-protocol",
        "Proxy Protocol v2 header",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, field, rule, words)
