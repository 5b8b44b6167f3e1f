"""Names of Network Load Balancers."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.load_balancer_names import LoadBalancerName, broken_load_balancer_name
from tests.support.topology_cases import FILE, accepted, broken_rule, check_message

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "balancer name of 33": (
        "ELB-Pub",
        "E" * 33,
        "E" * 33,
        "service.load_balancer.name",
        ["33 characters", "1 to 32", "E" * 33],
    ),
    "balancer name, dot": (
        "ELB-Pub",
        "ELB.Pub",
        "ELB.Pub",
        "service.load_balancer.name",
        ["malformed load balancer name", '"ELB.Pub"'],
    ),
    "balancer name, hyphen": (
        "ELB-Pub",
        "-ELB",
        "-ELB",
        "service.load_balancer.name",
        ["hyphen at an end", '"-ELB"'],
    ),
    "balancer name, internal-": (
        "ELB-Pub",
        "internal-ELB",
        "internal-ELB",
        "service.load_balancer.name",
        ["starts with internal-", '"internal-ELB"'],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


ACCEPTED = {
    "one letter": (LoadBalancerName, "a"),
    "capitals and digits": (LoadBalancerName, "ZIGI-ELB-Pub1"),
    "32 characters": (LoadBalancerName, "E" * 32),
    "internal without a hyphen": (LoadBalancerName, "internalx"),
}
ALLOWED = "1 to 32 letters, digits and hyphens, no hyphen at either end, not starting with internal-"
BROKEN_VALUES = {
    "33 characters": (
        LoadBalancerName,
        "E" * 33,
        Broken("load balancer name of 33 characters", ALLOWED, "shorten it to 32 characters"),
    ),
    "reserved start": (
        LoadBalancerName,
        "internal-a",
        Broken("load balancer name that starts with internal-", ALLOWED, "choose another start"),
    ),
    "hyphen at the end": (
        LoadBalancerName,
        "a-",
        Broken("load balancer name with a hyphen at an end", ALLOWED, "remove the hyphen"),
    ),
    "underscore": (
        LoadBalancerName,
        "a_b",
        Broken("malformed load balancer name", ALLOWED, "use letters, digits and hyphens"),
    ),
    "empty": (
        LoadBalancerName,
        "",
        Broken("malformed load balancer name", ALLOWED, "use letters, digits and hyphens"),
    ),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken


def test_a_right_name_has_nothing_wrong():
    assert broken_load_balancer_name("ELB-Pub") is None
