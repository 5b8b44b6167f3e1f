"""Names of Network Load Balancers."""

import pytest

from privatelink.topology.types.load_balancer_names import LoadBalancerName, broken_load_balancer_name
from tests.support.rules import right, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    name: (("ELB-Pub", given, given), "service.load_balancer.name", rule, *words)
    for name, (given, rule, *words) in {
        "33 characters": ("E" * 33, "text-length", "33 characters", "at most 32", "E" * 33),
        "dot": ("ELB.Pub", "nlb-name", '"ELB.Pub"'),
        "hyphen": ("-ELB", "nlb-name-hyphen", '"-ELB"'),
        "internal-": ("internal-ELB", "nlb-name-internal", '"internal-ELB"'),
    }.items()
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


ACCEPTED = {
    "one letter": ((LoadBalancerName, "a"), "nlb-name"),
    "capitals and digits": ((LoadBalancerName, "ZIGI-ELB-Pub1"), "nlb-name", "nlb-name-hyphen"),
    "32 characters": ((LoadBalancerName, "E" * 32), "text-length"),
    "internal without a hyphen": ((LoadBalancerName, "internalx"), "nlb-name-internal"),
}
CHARACTERS = ("1 to 32 letters, digits and hyphens", "use letters, digits and hyphens only")
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "33 characters": (
        "E" * 33,
        LoadBalancerName,
        "text-length",
        "33 characters",
        "shorten it to 32 characters",
    ),
    "reserved start": (
        "internal-a",
        LoadBalancerName,
        "nlb-name-internal",
        "remove internal- from the start",
    ),
    "hyphen at the end": ("a-", LoadBalancerName, "nlb-name-hyphen", "remove the hyphen"),
    "underscore": ("a_b", LoadBalancerName, "nlb-name", *CHARACTERS),
    "empty": ("", LoadBalancerName, "nlb-name", *CHARACTERS),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)


def test_a_right_name_breaks_no_rule():
    assert broken_load_balancer_name("ELB-Pub") is None
