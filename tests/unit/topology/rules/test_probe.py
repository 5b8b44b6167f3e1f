"""Probe: as a boolean or a mapping, and the way to Systems Manager without a public address."""

import copy

import pytest

from privatelink.topology.model import Topology
from privatelink.topology.rules.probe import Probe
from tests.support.consumer_side import consumer
from tests.support.provider_side import EXISTING
from tests.support.rules import right, wrong
from tests.support.topology_cases import check_broken, check_right

PRIVATE = {"public_address": False}


def private(*allow_from, network=None, probe=PRIVATE, **settings):
    """A consumer with an endpoint to Systems Manager for these clients, and a test instance."""
    ssm = {"service_name": "com.amazonaws.ap-northeast-2.ssm", "private_dns": True, **settings}
    fields = {"network": network} if network else {}
    if allow_from:
        ssm["allow_from"] = list(allow_from)
    return consumer(probe=probe, endpoints={"ssm": ssm}, **fields)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (True, Probe(public_address=True)),
        (False, None),
        ({}, Probe(public_address=True)),
        (PRIVATE, Probe(public_address=False)),
        (Probe(public_address=False), Probe(public_address=False)),
    ],
)
def test_a_boolean_stands_for_the_default_settings_or_none(given, expected):
    (client,) = Topology.model_validate(consumer(probe=given)).consumers.values()
    assert client.probe == expected


RIGHT = {
    "true": (consumer(probe=True),),
    "a mapping": (consumer(probe=PRIVATE),),
    "the whole network": (private(), "endpoint-systems-manager"),
    "the subnet of the instance": (private("10.20.0.0/19"), "endpoint-systems-manager"),
    "a CIDR around the subnet": (private("10.0.0.0/8", "10.30.0.0/16"), "endpoint-systems-manager"),
    "a prefix list": (private("pl-0a1b2c3d"), "endpoint-systems-manager"),
    "a public address": (private("10.30.0.0/16", probe=True), "endpoint-systems-manager"),
    "no private DNS": (private("10.30.0.0/16", private_dns=False), "endpoint-systems-manager"),
    "an existing VPC": (private("10.30.0.0/16", network=copy.deepcopy(EXISTING)), "endpoint-systems-manager"),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, the rule, what the message has to name.
WRONG = {
    "another subnet": (
        private("10.20.32.0/19"),
        "endpoints.ssm.allow_from",
        "endpoint-systems-manager",
        "10.20.0.0/20",
    ),
    "IPv6 clients": (private("2001:db8::/56"), "endpoints.ssm.allow_from", "endpoint-systems-manager"),
    "a number": (consumer(probe=3), "probe", "value-type", "must be true, false or a mapping, not a number"),
    "in quotes": (consumer(probe="true"), "probe", "value-type", "remove the quotes: true"),
    "a misspelt setting": (
        consumer(probe={"public_addres": False}),
        "probe.public_addres",
        "field-unknown",
        "did you mean public_address",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)
