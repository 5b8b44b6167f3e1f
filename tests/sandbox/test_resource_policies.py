"""Whether the policy of a bucket or a topic lets an AWS service in."""

import json
from typing import Any

import pytest

from privatelink.sandbox.resource_policies import admits

SERVICE, ACTION = "delivery.logs.amazonaws.com", "s3:PutObject"
RESOURCE = "arn:aws:s3:::logs/AWSLogs/111111111111/log"
CONTEXT = {
    "aws:sourceaccount": "111111111111",
    "aws:sourcearn": "arn:aws:logs:ap-northeast-2:111111111111:*",
    "aws:securetransport": "true",
    "s3:x-amz-acl": "bucket-owner-full-control",
}
ALLOW = {
    "Effect": "Allow",
    "Principal": {"Service": SERVICE},
    "Action": ACTION,
    "Resource": "arn:aws:s3:::logs/*",
}
DENY = ALLOW | {"Effect": "Deny"}


def admitted(*statements: dict[str, Any]) -> bool:
    return admits(json.dumps({"Statement": list(statements)}), SERVICE, ACTION, RESOURCE, CONTEXT)


def conditioned(**operators: dict[str, Any]) -> bool:
    return admitted(ALLOW | {"Condition": operators})


@pytest.mark.parametrize("policy", [None, "", "{}", '{"Statement": []}'])
def test_without_a_statement_nobody_is_let_in(policy: str | None) -> None:
    assert not admits(policy, SERVICE, ACTION, RESOURCE, CONTEXT)


def test_an_allowing_statement_lets_in_alone_or_in_a_list() -> None:
    assert admitted(ALLOW)
    assert admits(json.dumps({"Statement": ALLOW}), SERVICE, ACTION, RESOURCE, CONTEXT)


def test_a_denying_statement_wins_in_any_order() -> None:
    assert not admitted(ALLOW, DENY)
    assert not admitted(DENY, ALLOW)
    assert not admitted(DENY)
    assert admitted(ALLOW, DENY | {"Action": "s3:GetObject"})


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", True),
        ({"AWS": "*"}, True),
        ({"AWS": ["111111111111", "*"]}, True),
        ({"Service": ["sns.amazonaws.com", SERVICE]}, True),
        ({"Service": "sns.amazonaws.com"}, False),
        ({"AWS": "111111111111"}, False),
        (None, False),
        (SERVICE, False),
    ],
)
def test_principals(principal: object, expected: bool) -> None:
    assert admitted(ALLOW | {"Principal": principal}) is expected


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("S3:putobject", True),
        ("s3:*", True),
        ("s3:Put*", True),
        (["s3:GetObject", "s3:PutObjec?"], True),
        ("s3:GetObject", False),
        ("*", True),
    ],
)
def test_actions_are_compared_without_case_and_with_wildcards(action: object, expected: bool) -> None:
    assert admitted(ALLOW | {"Action": action}) is expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (RESOURCE, True),
        ("arn:aws:s3:::logs/AWSLogs/*/log", True),
        (["arn:aws:s3:::other/*", "arn:aws:s3:::log?/*"], True),
        ("arn:aws:s3:::LOGS/*", False),
        ("arn:aws:s3:::logs", False),
        # A range of characters is no wildcard of IAM's.
        ("arn:aws:s3:::log[s]/*", False),
    ],
)
def test_resources_are_compared_with_case_and_with_wildcards(resource: object, expected: bool) -> None:
    assert admitted(ALLOW | {"Resource": resource}) is expected


def test_a_statement_without_an_action_or_a_resource_says_nothing() -> None:
    for name in ("Action", "Resource", "Principal"):
        assert not admitted({key: value for key, value in ALLOW.items() if key != name})


@pytest.mark.parametrize(
    ("operator", "key", "values", "expected"),
    [
        ("StringEquals", "aws:SourceAccount", "111111111111", True),
        ("StringEquals", "aws:SourceAccount", ["222222222222", "111111111111"], True),
        ("StringEquals", "aws:SourceAccount", "222222222222", False),
        ("StringEquals", "s3:x-amz-acl", "BUCKET-OWNER-FULL-CONTROL", False),
        ("StringEqualsIgnoreCase", "s3:x-amz-acl", "BUCKET-OWNER-FULL-CONTROL", True),
        ("StringNotEquals", "aws:SourceAccount", "222222222222", True),
        ("StringNotEquals", "aws:SourceAccount", ["222222222222", "111111111111"], False),
        ("StringLike", "aws:SourceAccount", "1*", True),
        ("StringLike", "aws:SourceAccount", "2*", False),
        ("StringNotLike", "aws:SourceAccount", "2*", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:logs:*:111111111111:*", True),
        ("ArnEquals", "aws:SourceArn", "arn:aws:logs:*:111111111111:*", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:logs:*:222222222222:*", False),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:logs:*:111111111111:*", False),
        ("Bool", "aws:SecureTransport", "true", True),
        ("Bool", "aws:SecureTransport", True, True),
        ("Bool", "aws:SecureTransport", False, False),
        ("Null", "aws:SourceAccount", "false", True),
        ("Null", "aws:SourceAccount", True, False),
        ("Null", "aws:PrincipalTag/x", True, True),
        ("NumericEquals", "aws:SourceAccount", "111111111111", False),
        # A key that the request lacks.
        ("StringEquals", "aws:SourceVpc", "vpc-1", False),
        ("StringEqualsIfExists", "aws:SourceVpc", "vpc-1", True),
        ("StringEqualsIfExists", "aws:SourceAccount", "222222222222", False),
        ("StringNotEquals", "aws:SourceVpc", "vpc-1", True),
        ("ArnNotEquals", "aws:SourceVpc", "vpc-1", True),
        ("Bool", "aws:ViaAWSService", "false", False),
    ],
)
def test_conditions(operator: str, key: str, values: object, expected: bool) -> None:
    assert conditioned(**{operator: {key: values}}) is expected


def test_every_condition_has_to_hold() -> None:
    own, others = {"aws:SourceAccount": "111111111111"}, {"aws:SourceAccount": "222222222222"}
    secure = {"aws:SecureTransport": "true"}
    assert conditioned(StringEquals=own, Bool=secure)
    assert not conditioned(StringEquals=others, Bool=secure)
    assert not conditioned(StringEquals=own | {"s3:x-amz-acl": "private"})
    # A condition that does not hold takes the effect of a denial, too.
    assert admitted(ALLOW, DENY | {"Condition": {"StringEquals": others}})
    assert not admitted(ALLOW, DENY | {"Condition": {"Bool": secure}})
