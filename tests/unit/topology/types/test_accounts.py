"""Profiles and external IDs."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.accounts import ExternalId, Profile
from tests.support.topology_cases import accepted, broken_rule

ACCEPTED = {
    "profile": (Profile, "default"),
    "profile with a space": (Profile, "team a"),
    "profile of 128": (Profile, "a" * 128),
    "external ID": (ExternalId, "a2/=,.@:_+-"),
    "external ID of 1224": (ExternalId, "x" * 1224),
}
PROFILE = (
    "the name of a profile in the AWS configuration file, at most 128 characters",
    "take it from `aws configure list-profiles`",
)
EXTERNAL_ID = ("2 to 1224 letters, digits and any of _+=,.@:/-", "take it from the role's trust policy")
BROKEN_VALUES = {
    "empty profile": (Profile, "", Broken("malformed profile name", *PROFILE)),
    "profile in brackets": (Profile, "[default]", Broken("malformed profile name", *PROFILE)),
    "profile with a space at an end": (Profile, "a ", Broken("malformed profile name", *PROFILE)),
    "profile of 129": (Profile, "a" * 129, Broken("malformed profile name", *PROFILE)),
    "external ID of one": (ExternalId, "a", Broken("malformed external ID", *EXTERNAL_ID)),
    "external ID with a space": (ExternalId, "a b", Broken("malformed external ID", *EXTERNAL_ID)),
    "external ID of 1225": (ExternalId, "x" * 1225, Broken("malformed external ID", *EXTERNAL_ID)),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken
