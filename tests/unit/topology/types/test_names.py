"""Names of a topology and of its parts."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.load_balancer_names import LoadBalancerName
from privatelink.topology.types.names import ConsumerKey, Name
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "name too long": (
        "name: shop",
        f"name: {'a' * 29}",
        "a" * 29,
        "name",
        ["name of 29 characters", "at most 28 characters", "shorten it to 28"],
    ),
    "malformed name": (
        "name: shop",
        "name: Shop_1",
        "Shop_1",
        "name",
        ["malformed name", '"Shop_1"', "lower-case"],
    ),
    "consumer key": ("  client:", "  Client:", "Client", "consumers.Client", ["malformed name", '"Client"']),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


ACCEPTED = {
    "one letter": (Name, "a"),
    "hyphens": (Name, "team-a-1"),
    "28 characters": (Name, "a" * 28),
    "key of 24": (ConsumerKey, "a" * 24),
}
FIX = "choose a name such as zigispace or team-a"


def allowed(longest):
    return f"lower-case letters, digits and single hyphens, a letter first, at most {longest} characters"


BROKEN_VALUES = {
    "29 characters": (Name, "a" * 29, Broken("name of 29 characters", allowed(28), "shorten it to 28")),
    "key of 25": (ConsumerKey, "a" * 25, Broken("name of 25 characters", allowed(24), "shorten it to 24")),
    **{
        f"name {name!r}": (Name, name, Broken("malformed name", allowed(28), FIX))
        for name in ("", "A", "1a", "a_b", "a--b", "-a", "a-", "a\n")
    },
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken


def test_a_stack_of_the_longest_name_has_a_load_balancer_name():
    assert accepted(LoadBalancerName, f"{'a' * 28}-nlb")
