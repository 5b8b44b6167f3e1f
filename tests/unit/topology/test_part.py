"""Part and Account: what every part of a file has in common."""

import pytest
from pydantic import ValidationError

from privatelink.topology.model import Topology
from privatelink.topology.part import Account, same_account
from tests.support.rules import breaks, keeps, wrong
from tests.support.topology_cases import FILE, accepted, check_change, check_value_broken, made
from tests.support.topology_strategies import both_sides

ROLE = "arn:aws:iam::111111111111:role/a"

# What of the file is replaced, by what, and the text at which the problem is; the field; the rule; words.
IN_A_FILE = {
    "two ways into an account": (
        (
            "  region:",
            "  account: {profile: a, role_arn: 'arn:aws:iam::123456789012:role/x'}\n  region:",
            "account",
        ),
        "service.account",
        "account-profile-or-role",
        "exactly one of `profile` and `role_arn`",
    ),
    "external ID for a profile": (
        ("  region:", "  account: {profile: a, external_id: abc}\n  region:", "abc"),
        "service.account.external_id",
        "account-external-id",
        '"abc"',
    ),
}


@pytest.mark.parametrize(("change", "field", "rule", "words"), wrong(IN_A_FILE))
def test_wrong_in_a_file(change, field, rule, words):
    check_change(FILE, change, field, rule, words)


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


@breaks("account-profile-or-role")
@pytest.mark.parametrize("fields", [{}, {"profile": "a", "role_arn": ROLE}])
def test_an_account_is_a_profile_or_a_role(fields):
    check_value_broken(Account, fields, "account-profile-or-role", ["`profile` and `role_arn`"])


@keeps("account-profile-or-role", "account-external-id")
@pytest.mark.parametrize("fields", [{"profile": "a"}, {"role_arn": ROLE, "external_id": "abc"}])
def test_an_account_of_one_kind(fields):
    assert accepted(Account, fields) == Account(**fields)


def test_only_a_role_has_the_account_number():
    assert Account(role_arn=ROLE).number == "111111111111"
    assert Account(profile="a").number is None


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
