"""Clients that a security group allows."""

from ipaddress import IPv4Network, IPv6Network

import pytest

from privatelink.topology.types.clients import Client
from tests.support.consumer_side import GROUP, endpoint
from tests.support.provider_side import EXISTING
from tests.support.rules import keeps, right, wrong
from tests.support.topology_cases import accepted, check_broken, check_right, check_value_broken

RIGHT = {
    "clients of every kind": (
        endpoint(EXISTING, allow_from=["10.0.0.0/8", GROUP, "pl-0a1b2c3d", "2001:db8::/56"]),
        "cidr",
        "security-group-id",
        "prefix-list-id",
        "ipv6-cidr",
    ),
}


@pytest.mark.parametrize("topology", right(RIGHT))
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, the rule, what the message has to name.
WRONG = {
    "malformed group": (
        endpoint(EXISTING, allow_from=["sg-1"]),
        "endpoint.allow_from[0]",
        "security-group-id",
        '"sg-1"',
    ),
    "malformed prefix list": (endpoint(allow_from=["pl-xyz"]), "endpoint.allow_from[0]", "prefix-list-id"),
    "IPv6 with host bits": (endpoint(allow_from=["2001:db8::1/56"]), "endpoint.allow_from[0]", "ipv6-cidr"),
    "client that is a number": (
        endpoint(allow_from=[1]),
        "endpoint.allow_from[0]",
        "value-type",
        "must be text",
    ),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)


@keeps("security-group-id", "prefix-list-id", "ipv6-cidr")
@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("10.0.0.0/8", IPv4Network("10.0.0.0/8")),
        ("2001:db8::/56", IPv6Network("2001:db8::/56")),
        (GROUP, GROUP),
        ("pl-0a1b2c3d", "pl-0a1b2c3d"),
    ],
)
def test_cidrs_become_networks_and_ids_stay_text(text, client):
    assert accepted(Client, text) == client


# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "number": (7, Client, "value-type", "must be text, not a number", "write it in quotes"),
    "malformed group": (
        "sg-1",
        Client,
        "security-group-id",
        "sg- and 17 hexadecimal digits (8 ",
        "describe-security-groups",
    ),
    "malformed prefix list": (
        "pl-x",
        Client,
        "prefix-list-id",
        "pl- and 17 hexadecimal digits (8 ",
        "describe-managed-prefix-lists",
    ),
    "IPv6 with host bits": ("2001:db8::1/56", Client, "ipv6-cidr", "2001:db8::/56", "the first address"),
    "IPv4 without a prefix": ("10.0.0.0", Client, "cidr-prefix-missing", "did you mean 10.0.0.0/32"),
}


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
