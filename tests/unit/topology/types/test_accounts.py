"""Profiles and external IDs."""

import pytest

from privatelink.topology.types.accounts import ExternalId, Profile
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_value_broken

ACCEPTED = {
    "profile": ((Profile, "default"), "profile-name"),
    "profile with a space": ((Profile, "team a"), "profile-name"),
    "profile of 128": ((Profile, "a" * 128), "profile-name"),
    "external ID": ((ExternalId, "a2/=,.@:_+-"), "external-id"),
    "external ID of 1224": ((ExternalId, "x" * 1224), "external-id"),
}
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    "empty profile": ("", Profile, "profile-name", "`aws configure list-profiles`"),
    "profile in brackets": ("[default]", Profile, "profile-name"),
    "profile with a space at an end": ("a ", Profile, "profile-name"),
    "profile of 129": ("a" * 129, Profile, "profile-name", "at most 128 characters"),
    "external ID of one": ("a", ExternalId, "external-id", "2 to 1224", "_+=,.@:/-", "trust policy"),
    "external ID with a space": ("a b", ExternalId, "external-id"),
    "external ID of 1225": ("x" * 1225, ExternalId, "external-id", "2 to 1224"),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
