"""Buckets and key prefixes."""

import pytest

from privatelink.topology.types.buckets import BucketName, KeyPrefix, LogPrefix
from tests.support.rules import right, wrong
from tests.support.topology_cases import accepted, check_value_broken

ACCEPTED = {
    "bucket of 3": ((BucketName, "abc"), "s3-bucket-name"),
    "bucket of 63": ((BucketName, "a" * 63), "s3-bucket-name"),
    "bucket with dots and hyphens": ((BucketName, "team.private-link.states"), "s3-bucket-name"),
    "prefix of logs": ((LogPrefix, "team/service"), "access-log-prefix"),
    "key prefix": ((KeyPrefix, "team/private.link"), "s3-key-prefix"),
    "key prefix of 512": ((KeyPrefix, "a" * 512), "s3-key-prefix", "text-length"),
}
# The value, its kind, the rule, what the message has to name.
BROKEN_VALUES = {
    **{
        f"bucket {name!r}": (name, BucketName, "s3-bucket-name", "3 to 63 lower-case letters", "s3://")
        for name in ("ab", "a" * 64, "a..b", "-abc", "abc-", "Abc", "10.1.2.3", "xn--abc", "abc--ol-s3")
    },
    "prefix with AWSLogs": ("team/AWSLogs", LogPrefix, "access-log-prefix", "AWSLogs", "team/service"),
    "prefix with a slash at the end": ("team/", LogPrefix, "access-log-prefix", "slash at either end"),
    "key prefix that leads up": (
        "team/../other",
        KeyPrefix,
        "s3-key-prefix",
        "letters, digits and any of !_.*'()-",
        "no slash at either end",
        "write it like team/privatelink",
    ),
    "key prefix of 513": ("a" * 513, KeyPrefix, "text-length", "513 characters", "shorten it to 512"),
}


@pytest.mark.parametrize("case", right(ACCEPTED))
def test_accepted(case):
    kind, value = case
    assert accepted(kind, value) == value


@pytest.mark.parametrize(("value", "kind", "rule", "words"), wrong(BROKEN_VALUES))
def test_refused(value, kind, rule, words):
    check_value_broken(kind, value, rule, words)
