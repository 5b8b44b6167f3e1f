"""Targets: which are those of a listener, and whether the client's address is preserved."""

import pytest

from privatelink.constructs.peer import Peer
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


def test_a_listener_selects_auto_scaling_groups_by_key():
    every = Targets(
        target_type="instance",
        autoscaling_group_names={"web": "web-blue", "api": "api"},
        peers=[Peer.cidr_ipv4("10.0.0.0/16", key="vpc")],
    )

    some = every.only(["api"])
    assert (some.autoscaling_group_names, some.peers) == ({"api": "api"}, every.peers)
