"""Endpoint policies: narrowed, or the same written in another way."""

import json

import pytest

from tests.support.plan_facts import change, plan
from tests.support.rule_findings import found, only

ALL = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
GET = ALL | {"Action": "ssm:GetParameter"}
DENY = ALL | {"Effect": "Deny", "Action": "ssm:PutParameter"}
ENDPOINT = {"id": "vpce-1", "vpc_endpoint_type": "Interface"}


def written(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def by_endpoint(before, after):
    return plan(change("aws_vpc_endpoint.e", ENDPOINT | {"policy": before}, ENDPOINT | {"policy": after}))


def by_resource(before, after):
    old, new = ({"id": "p", "vpc_endpoint_id": "vpce-1", "policy": policy} for policy in (before, after))
    return plan(
        change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT), change("aws_vpc_endpoint_policy.p", old, new)
    )


@pytest.mark.parametrize("write", [by_endpoint, by_resource])
@pytest.mark.parametrize(
    ("before", "after", "because"),
    [
        (written(ALL), written(GET), "no longer allowed as before: *"),
        (None, written(GET), "no longer allowed as before: *"),
        (written(ALL), written(ALL, DENY), "newly denied: ssm:PutParameter"),
        (written(ALL), written(ALL | {"Condition": {"a": "b"}}), "no longer allowed as before: *"),
        (written(ALL), written(ALL | {"Principal": {"AWS": "1"}}), "no longer allowed as before: *"),
        (written(GET), written(GET | {"Resource": "arn:a"}), "no longer allowed as before: ssm:GetParameter"),
        (written(GET), written(ALL), None),
        (written(GET), None, None),
        (written(ALL), written(ALL | {"Action": ["*"], "Principal": {"AWS": "*"}}), None),
        (written(GET), written(ALL | {"Action": "ssm:Get*"}), None),
        (written(ALL, DENY), written(ALL), None),
        (written(ALL, DENY), written(ALL, DENY | {"Sid": "a"}), None),
        (
            written(GET, GET | {"Action": "ssm:B"}),
            written(GET | {"Action": ["ssm:B", "ssm:GetParameter"]}),
            None,
        ),
        ("no JSON", written(GET), None),
    ],
)
def test_what_the_policy_no_longer_allows(write, before, after, because):
    made = write(before, after)

    assert found(made) == (["endpoint-policy-narrowed"] if because else [])
    assert because is None or (only(made).because, only(made).severity) == (because, "warning")


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [
        ("*", True),
        ("ssm:*", True),
        ("ssm:GetParam*", True),
        ("ssm:GetParameters", True),
        ("ssm:GetParameters*", True),
        ("ssm:GetParameter", False),
        ("ssm:GetParametersB", False),
        ("ssm:Put*", False),
        ("ec2:*", False),
        # Other patterns are not followed: what they cover is not known.
        ("s*:GetParameters", False),
        ("ssm:*Parameters", False),
        ("s*:Get*", False),
    ],
)
def test_a_pattern_covers_what_begins_with_it(pattern, covers):
    old = written(GET | {"Action": "ssm:GetParameters"})

    assert found(by_endpoint(old, written(ALL | {"Action": pattern}))) == (
        [] if covers else ["endpoint-policy-narrowed"]
    )


def test_a_policy_that_allows_nothing_blocks():
    assert only(by_endpoint(written(ALL), written(DENY))).severity == "blocking"


def test_a_policy_that_goes_leaves_full_access_and_an_unknown_one_says_nothing():
    old = {"id": "p", "vpc_endpoint_id": "vpce-1", "policy": written(ALL)}
    gone = change("aws_vpc_endpoint_policy.p", old, None)
    unknown = change("aws_vpc_endpoint_policy.p", old, old | {"policy": None}, unknown={"policy": True})

    assert found(plan(change("aws_vpc_endpoint.e", ENDPOINT, ENDPOINT), gone)) == []
    assert found(plan(unknown)) == []
    denied = change("aws_vpc_endpoint_policy.p", old, old | {"policy": written(DENY)})
    assert found(plan(change("aws_vpc_endpoint.e", ENDPOINT, None), denied)) == ["endpoint-destroyed"]


def test_each_policy_is_looked_at():
    old, second = (
        {"id": id_, "vpc_endpoint_id": id_, "policy": written(ALL)} for id_ in ("vpce-1", "vpce-2")
    )
    kept = ENDPOINT | {"id": "vpce-2"}
    made = [
        change("aws_vpc_endpoint.e", ENDPOINT, None),
        change("aws_vpc_endpoint.f", kept, kept),
        change("aws_vpc_endpoint_policy.e", old, None),
        change("aws_vpc_endpoint_policy.f", second, second | {"policy": written(GET)}),
    ]

    for changes in (made, made[::-1]):
        assert sorted(found(plan(*changes))) == ["endpoint-destroyed", "endpoint-policy-narrowed"]


@pytest.mark.parametrize(
    ("own", "created", "because"),
    [
        (written(ALL), written(GET), "no longer allowed as before: *"),
        (None, written(GET), "no longer allowed as before: *"),
        (written(GET), written(GET), None),
        (written(ALL), written(ALL), None),
    ],
)
def test_a_policy_resource_that_is_created_is_compared_with_the_policy_of_its_endpoint(own, created, because):
    had = ENDPOINT | {"policy": own}
    new = {"vpc_endpoint_id": "vpce-1", "policy": created}
    made = plan(change("aws_vpc_endpoint.e", had, had), change("aws_vpc_endpoint_policy.p", None, new))

    assert found(made) == (["endpoint-policy-narrowed"] if because else [])
    assert because is None or only(made).because == because


def test_a_policy_of_a_new_endpoint_narrows_nothing():
    new = {"vpc_endpoint_id": "vpce-1", "policy": written(GET)}
    created = change("aws_vpc_endpoint.e", None, ENDPOINT)

    assert found(plan(created, change("aws_vpc_endpoint_policy.p", None, new))) == []
    assert found(plan(change("aws_vpc_endpoint_policy.p", None, new))) == []
