"""Part and Account: what every part of a file has in common."""

import pytest
from pydantic import ValidationError

from privatelink.topology.model import Topology
from privatelink.topology.part import Account, same_account
from tests.support.topology_cases import FILE, broken_rule, check_message, made
from tests.support.topology_strategies import both_sides

# What of the file is replaced, by what; the text at which the problem is; the field; words of the message.
IN_A_FILE = {
    "two ways into an account": (
        "  region:",
        "  account: {profile: a, role_arn: 'arn:aws:iam::123456789012:role/x'}\n  region:",
        "account",
        "service.account",
        ["both a profile and a role", "exactly one"],
    ),
    "external ID for a profile": (
        "  region:",
        "  account: {profile: a, external_id: abc}\n  region:",
        "abc",
        "service.account.external_id",
        ["without a role", '"abc"'],
    ),
}


@pytest.mark.parametrize(("old", "new", "mark", "field", "words"), IN_A_FILE.values(), ids=IN_A_FILE)
def test_wrong_in_a_file(old, new, mark, field, words):
    check_message(FILE, old, new, mark, field, words)


def test_a_model_never_changes():
    with pytest.raises(ValidationError):
        made().service.region = "us-east-1"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("service", "backends", "port"), "80"),
        (("service", "backends", "port"), 80.0),
        (("service", "backends", "port"), True),
        (("service", "load_balancer", "cross_zone"), 1),
        (("service", "load_balancer", "cross_zone"), "true"),
        (("name",), 7),
        (("tags", "team"), 7),
    ],
)
def test_values_of_another_type_are_refused(path, value):
    topology = both_sides()
    part = topology
    for key in path[:-1]:
        part = part.setdefault(key, {})
    part[path[-1]] = value
    with pytest.raises(ValidationError):
        Topology.model_validate(topology)


def test_unknown_fields_are_refused():
    with pytest.raises(ValidationError, match="Extra inputs"):
        Account(profile="a", region="us-east-1")


def test_an_account_is_a_profile_or_a_role():
    for fields in ({}, {"profile": "a", "role_arn": ROLE}):
        rule = broken_rule(Account, fields)
        assert rule.allowed == "exactly one of profile and role_arn"
        assert rule.fix == "give one, remove the other"


def test_only_a_role_tells_the_accounts_number():
    assert Account(role_arn=ROLE).number == "111111111111"
    assert Account(profile="a").number is None


ROLE = "arn:aws:iam::111111111111:role/a"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (None, None, True),
        (None, {"profile": "a"}, False),
        ({"profile": "a"}, {"profile": "a"}, True),
        ({"profile": "a"}, {"profile": "b"}, False),
        ({"role_arn": ROLE}, {"role_arn": ROLE.replace("/a", "/b")}, True),
        ({"role_arn": ROLE}, {"role_arn": ROLE.replace("1" * 12, "2" * 12)}, False),
        ({"profile": "a"}, {"role_arn": ROLE}, False),
    ],
)
def test_two_sides_that_surely_share_an_account(one, other, same):
    assert same_account(one and Account(**one), other and Account(**other)) is same
