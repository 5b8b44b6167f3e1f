"""Rules of security groups: counted, and merged only if there are too many."""

from ipaddress import IPv4Network, IPv6Network

from hypothesis import assume, given
from hypothesis import strategies as st

from privatelink.facts import RULES_OF_A_SECURITY_GROUP, SPARE_RULES
from privatelink.topology.model import Topology
from privatelink.topology.security_group_rules import GroupRules, target_rules
from privatelink.topology.types.ports import PortRange
from tests.support.provider_side import targets

ANY = IPv4Network("0.0.0.0/0")


def rules_of(ports, clients):
    return GroupRules(ports, clients, RULES_OF_A_SECURITY_GROUP)


def tcp(*ports):
    return tuple(("tcp", PortRange.of(port)) for port in ports)


def test_groups_and_prefix_lists_count_in_both_families():
    clients = (ANY, IPv6Network("::/0"), IPv6Network("2001:db8::/56"), "sg-1", "pl-1")
    assert rules_of(tcp(80, 443), clients).number == 2 * (2 + 2)


def test_rules_stay_separate_while_the_quota_has_room_for_the_merged_ones_beside_them():
    rules = rules_of(tcp(*range(1, 50)), (ANY,))
    assert rules.applied() is rules
    one_more = rules_of(tcp(*range(1, 51)), (ANY,)).applied()
    assert one_more.ports == tcp(PortRange(1, 50))
    pairs = [IPv4Network(f"10.{number}.{half}.0/24") for number in range(17) for half in (0, 1)]
    assert rules_of(tcp(443), tuple(pairs[:32])).applied().number == 32
    assert rules_of(tcp(443), tuple(pairs)).applied().number == 17


def test_a_change_may_merge_many_rules_that_can_be_merged():
    assert not rules_of(tcp(*range(1, 30)), (ANY,)).may_merge
    assert rules_of(tcp(*range(1, 31)), (ANY,)).may_merge
    assert rules_of(tcp(*range(1, 100)), (ANY,)).may_merge
    assert not rules_of(tcp(*range(1, 100, 2)), (ANY,)).may_merge


def test_rules_that_cannot_be_merged_use_the_whole_quota_in_their_order():
    clients = tuple(IPv4Network(f"10.{number}.0.0/24") for number in reversed(range(60)))
    rules = rules_of(tcp(443), clients)
    assert rules.applied() is rules


def test_one_port_more_merges_adjacent_ones_of_each_protocol():
    ports = (*tcp(*range(1, 60), PortRange(60, 70), PortRange(65, 66), 80), ("udp", PortRange(1, 1)))
    assert rules_of(ports, (ANY,)).applied().ports == (
        *tcp(PortRange(1, 70), 80),
        ("udp", PortRange(1, 1)),
    )


SETS_OF_BLOCKS = st.sets(st.integers(0, 255), min_size=1, max_size=120)


@given(SETS_OF_BLOCKS, st.sets(st.integers(0, 255), max_size=SPARE_RULES))
def test_a_change_of_as_many_rules_as_are_spare_never_exceeds_the_quota(blocks, changed):
    """Also between separate and merged rules: the new ones are created before the former are deleted."""
    given_rules = [
        rules_of(tcp(443), tuple(IPv4Network(f"10.0.{block}.0/24") for block in sorted(found)))
        for found in (blocks, blocks ^ changed)
    ]
    most = RULES_OF_A_SECURITY_GROUP - SPARE_RULES
    assume(any(rules.applied() is rules and rules.number <= most for rules in given_rules))
    both = {client for rules in given_rules for client in rules.applied().clients}
    assert len(both) <= RULES_OF_A_SECURITY_GROUP


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


def targets_by_listener(number):
    """Rules to this number of targets, each with a listener and a port of its own."""
    addresses = {f"t{place}": f"10.10.0.{place + 10}" for place in range(number)}
    listeners = [
        {"port": 9000 + place, "targets": [key], "health_check": {"port": 9000 + place}}
        for place, key in enumerate(addresses)
    ]
    topology = targets(addresses=addresses, listeners=listeners)
    topology["service"]["load_balancer"] = {"cross_zone": True}
    (service,) = Topology.model_validate(topology).resolve().services
    return target_rules(service)


def test_a_target_has_rules_for_the_ports_of_its_listeners_only():
    rules = targets_by_listener(40)
    assert rules.number == 40
    assert rules.applied() is rules


def test_merged_ports_are_open_to_each_target_with_one_of_them():
    merged = targets_by_listener(50)._merged
    assert (merged.ports, merged.number) == (tcp(PortRange(9000, 9049)), 50)
