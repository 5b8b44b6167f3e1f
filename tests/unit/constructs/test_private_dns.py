"""PrivateDns: switched on after acceptance, and only there."""

import pytest

from privatelink.topology.model import Topology
from tests.support.synth import resources, synth
from tests.support.topology_strategies import both_sides


def topology(acceptance="managed", **consumer):
    made = both_sides()
    made["service"] |= {
        "acceptance": acceptance,
        "private_dns": {"name": "api.example.com", "record_exists": True},
    }
    made["consumers"]["client"] |= {"endpoint": {"private_dns": True}, **consumer}
    return made


def stacks(acceptance="managed"):
    return synth(Topology.model_validate(topology(acceptance)))


@pytest.mark.parametrize("acceptance", ["managed", "manual", "automatic"])
def test_a_stack_of_its_own_switches_it_on(acceptance):
    stack = stacks(acceptance)["shop-private-dns-client"]

    switch = resources(stack, "aws_vpc_endpoint_private_dns")["private-dns"]
    assert switch["private_dns_enabled"] is True
    assert switch["vpc_endpoint_id"] == "${data.aws_vpc_endpoint.private-dns.id}"


def test_it_waits_for_acceptance_and_asks_for_a_vpc_that_resolves():
    data = stacks()["shop-private-dns-client"]["data"]

    (available,) = data["aws_vpc_endpoint"]["private-dns"]["lifecycle"]["postcondition"]
    assert available["condition"] == '${self.state == "available"}'
    (resolves,) = data["aws_vpc"]["private-dns"]["lifecycle"]["postcondition"]
    assert resolves["condition"] == "${self.enable_dns_support && self.enable_dns_hostnames}"


def test_the_endpoint_is_made_with_it_off_and_leaves_it_to_the_switch():
    endpoint = resources(stacks()["shop-consumer-client"], "aws_vpc_endpoint")["endpoint"]

    assert endpoint["private_dns_enabled"] is False
    assert endpoint["lifecycle"]["ignore_changes"] == ["private_dns_enabled"]


def test_without_it_nothing_is_ignored_and_there_is_no_such_stack():
    made = synth(Topology.model_validate(both_sides()))

    assert not any("private-dns" in name for name in made)
    endpoint = resources(made["shop-consumer-client"], "aws_vpc_endpoint")["endpoint"]
    assert "ignore_changes" not in endpoint["lifecycle"]
