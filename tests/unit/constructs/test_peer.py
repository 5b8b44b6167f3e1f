"""Peer: its argument of a rule, and its key."""

from ipaddress import IPv4Network, IPv6Network

import pytest

from privatelink.constructs.peer import Peer
from tests.support.rules import breaks, keeps

GROUP, PREFIX_LIST = "sg-0a1b2c3d4e5f60001", "pl-0a1b2c3d"


@pytest.mark.parametrize(
    ("peer", "arguments", "key"),
    [
        (Peer.cidr(IPv4Network("10.0.0.0/16")), {"cidr_ipv4": "10.0.0.0/16"}, "10-0-0-0-16"),
        (Peer.cidr(IPv6Network("2001:db8::/56")), {"cidr_ipv6": "2001:db8::/56"}, "2001-db8---56"),
        (
            Peer.cidr_ipv4("${aws_vpc.a.cidr_block}", key="vpc"),
            {"cidr_ipv4": "${aws_vpc.a.cidr_block}"},
            "vpc",
        ),
        (Peer.cidr_ipv6("${a.b.ipv6}", key="vpc-ipv6"), {"cidr_ipv6": "${a.b.ipv6}"}, "vpc-ipv6"),
        (Peer.prefix_list(PREFIX_LIST), {"prefix_list_id": PREFIX_LIST}, PREFIX_LIST),
        (Peer.security_group(GROUP), {"referenced_security_group_id": GROUP}, GROUP),
        (Peer.security_group("${a.b.id}", key="web"), {"referenced_security_group_id": "${a.b.id}"}, "web"),
    ],
)
@keeps("peer-key")
def test_a_peer_is_one_argument_of_a_rule_and_has_a_key(peer, arguments, key):
    assert (peer.rule_arguments, peer.key) == (arguments, key)


@breaks("peer-key")
def test_a_value_that_only_terraform_knows_needs_a_key():
    with pytest.raises(ValueError, match=r"\[peer-key\]$") as error:
        Peer.security_group("${aws_security_group.web.id}")

    assert "'${aws_security_group.web.id}'" in str(error.value)
    assert "set `key`" in str(error.value)


@pytest.mark.parametrize(
    ("client", "peer"),
    [
        (IPv4Network("10.0.0.0/8"), Peer("cidr_ipv4", "10.0.0.0/8", "10-0-0-0-8")),
        (IPv6Network("2001:db8::/56"), Peer("cidr_ipv6", "2001:db8::/56", "2001-db8---56")),
        (GROUP, Peer("referenced_security_group_id", GROUP, GROUP)),
        (PREFIX_LIST, Peer("prefix_list_id", PREFIX_LIST, PREFIX_LIST)),
    ],
)
def test_a_client_of_a_topology_is_a_peer(client, peer):
    assert Peer.of_client(client) == peer
