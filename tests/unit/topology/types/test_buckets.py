"""Buckets and key prefixes."""

import pytest

from privatelink.topology.broken import Broken
from privatelink.topology.types.buckets import BucketName, KeyPrefix, LogPrefix
from tests.support.topology_cases import accepted, broken_rule

ACCEPTED = {
    "bucket of 3": (BucketName, "abc"),
    "bucket of 63": (BucketName, "a" * 63),
    "bucket with dots and hyphens": (BucketName, "team.private-link.states"),
    "folder of logs": (LogPrefix, "team/service"),
    "key prefix": (KeyPrefix, "team/private.link"),
    "key prefix of 512": (KeyPrefix, "a" * 512),
}
BUCKET = (
    "malformed bucket name",
    "3 to 63 lower-case letters, digits, single dots and hyphens, a letter or digit at either end, "
    "not like an address",
    "give the name alone, without s3://",
)
LOGS = (
    "malformed prefix",
    "a path without AWSLogs, and without a slash at either end",
    "write it like `team/service`",
)
KEYS = "a path of letters, digits and any of !_.*'()-, no slash at either end, at most 512 characters"
BROKEN_VALUES = {
    **{
        f"bucket {name!r}": (BucketName, name, Broken(*BUCKET))
        for name in ("ab", "a" * 64, "a..b", "-abc", "abc-", "Abc", "10.1.2.3", "xn--abc", "abc--ol-s3")
    },
    "folder of AWS": (LogPrefix, "team/AWSLogs", Broken(*LOGS)),
    "folder with a slash at the end": (LogPrefix, "team/", Broken(*LOGS)),
    "key prefix that leads up": (
        KeyPrefix,
        "team/../other",
        Broken("malformed key prefix", KEYS, "write it like `team/privatelink`"),
    ),
    "key prefix of 513": (
        KeyPrefix,
        "a" * 513,
        Broken("key prefix of 513 characters", KEYS, "shorten it to 512"),
    ),
}


@pytest.mark.parametrize(("kind", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(kind, value):
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("kind", "value", "broken"), BROKEN_VALUES.values(), ids=BROKEN_VALUES)
def test_refused(kind, value, broken):
    assert broken_rule(kind, value) == broken
