"""Targets: where traffic goes out to, and whether the client's address is kept."""

import pytest

from privatelink.constructs.targets import Targets

ADDRESSES = {"one": {"cidr_ipv4": "10.0.0.5/32"}}


def test_traffic_goes_to_the_group_of_the_targets_where_they_have_one():
    assert Targets(kind="ip", reached_at=ADDRESSES).destinations == ADDRESSES
    assert Targets(kind="ip", reached_at=ADDRESSES, security_group_id="sg-1").destinations == {
        "": {"referenced_security_group_id": "sg-1"}
    }


@pytest.mark.parametrize(
    ("kind", "protocol", "kept"),
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
def test_client_ip_preservation_is_awss_own_default(kind, protocol, kept):
    assert Targets(kind=kind).preserve_client_ip(protocol) is kept
