"""Private DNS names, and names in a hosted zone."""

import pytest

from privatelink.topology.types.dns_names import DnsName, PrivateDnsName
from tests.support.consumer_side import named
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_broken, check_value_broken

# The topology, the field of the consumer at fault, the rule.
WRONG = {
    "malformed name": (named("A.shop.internal"), "endpoint.names[0]", "dns-name", '"A.shop.internal"'),
}


@pytest.mark.parametrize(("topology", "field", "rule", "words"), wrong(WRONG))
def test_wrong(topology, field, rule, words):
    check_broken(topology, f"consumers.client.{field}", rule, words)


PRIVATE = (
    "private-dns-name",
    "private-dns-name-capitals",
    "private-dns-name-trailing-dot",
    "private-dns-name-wildcard",
    "dns-label-length",
)
ACCEPTED = {
    "private name": ((PrivateDnsName, "api.example.com"), *PRIVATE),
    "private wildcard": ((PrivateDnsName, "*.example.com"), *PRIVATE),
    "private label of 63": ((PrivateDnsName, f"{'a' * 63}.example"), *PRIVATE),
    "private name of 251": ((PrivateDnsName, ".".join(["a" * 62] * 4)), *PRIVATE, "text-length"),
    "name in a zone": ((DnsName, "api.shop.internal"), "dns-name"),
    "wildcard in a zone": ((DnsName, "*.shop.internal"), "dns-name"),
    "underscores in a zone": ((DnsName, "_ldap._tcp.shop.internal"), "dns-name"),
}
LABELS = "in two or more labels of at most 63 characters"
FORM = (
    f"letters, digits and hyphens {LABELS}",
    "`*` only as the whole first label",
    "write it like api.example.com",
)
ZONE_FORM = (
    f"lower-case letters, digits, hyphens and underscores {LABELS}",
    "write it like api.shop.internal",
)
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "private name of 254": (
        "a." * 126 + "ab",
        PrivateDnsName,
        "text-length",
        "254 characters",
        "shorten it to 253",
    ),
    "capitals": (
        "API.example.com",
        PrivateDnsName,
        "private-dns-name-capitals",
        "did you mean api.example.com",
    ),
    "trailing dot": ("api.example.com.", PrivateDnsName, "private-dns-name-trailing-dot", "remove the dot"),
    "label of 64": (
        f"{'a' * 64}.com",
        PrivateDnsName,
        "dns-label-length",
        "label of 64 characters",
        "a" * 64,
        "at most 63",
    ),
    "wildcard in the middle": ("a.*.com", PrivateDnsName, "private-dns-name-wildcard", "like *.example.com"),
    "wildcard in a label": ("a*.com", PrivateDnsName, "private-dns-name-wildcard"),
    "wildcard alone": ("*", PrivateDnsName, "private-dns-name-wildcard"),
    "underscore": ("a_b.com", PrivateDnsName, "private-dns-name", *FORM),
    "hyphen at the start": ("-a.com", PrivateDnsName, "private-dns-name", *FORM),
    "empty label": ("a..com", PrivateDnsName, "private-dns-name", *FORM),
    "no domain": ("api", PrivateDnsName, "private-dns-name", *FORM),
    **{
        f"{name!r} in a zone": (name, DnsName, "dns-name", *ZONE_FORM)
        for name in ("shop", "Api.shop.internal", "a.*.internal", "shop.internal.", "a.b_c")
    },
    "254 characters in a zone": (
        "a." * 126 + "ab",
        DnsName,
        "text-length",
        "254 characters",
        "shorten it to 253",
    ),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
