"""Private DNS names, and names in a hosted zone."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.dns_names import DnsName, PrivateDnsName
from tests.support.consumer_side import named
from tests.support.topology_cases import accepted, broken_rule, first_problem

# The topology, the field of the consumer at fault, what is said.
WRONG = {
    "malformed name": (named("A.shop.internal"), "endpoint.names[0]", "malformed DNS name"),
}


@pytest.mark.parametrize(("topology", "field", "what"), WRONG.values(), ids=WRONG)
def test_wrong(topology, field, what):
    problem = first_problem(topology)
    assert problem.field == f"consumers.client.{field}"
    assert what in problem.what


@pytest.mark.parametrize(
    "name", ["api.example.com", "*.example.com", f"{'a' * 63}.example", ".".join(["a" * 62] * 4)]
)
def test_private_names(name):
    assert accepted(PrivateDnsName, name) == name


EXAMPLE = "write it like api.example.com"


@pytest.mark.parametrize(
    ("name", "what", "fix", "given"),
    [
        ("a." * 126 + "ab", "DNS name of 254 characters", "shorten it", None),
        ("API.example.com", "DNS name with capital letters", "did you mean api.example.com", None),
        ("api.example.com.", "DNS name that ends with a dot", "remove the dot", None),
        (f"{'a' * 64}.com", "DNS label of 64 characters", "shorten it", "a" * 64),
        ("a.*.com", "wildcard that is not the first label", f"{EXAMPLE} or *.example.com", None),
        ("a_b.com", "malformed DNS name", f"{EXAMPLE} or *.example.com", None),
        ("-a.com", "malformed DNS name", f"{EXAMPLE} or *.example.com", None),
        ("api", "DNS name without a domain", EXAMPLE, None),
    ],
)
def test_private_names_that_aws_refuses(name, what, fix, given):
    allowed = (
        "lower-case letters, digits and hyphens in labels of at most 63 characters, two labels at least, "
        "253 characters in all, `*` as the first label alone"
    )
    assert broken_rule(PrivateDnsName, name) == Broken(what, allowed, fix, given=given)


@pytest.mark.parametrize("name", ["api.shop.internal", "*.shop.internal", "_ldap._tcp.shop.internal"])
def test_names_in_a_zone(name):
    assert accepted(DnsName, name) == name


@pytest.mark.parametrize("name", ["shop", "Api.shop.internal", "a.*.internal", "shop.internal.", "a.b_c"])
def test_names_that_no_zone_has(name):
    broken = broken_rule(DnsName, name)

    assert broken.what == "malformed DNS name"
    assert "letters, digits, hyphens and underscores in labels of at most 63" in broken.allowed
    assert broken.fix == "write it like api.shop.internal"


def test_a_name_in_a_zone_that_is_too_long():
    broken = broken_rule(DnsName, "a." * 126 + "ab")

    assert (broken.what, broken.fix) == ("DNS name of 254 characters", "shorten it to 253")
