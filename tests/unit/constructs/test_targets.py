"""Targets: whether the client's address is preserved."""

import pytest

from privatelink.constructs.targets import Targets


@pytest.mark.parametrize(
    ("target_type", "protocol", "kept"),
    [
        ("instance", "TCP", True),
        ("instance", "UDP", True),
        ("ip", "TCP", False),
        ("ip", "TLS", False),
        ("ip", "UDP", True),
        ("ip", "TCP_UDP", True),
        ("alb", "TCP", None),
    ],
)
def test_client_ip_preservation_is_awss_own_default(target_type, protocol, kept):
    assert Targets(target_type=target_type).preserve_client_ip(protocol) is kept
