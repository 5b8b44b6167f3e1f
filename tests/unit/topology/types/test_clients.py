"""Clients of an endpoint."""

from ipaddress import IPv4Network, IPv6Network

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.clients import Client
from tests.support.consumer_side import GROUP, endpoint
from tests.support.provider_side import EXISTING
from tests.support.topology_cases import accepted, broken_rule, check_right, first_problem

RIGHT = {
    "clients of every kind": endpoint(
        EXISTING, allow_from=["10.0.0.0/8", GROUP, "pl-0a1b2c3d", "2001:db8::/56"]
    ),
}


@pytest.mark.parametrize("topology", RIGHT.values(), ids=RIGHT)
def test_right(topology):
    check_right(topology)


# The topology, the field of the consumer at fault, what is said.
WRONG = {
    "malformed group": (endpoint(EXISTING, allow_from=["sg-1"]), "endpoint.allow_from[0]", "malformed id"),
    "malformed prefix list": (endpoint(allow_from=["pl-xyz"]), "endpoint.allow_from[0]", "malformed id"),
    "IPv6 with host bits": (
        endpoint(allow_from=["2001:db8::1/56"]),
        "endpoint.allow_from[0]",
        "malformed IPv6",
    ),
    "client that is a number": (endpoint(allow_from=[1]), "endpoint.allow_from[0]", "must be text"),
}


@pytest.mark.parametrize(("topology", "field", "what"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, what):
    problem = first_problem(topology)
    assert problem.field == f"consumers.client.{field}"
    assert what in problem.what


ALLOWED = "a CIDR such as 10.10.0.0/16, a security group (sg-...), or a prefix list (pl-...)"


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


@pytest.mark.parametrize(
    ("value", "broken"),
    [
        (7, Broken("must be text", ALLOWED, "write it in quotes")),
        ("sg-1", Broken("malformed id", ALLOWED, "write sg- and 17 (or, of old, 8) hexadecimal digits")),
        ("pl-x", Broken("malformed id", ALLOWED, "write pl- and 17 (or, of old, 8) hexadecimal digits")),
        (
            "2001:db8::1/56",
            Broken("malformed IPv6 CIDR", ALLOWED, "write it like 2001:db8::/56, without host bits"),
        ),
    ],
)
def test_refused(value, broken):
    assert broken_rule(Client, value) == broken


def test_an_ipv4_cidr_is_refused_as_any_other():
    assert broken_rule(Client, "10.0.0.0").what == "CIDR mask is missing"
