"""Names of a topology and of its parts."""

import pytest

from privatelink.topology.types.load_balancer_names import LoadBalancerName
from privatelink.topology.types.names import ConsumerKey, Name
from tests.support.rules import right, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "name too long": (
        ("name: shop", f"name: {'a' * 29}", "a" * 29),
        "name",
        "text-length",
        "29 characters",
        "at most 28 characters",
        "shorten it to 28",
    ),
    "malformed name": (("name: shop", "name: Shop_1", "Shop_1"), "name", "name", '"Shop_1"', "lower-case"),
    "consumer key": (("  client:", "  Client:", "Client"), "consumers.Client", "name", '"Client"'),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


ACCEPTED = {
    "one letter": ((Name, "a"), "name"),
    "hyphens": ((Name, "team-a-1"), "name"),
    "28 characters": ((Name, "a" * 28), "text-length"),
    "key of 24": ((ConsumerKey, "a" * 24), "text-length"),
}
FORM = (
    "lower-case letters, digits and single hyphens, a letter first",
    "choose a name such as shop or team-a",
)
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "29 characters": ("a" * 29, Name, "text-length", "29 characters", "shorten it to 28"),
    "key of 25": ("a" * 25, ConsumerKey, "text-length", "25 characters", "shorten it to 24"),
    **{
        f"name {name!r}": (name, Name, "name", *FORM)
        for name in ("", "A", "1a", "a_b", "a--b", "-a", "a-", "a\n")
    },
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)


def test_a_topology_of_the_longest_name_has_a_load_balancer_name():
    assert accepted(LoadBalancerName, f"{'a' * 28}-nlb")
