"""Rules of security groups: counted, and merged only if there are too many."""

from ipaddress import IPv4Network, IPv6Network

from hypothesis import given
from hypothesis import strategies as st

from privatelink.facts import RULES_OF_A_SECURITY_GROUP
from privatelink.topology.security_group_rules import GroupRules
from privatelink.topology.types.ports import PortRange

ANY = IPv4Network("0.0.0.0/0")


def rules_of(ports, clients):
    return GroupRules(ports, clients, RULES_OF_A_SECURITY_GROUP)


def tcp(*ports):
    return tuple(("tcp", PortRange.of(port)) for port in ports)


def test_groups_and_prefix_lists_count_in_both_families():
    clients = (ANY, IPv6Network("::/0"), IPv6Network("2001:db8::/56"), "sg-1", "pl-1")
    assert rules_of(tcp(80, 443), clients).number == 2 * (2 + 2)


def test_rules_within_the_quota_stay_separate():
    rules = rules_of(tcp(*range(60)), (ANY,))
    assert rules.applied() is rules


def test_one_port_more_merges_adjacent_ones_of_each_protocol():
    ports = (*tcp(*range(1, 60), PortRange(60, 70), PortRange(65, 66), 80), ("udp", PortRange(1, 1)))
    assert rules_of(ports, (ANY,)).applied().ports == (
        *tcp(PortRange(1, 70), 80),
        ("udp", PortRange(1, 1)),
    )


@given(
    st.sets(st.integers(1, 300), min_size=61),
    st.sets(st.integers(0, 255), min_size=1),
)
def test_merged_rules_allow_the_same(ports, blocks):
    clients = tuple(IPv4Network(f"10.0.{block}.0/24") for block in sorted(blocks))
    merged = rules_of(tcp(*sorted(ports)), (*clients, "sg-1")).applied()

    opened = [number for _, found in merged.ports for number in range(found.first, found.last + 1)]
    allowed = [block for client in merged.clients[:-1] for block in client.subnets(new_prefix=24)]
    assert opened == sorted(ports)
    assert allowed == list(clients)
    assert merged.clients[-1] == "sg-1"
